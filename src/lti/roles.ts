import type { Role } from '../infra/index.js'

/** Full addresses, with the principal role of a sub-role (`membership/Instructor#TeachingAssistant`), or the short name. */
const MEMBERSHIP = /^(?:http:\/\/purl\.imsglobal\.org\/vocab\/lis\/v2\/membership(?:\/(\w+))?#)?(\w+)$/
/** Of the system or the institution; LTI's own `TestUser` has an address of its own. */
const ELSEWHERE = /^http:\/\/purl\.imsglobal\.org\/vocab\/(?:lis\/v2\/(?:system|institution)|lti\/system)\/person#(\w+)$/

const MEANS: Record<string, Role> = {
  ContentDeveloper: 'author', Administrator: 'author',
  Instructor: 'instructor', TeachingAssistant: 'instructor',
  Learner: 'participant', Mentor: 'mentor',
}
const ORDER: Role[] = ['author', 'instructor', 'participant', 'mentor']
/** Who helps an instructor makes no courses, also where the platform's instructors may. */
const HELPS = /^(?:TeachingAssistant\w*|Grader|GuestInstructor)$/
const ADMINISTERS = /^(?:Administrator|SysAdmin|AccountAdmin|Creator)$/

/** What a launch makes of a person. */
export interface Seen {
  role: Role
  /** A participant who is none of the course's: a test user that the LMS made for its student view, or an administrator who looks in. */
  preview?: 'test-user' | 'administrator'
}

/**
 * What a launch's roles make of a person in this context; the most trusted wins. Roles in the system or the institution say
 * nothing of the context, so they give nothing: an administrator without a role in it, or with a learner's, looks on as a learner
 * would. Unknown roles, or none, are a participant's. Undefined: a guest of the LMS, who is nobody here.
 * `instructorsAuthor`: the platform tells an author by nothing else.
 * @see [LTI 1.3 Core, A.2](https://www.imsglobal.org/spec/lti/v1p3/#role-vocabularies)
 */
export const roleOf = (roles: string[], { instructorsAuthor = false }: { instructorsAuthor?: boolean } = {}): Seen | undefined => {
  const here = roles.flatMap((each) => {
    const [, principal, name = ''] = MEMBERSHIP.exec(each) ?? []
    const role = Object.hasOwn(MEANS, principal ?? name) ? MEANS[principal ?? name] : undefined
    return role ? [{ role, name }] : []
  })
  const elsewhere = new Set(roles.flatMap((each) => ELSEWHERE.exec(each)?.[1] ?? []))
  const found = ORDER.find((role) => here.some((each) => each.role === role))
  if (found === 'instructor' && instructorsAuthor && !here.some(({ name }) => HELPS.test(name))) return { role: 'author' }
  if (found && found !== 'participant') return { role: found }
  if (elsewhere.has('TestUser')) return { role: 'participant', preview: 'test-user' }
  if ([...elsewhere].some((name) => ADMINISTERS.test(name))) return { role: 'participant', preview: 'administrator' }
  const isGuest = !found && [...elsewhere].some((name) => name === 'Guest' || name === 'None')
  return isGuest ? undefined : { role: 'participant' }
}
