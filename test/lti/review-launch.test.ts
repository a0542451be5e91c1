import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { claim, goodClaims, type TestPlatform } from '../support/platform.js'
import { anOpenDoor, pageOf, PUBLIC_URL, type frontDoor } from './front-door.js'
import type { WayIn } from './world.js'

let way: WayIn
let lms: TestPlatform
let door: ReturnType<typeof frontDoor>

beforeAll(async () => {
  ;({ way, lms, door } = await anOpenDoor())
  for (const sub of ['ana', 'ben']) await door.launch((claims) => void Object.assign(claims, { sub }))
})
afterAll(() => lms.close())
beforeEach(() => void (way.arrivals.length = 0))

type Tweak = Record<string, unknown>
/** From the LMS's gradebook: the work of `forUser`. */
const reviews = (sub: string, role: string, forUser: string | undefined, more: Tweak = {}) =>
  door.launch((claims) => void Object.assign(claims, {
    sub, [claim('roles')]: [role], [claim('message_type')]: 'LtiSubmissionReviewRequest', ...(forUser ? { [claim('for_user')]: { user_id: forUser } } : {}), ...more,
  }))
const nextIn = ({ text }: { text: string }): string => /id="enter" href="([^"]+)"/.exec(text)?.[1] ?? ''
const userIn = async (sub: string): Promise<string | undefined> => (await way.courses.members(way.arrivals.at(-1)?.run ?? '')).find((each) => each.sub === sub)?.user

describe('a submission review', () => {
  it('brings staff to the page of whose work it is', async () => {
    const next = nextIn(await reviews('teacher', 'Instructor', 'ana'))
    expect(next).toBe(`/insights/${way.arrivals.at(-1)?.run}/participants/${await userIn('ana')}`)
  })
  it('brings a participant to their own, whoever it names', async () => {
    for (const forUser of ['ana', 'ben', undefined]) expect(nextIn(await reviews('ana', 'Learner', forUser))).toMatch(/^\/play\/\w+\/finish$/)
    expect(way.arrivals.every(({ role }) => role === 'participant')).toBe(true)
  })
  it('brings a mentor to a mentee, and to nobody else', async () => {
    const mentor = (forUser: string) => reviews('mum', 'Mentor', forUser, { [claim('role_scope_mentor')]: ['ana'] })
    expect(nextIn(await reviews('mum', 'Mentor', 'ana', { [claim('role_scope_mentor')]: ['ana'] }))).toBe(`/insights/${way.arrivals.at(-1)?.run}/mentees/${await userIn('ana')}`)
    expect(nextIn(await mentor('ben'))).toBe(`/insights/${way.arrivals.at(-1)?.run}/mentees/`)
  })
  it.each([
    ['of somebody who was never here', 'zoe', {}, 404, 'lti/nothing-to-review'],
    ['of somebody who teaches', 'teacher', {}, 404, 'lti/nothing-to-review'],
    ['of nobody', undefined, {}, 400, 'lti/bad-claim'],
    ['with an object as user', undefined, { [claim('for_user')]: { user_id: { $gt: '' } } }, 400, 'lti/bad-claim'],
    ['of a link that leads nowhere yet', 'ana', { [claim('context')]: { id: 'elsewhere' } }, 409, 'lti/not-set-up'],
  ])('%s is answered with a page, and lets nobody in', async (_what, forUser, more, status, code) => {
    const page = pageOf(await reviews('teacher', 'Instructor', forUser, more))
    expect([page.status, page.code, page.setCookie, way.arrivals]).toEqual([status, code, undefined, []])
  })
  it('taken once can’t be sent again', async () => {
    const begun = await door.login()
    const claims = { ...goodClaims(lms.issuer, begun.nonce, PUBLIC_URL), [claim('message_type')]: 'LtiSubmissionReviewRequest' }
    const token = await lms.sign(claims)
    expect((await door.post(token, begun)).status).toBe(200)
    expect(pageOf(await door.post(token, begun)).code).toBe('lti/replayed')
    expect(way.arrivals).toHaveLength(1)
  })
})
