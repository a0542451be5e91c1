import type { Role } from '../infra/index.js'

/** Full addresses, with the principal role of a sub-role (`membership/Instructor#TeachingAssistant`), or the short name. */
const MEMBERSHIP = /^(?:http:\/\/purl\.imsglobal\.org\/vocab\/lis\/v2\/membership(?:\/(\w+))?#)?(\w+)$/

const MEANS: Record<string, Role> = {
  ContentDeveloper: 'author', Administrator: 'author',
  Instructor: 'instructor', TeachingAssistant: 'instructor',
  Learner: 'participant',
}
const ORDER: Role[] = ['author', 'instructor', 'participant']

/**
 * What a launch's roles make of a person in this context; the most trusted wins. Roles in the system or the institution say
 * nothing of the context, so they give nothing.
 * @see [LTI 1.3 Core, A.2.3](https://www.imsglobal.org/spec/lti/v1p3/#lis-vocabulary-for-context-roles)
 */
export const roleOf = (roles: string[]): Role | undefined => {
  const found = roles.flatMap((each) => {
    const [, principal, name] = MEMBERSHIP.exec(each) ?? []
    const role = MEANS[principal ?? name ?? '']
    return role ? [role] : []
  })
  return ORDER.find((role) => found.includes(role))
}
