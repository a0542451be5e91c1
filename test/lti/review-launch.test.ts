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
  describe('from a column that is no link’s', () => {
    const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'
    const ofColumn = (lineitem?: string) => reviews('teacher', 'Instructor', 'ana', { [claim('resource_link')]: undefined, [AGS]: { lineitem, lineitems: `${lms.issuer}/items`, scope: [] } })
    const columns = () => way.mongo.db.collection<{ _id: string; lineitem: string }>('lti_columns')
    it('leads to the run of the course; where there are several, to that whose column it is, and to none by a stranger’s', async () => {
      const next = nextIn(await ofColumn(`${lms.issuer}/items/7`))
      const first = way.arrivals.at(-1)?.run ?? ''
      expect(next).toBe(`/insights/${first}/participants/${await userIn('ana')}`)

      await way.mongo.db.collection<{ _id: string }>('current_courses').insertOne({ _id: 'other', course: 'other@1', title: 'Another', at: new Date() } as { _id: string })
      await door.launch((claims) => void Object.assign(claims, { sub: 'ana', [claim('resource_link')]: { id: 'link-2' }, [claim('custom')]: { course: 'other' } }))
      const second = way.arrivals.at(-1)?.run ?? ''
      expect(second).not.toBe(first)
      await columns().insertMany([{ _id: `${first} room:one`, lineitem: `${lms.issuer}/items/7` }, { _id: `${second} room:one`, lineitem: `${lms.issuer}/items/8` }])
      for (const [item, run] of [['7', first], ['8', second]] as const) expect(nextIn(await ofColumn(`${lms.issuer}/items/${item}`))).toContain(`/insights/${run}/participants/`)
      for (const item of [`${lms.issuer}/items/9`, undefined]) expect(pageOf(await ofColumn(item))).toMatchObject({ status: 409, code: 'lti/not-set-up' })
    })
    it('is named by its course all the same', async () => {
      expect(pageOf(await reviews('teacher', 'Instructor', 'ana', { [claim('resource_link')]: undefined, [claim('context')]: undefined })).code).toBe('lti/bad-claim')
    })
    it('or from another than the link’s own, changes nothing of where grades go', async () => {
      const launched = (message: string, item: string) => door.launch((claims) => void Object.assign(claims, {
        sub: 'teacher', [claim('roles')]: ['Instructor'], [claim('message_type')]: message, [claim('for_user')]: { user_id: 'ana' }, [AGS]: { lineitem: `${lms.issuer}/items/${item}`, scope: [] },
      }))
      await launched('LtiResourceLinkRequest', '1')
      await launched('LtiSubmissionReviewRequest', '2')
      const run = way.arrivals.at(-1)?.run ?? ''
      expect(await way.mongo.db.collection('runs').findOne({ _id: run as never })).toMatchObject({ columns: { course: `${lms.issuer}/items/1` }, ags: { lineitem: `${lms.issuer}/items/1` } })
    })
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
