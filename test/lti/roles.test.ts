import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aPlatform, claim, type TestPlatform } from '../support/platform.js'
import { frontDoor, pageOf, PUBLIC_URL, register, registrationOf, rolesAre } from './front-door.js'
import { aWayIn, type WayIn } from './world.js'

const LIS = 'http://purl.imsglobal.org/vocab/lis/v2/'
const MEMBERSHIP = `${LIS}membership`
const TEST_USER = 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser'

let way: WayIn
let lms: TestPlatform
let trusting: TestPlatform
let door: ReturnType<typeof frontDoor>

beforeAll(async () => {
  way = await aWayIn({ publicUrl: PUBLIC_URL })
  ;[lms, trusting] = await Promise.all([aPlatform(), aPlatform()])
  await register(way.lti, lms, ['1', '2'])
  await way.lti.registry.add({ ...registrationOf(trusting), instructorsAuthor: true })
  door = frontDoor(way.app, lms)
})
afterAll(() => Promise.all([lms.close(), trusting.close()]))
beforeEach(() => void (way.arrivals.length = 0))

let people = 0
/** Each row is somebody else: what one is remembered. */
const somebody = (...roles: string[]) => (claims: Record<string, unknown>): void => {
  rolesAre(...roles)(claims)
  claims.sub = `person-${++people}`
}
const arrived = () => {
  const found = way.arrivals.at(-1)
  if (!found) throw new Error('nobody arrived')
  return found
}

describe('what a launch’s roles make of a person', () => {
  const ROLES: [string, string[], string][] = [
    ['a learner', [`${MEMBERSHIP}#Learner`], 'participant'],
    ['a learner, by the short name', ['Learner'], 'participant'],
    ['a guest learner of the course', [`${MEMBERSHIP}/Learner#GuestLearner`], 'participant'],
    ['a learner who is a guest of the institution', [`${MEMBERSHIP}#Learner`, `${LIS}institution/person#Guest`], 'participant'],
    ['a learner who helps the instructor', [`${MEMBERSHIP}/Learner#Instructor`], 'participant'],
    ['a mentor who learns too', [`${MEMBERSHIP}#Mentor`, `${MEMBERSHIP}#Learner`], 'participant'],
    ['an instructor', [`${MEMBERSHIP}#Instructor`], 'instructor'],
    ['an instructor, by the short name', ['Instructor'], 'instructor'],
    ['a teaching assistant', [`${MEMBERSHIP}/Instructor#TeachingAssistant`, `${MEMBERSHIP}#Instructor`], 'instructor'],
    ['a teaching assistant by the sub-role alone', [`${MEMBERSHIP}/Instructor#TeachingAssistant`], 'instructor'],
    ['a grader', [`${MEMBERSHIP}/Instructor#Grader`], 'instructor'],
    ['a content developer', [`${MEMBERSHIP}#ContentDeveloper`], 'author'],
    ['a content developer who teaches and learns', [`${MEMBERSHIP}#Learner`, `${MEMBERSHIP}#Instructor`, `${MEMBERSHIP}#ContentDeveloper`], 'author'],
    ['an administrator of the course', [`${MEMBERSHIP}#Administrator`], 'author'],
    ['an instructor who learns', [`${MEMBERSHIP}#Learner`, `${MEMBERSHIP}#Instructor`], 'instructor'],
    ['an instructor in a test user’s clothes', [TEST_USER, `${MEMBERSHIP}#Instructor`], 'instructor'],
    ['an administrator of Moodle who teaches', [`${LIS}system/person#Administrator`, `${LIS}institution/person#Administrator`, `${MEMBERSHIP}#Instructor`], 'instructor'],
    ['a mentor', [`${MEMBERSHIP}#Mentor`], 'mentor'],
    ['nobody in particular: no roles at all', [], 'participant'],
    ['a manager, which says nothing of the course', [`${MEMBERSHIP}#Manager`], 'participant'],
    ['a teacher of the institution alone', [`${LIS}institution/person#Instructor`, `${LIS}institution/person#Faculty`], 'participant'],
    ['a role of LTI 1.1', ['urn:lti:role:ims/lis/Instructor'], 'participant'],
    ['names that look like roles', ['instructor', 'Instructor ', 'http://evil.example/membership#Instructor', `x${MEMBERSHIP}#Instructor`, 'constructor', '__proto__', 'toString'], 'participant'],
    ['the test student of Canvas', [`${MEMBERSHIP}#Learner`, TEST_USER], 'student view'],
    ['an administrator of the system alone', [`${LIS}system/person#Administrator`, `${LIS}system/person#SysAdmin`], 'student view'],
    ['an administrator of the institution who learns', [`${LIS}institution/person#Administrator`, `${MEMBERSHIP}#Learner`], 'student view'],
    ['a guest of the institution', [`${LIS}institution/person#Guest`], 'guest'],
    ['a guest of the system who has no role besides', [`${LIS}system/person#Guest`, `${LIS}institution/person#None`], 'guest'],
  ]
  it.each(ROLES)('%s', async (_who, roles, role) => {
    const answer = await door.launch(somebody(...roles))
    if (role === 'guest') return expect([pageOf(answer).code, pageOf(answer).setCookie, way.arrivals.length]).toEqual(['lti/guest', undefined, 0])
    const { role: seen, preview, run } = arrived()
    expect([seen, preview]).toEqual(role === 'student view' ? ['participant', true] : [role, undefined])
    expect(answer.text).toContain(seen === 'participant' ? `href="/play/${run}/"` : seen === 'mentor' ? `href="/insights/${run}/mentees/"` : `href="/insights/${run}/"`)
  })
  it('are the course’s: an instructor of one is a participant in another', async () => {
    await door.launch((claims) => Object.assign(claims, { sub: 'teaches-one', [claim('roles')]: ['Instructor'] }))
    const first = arrived()
    await door.launch((claims) => Object.assign(claims, { sub: 'teaches-one', [claim('context')]: { id: 'course-2' } }))
    expect([arrived().role, arrived().preview, arrived().user === first.user, arrived().run === first.run]).toEqual(['participant', undefined, true, false])
  })
  it('are those of the newest launch: a learner who teaches now is staff', async () => {
    const as = (...roles: string[]) => door.launch((claims) => Object.assign(claims, { sub: 'rises', [claim('roles')]: roles }))
    await as('Learner')
    await as('Instructor')
    const { run, user } = arrived()
    expect((await way.courses.member(run, user))?.role).toBe('instructor')
  })
})

describe('where a platform’s instructors may make courses', () => {
  const launched = async (...roles: string[]): Promise<string> => {
    const second = frontDoor(way.app, trusting)
    const begun = await second.login()
    const { goodClaims } = await import('../support/platform.js')
    const claims = goodClaims(trusting.issuer, begun.nonce, PUBLIC_URL)
    somebody(...roles)(claims)
    await second.post(await trusting.sign(claims), begun)
    return arrived().role
  }
  it.each([
    ['an instructor is an author', [`${MEMBERSHIP}#Instructor`], 'author'],
    ['a teaching assistant never is', [`${MEMBERSHIP}#Instructor`, `${MEMBERSHIP}/Instructor#TeachingAssistant`], 'instructor'],
    ['nor is a grader', [`${MEMBERSHIP}/Instructor#Grader`], 'instructor'],
    ['a learner stays a participant', [`${MEMBERSHIP}#Learner`], 'participant'],
  ])('%s', async (_what, roles, role) => {
    expect(await launched(...roles)).toBe(role)
  })
})

it('a guest’s page leads back to the LMS, with the words, in the person’s language', async () => {
  const answer = await door.launch((claims) => {
    somebody(`${LIS}institution/person#Guest`)(claims)
    claims[claim('launch_presentation')] = { locale: 'ar', return_url: `${lms.issuer}/back?sesskey=SECRETKEY` }
  })
  const back = new URL(/<a class="btn" href="([^"]+)"/.exec(answer.text)?.[1]?.replaceAll('&amp;', '&') ?? '')
  expect(answer.text).toContain('dir="rtl"')
  expect([back.origin + back.pathname, back.searchParams.get('sesskey')]).toEqual([`${lms.issuer}/back`, 'SECRETKEY'])
  expect(back.searchParams.get('lti_errormsg')).toContain('زائر')
  expect(back.searchParams.get('lti_errorlog')).toContain('lti/guest')
  expect(JSON.stringify(way.lines)).not.toContain('SECRETKEY')
})
