import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COURSE, createDemoLms, RESOURCE_LINK, type DemoLms } from '../../src/demo/index.js'
import { AGS, aTool, CLAIM, fieldsOf, NRPS, signIn, type ATool } from './a-tool.js'

const ADA = '21'
const TEACHER = '12'
let tool: ATool
let lms: DemoLms

beforeAll(async () => {
  tool = await aTool()
  lms = await createDemoLms({ keyroomUrl: tool.url, test: true })
})
afterAll(async () => {
  await lms.close()
  tool.close()
})

const custom = (claims: Record<string, unknown>) => claims[`${CLAIM}custom`] as Record<string, string>
const asPerson = async (person: string) => {
  const cookie = await signIn(lms, person)
  const get = (at: string) => fetch(`${lms.url}${at}`, { headers: { cookie } })
  return {
    get,
    post: (at: string, fields: Record<string, string> = {}) => fetch(`${lms.url}${at}`, { method: 'POST', headers: { cookie }, body: new URLSearchParams(fields), redirect: 'manual' }),
    /** Opens it, and goes on to the id token as a tool would. */
    async launches(at: string) {
      const hints = fieldsOf(await (await get(at)).text())
      const query = new URLSearchParams({
        scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none', client_id: hints.client_id ?? '', redirect_uri: `${tool.url}/lti/launch`,
        state: 's', nonce: 'n', login_hint: hints.login_hint ?? '', lti_message_hint: hints.lti_message_hint ?? '',
      })
      const { id_token } = fieldsOf(await (await get(`/lti/auth?${query}`)).text())
      return { hints, claims: id_token ? decodeJwt(id_token) : {} }
    },
  }
}

describe('courses and their links', () => {
  it('are made, and each link launches as itself, in its course, with its own parameters', async () => {
    const { id } = lms.addContext({ title: 'Assessment' })
    const link = lms.addLink(id, { title: 'Room 2', url: `${tool.url}/lti/launch?item=2`, custom: { open: 'room:two', who: '$Person.name.full', odd: '$Unknown.variable' }, lineItem: { scoreMaximum: 10, tag: 'room' } })
    const { hints, claims } = await (await asPerson(ADA)).launches(`/courses/${id}/links/${link.id}/launch`)
    expect(hints.target_link_uri).toBe(`${tool.url}/lti/launch?item=2`)
    expect(claims).toMatchObject({ [`${CLAIM}context`]: { id, title: 'Assessment' }, [`${CLAIM}resource_link`]: { id: link.id, title: 'Room 2' }, [`${CLAIM}target_link_uri`]: `${tool.url}/lti/launch?item=2` })
    expect(custom(claims)).toMatchObject({ open: 'room:two', who: 'Ada Okafor', odd: '$Unknown.variable', timezone: 'Europe/Budapest', link_history: '', context_history: '' })
    expect((claims[`${AGS}claim/endpoint`] as { lineitem: string }).lineitem).toBe(lms.lineItems(id)[0]?.url)
  })
  it('copied, have other ids, empty columns of the same make, and say what they are copies of', async () => {
    const once = lms.copyContext(COURSE.id)
    const twice = lms.copyContext(once.id, 'Third')
    const [[first], [second]] = [lms.links(once.id), lms.links(twice.id)]
    expect(custom(lms.claims(ADA, 'n', { link: second?.id }))).toMatchObject({ link_history: `${first?.id},${RESOURCE_LINK.id}`, context_history: `${once.id},${COURSE.id}` })
    expect(lms.lineItems(twice.id)).toMatchObject([{ label: RESOURCE_LINK.title, scoreMaximum: 100, resourceLinkId: second?.id }])
    expect(await (await (await asPerson(ADA)).get(`/courses/${twice.id}`)).text()).toContain('Third')
  })
  it('are copied by who may edit them alone', async () => {
    const before = lms.contexts().length
    expect((await (await asPerson(ADA)).post(`/courses/${COURSE.id}/copy`)).status).toBe(403)
    expect((await (await asPerson(TEACHER)).post(`/courses/${COURSE.id}/copy`)).headers.get('location')).toBe(`/courses/${lms.contexts().at(-1)?.id}`)
    expect(lms.contexts()).toHaveLength(before + 1)
  })
  it('of another course have no address in this one, and unknown ones have none at all', async () => {
    const { id } = lms.addContext({ title: 'Empty' })
    const ada = await asPerson(ADA)
    const statuses = await Promise.all([`/courses/${id}/links/${RESOURCE_LINK.id}`, `/courses/${id}/links/${RESOURCE_LINK.id}/launch`, '/courses/999', '/courses/999/gradebook'].map((at) => ada.get(at).then(({ status }) => status)))
    expect(statuses).toEqual([404, 404, 404, 404])
  })
  it('each have services of their own: a column of one is none of the other’s', async () => {
    const [here, there] = [lms.addContext({ title: 'Here' }), lms.addContext({ title: 'There' })]
    lms.addLink(here.id, { title: 'x', lineItem: { scoreMaximum: 1 } })
    const headers = { authorization: `Bearer ${await tool.token(lms, `${AGS}scope/lineitem.readonly`)}` }
    const [column] = lms.lineItems(here.id)
    if (!column) throw new Error('no column')
    expect((await fetch(column.url, { headers })).status).toBe(200)
    expect((await fetch(column.url.replace(`/contexts/${here.id}/`, `/contexts/${there.id}/`), { headers })).status).toBe(404)
    expect(await (await fetch(column.url.replace(/lineitems.*/, 'lineitems?limit=1').replace(`/contexts/${here.id}/`, `/contexts/${there.id}/`), { headers })).json()).toEqual([])
  })
  it('outlive a restart; the file of an older version is read too', async () => {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'demo-lms-'))
    const old = await createDemoLms({ keyroomUrl: tool.url, dataDir })
    await old.close()
    await writeFile(path.join(dataDir, 'lms.json'), JSON.stringify({ key: { kty: 'RSA' }, lineItems: [{ id: '1', label: 'Old', scoreMaximum: 5, resourceLinkId: '41' }], nextLineItem: 2, scores: [] }))
    const grown = await createDemoLms({ keyroomUrl: tool.url, dataDir })
    grown.addContext({ title: 'Kept' })
    await grown.close()
    const again = await createDemoLms({ keyroomUrl: tool.url, dataDir })
    expect([again.contexts().map(({ title }) => title), again.lineItems(COURSE.id).map(({ label }) => label), again.links(COURSE.id).map(({ id }) => id)]).toEqual([[COURSE.title, 'Kept'], ['Old'], ['41']])
    await again.close()
    await rm(dataDir, { recursive: true })
  })
})

describe('people', () => {
  const roles = (person: string) => lms.claims(person, 'n')[`${CLAIM}roles`]
  it('of every kind launch with the roles that platforms give them', () => {
    const membership = 'http://purl.imsglobal.org/vocab/lis/v2/membership'
    expect(roles('13')).toEqual([`${membership}/Instructor#TeachingAssistant`, `${membership}#Instructor`])
    expect(roles('15')).toEqual(['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Guest'])
    expect(roles('16')).toContain('http://purl.imsglobal.org/vocab/lti/system/person#TestUser')
    expect(roles('10')).toContain('http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator')
    expect(lms.claims('14', 'n')).toMatchObject({ [`${CLAIM}roles`]: [`${membership}#Mentor`], [`${CLAIM}role_scope_mentor`]: ['21', '25'] })
  })
  it('of the staff may look at the course as a student, and then launch as one and see what one sees', async () => {
    const teacher = await asPerson(TEACHER)
    await teacher.post('/session/view', { as: 'student', context: COURSE.id })
    const { claims } = await teacher.launches('/course/rooms/launch')
    expect(claims).toMatchObject({ sub: TEACHER, [`${CLAIM}roles`]: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'] })
    expect(await (await teacher.get('/gradebook')).text()).not.toContain('Ada Okafor')
    await teacher.post('/session/view', { as: 'self', context: COURSE.id })
    expect((await teacher.launches('/course/rooms/launch')).claims[`${CLAIM}roles`]).toEqual(['http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor'])
  })
  it('who are participants have no such view', async () => {
    const ada = await asPerson(ADA)
    await ada.post('/session/view', { as: 'student' })
    expect(await (await ada.get('/gradebook')).text()).toContain('Ada Okafor')
  })
})

describe('names and roles', () => {
  type Member = { user_id: string; status: string; name?: string; email?: string; roles: string[] }
  const read = async (context: string, query = '') => {
    const res = await fetch(`${lms.url}/lti/contexts/${context}/memberships${query}`, { headers: { authorization: `Bearer ${await tool.token(lms, NRPS)}` } })
    const links = [...(res.headers.get('link') ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, url = '', rel = '']) => [rel, url])
    return { members: ((await res.json()) as { members: Member[] }).members, links: Object.fromEntries(links) as Record<string, string> }
  }
  it('tell no more of people than the settings let them, in launches and lists alike', async () => {
    const told = async () => {
      const { name, email } = lms.claims(ADA, 'n')
      const listed = (await read(COURSE.id)).members.find(({ user_id }) => user_id === ADA)
      return [name, email, listed?.name, listed?.email]
    }
    lms.set({ privacy: { names: false, emails: true } })
    expect(await told()).toEqual([undefined, 'person21@demo.example', undefined, 'person21@demo.example'])
    lms.set({ privacy: { names: false, emails: false } })
    expect(await told()).toEqual([undefined, undefined, undefined, undefined])
    lms.set({ privacy: { names: true, emails: true } })
  })
  it('come in pages as small as the LMS likes, each named by the one before', async () => {
    lms.set({ membersPerPage: 5 })
    const seen: string[] = []
    for (let query: string | undefined = '?limit=100&rlid=41'; query !== undefined;) {
      const page = await read(COURSE.id, query)
      expect(page.members.length).toBeLessThanOrEqual(5)
      seen.push(...page.members.map(({ user_id }) => user_id))
      query = page.links.next && new URL(page.links.next).search
      expect(query ?? 'rlid=41').toContain('rlid=41')
    }
    lms.set({ membersPerPage: undefined })
    expect([seen.length, new Set(seen).size]).toEqual([16, 16])
  })
  it('tell who left, who came back and who is away; and what changed since', async () => {
    const { id } = lms.addContext({ title: 'Comings and goings' })
    const before = await read(id)
    lms.setMember(id, '21', 'absent')
    lms.setMember(id, '22', 'Inactive')
    lms.setMember(id, '23', 'Deleted')
    const statusOf = async (query = '') => Object.fromEntries((await read(id, query)).members.filter(({ user_id }) => Number(user_id) > 20).map(({ user_id, status }) => [user_id, status]))
    expect(await statusOf()).toMatchObject({ 22: 'Inactive', 23: 'Deleted', 24: 'Active' })
    expect(await statusOf()).not.toHaveProperty('21')
    expect(await statusOf(new URL(before.links.differences ?? '').search)).toEqual({ 21: 'Deleted', 22: 'Inactive', 23: 'Deleted' })
    lms.setMember(id, '21', 'Active')
    expect(await statusOf()).toHaveProperty('21', 'Active')
    expect((await read(COURSE.id)).members).toHaveLength(16)
  })
})

describe('a teacher’s own grade', () => {
  const score = async (points: number, at: string, person = ADA) => {
    const [column] = lms.lineItems(COURSE.id)
    return fetch(column?.url.replace('?', '/scores?') ?? '', {
      method: 'POST', headers: { authorization: `Bearer ${await tool.token(lms, `${AGS}scope/score`)}`, 'content-type': 'application/vnd.ims.lis.v1.score+json' },
      body: JSON.stringify({ userId: person, activityProgress: 'Completed', gradingProgress: 'FullyGraded', scoreGiven: points, scoreMaximum: 100, timestamp: at }),
    }).then(({ status }) => status)
  }
  it('stands, whatever the tool sends after it, until it is taken back', async () => {
    const teacher = await asPerson(TEACHER)
    expect(await score(40, '2030-01-01T10:00:00Z')).toBe(200)
    expect((await teacher.post(`/courses/${COURSE.id}/gradebook/1/${ADA}`, { points: '55' })).status).toBe(303)
    expect(await score(90, '2030-01-01T10:00:05Z')).toBe(200)
    expect(lms.result('1', ADA)).toBe(55)
    const results = await fetch(lms.lineItems(COURSE.id)[0]?.url.replace('?', '/results?') ?? '', { headers: { authorization: `Bearer ${await tool.token(lms, `${AGS}scope/result.readonly`)}` } })
    expect(await results.json()).toMatchObject([{ userId: ADA, resultScore: 55, resultMaximum: 100 }])
    expect(await (await teacher.get('/gradebook?lang=en')).text()).toContain('Set by a teacher')
    lms.override('1', ADA, undefined)
    expect(lms.result('1', ADA)).toBe(90)
  })
  it('is for the staff to give, to participants of the course, and is a number', async () => {
    const [ada, teacher] = [await asPerson(ADA), await asPerson(TEACHER)]
    const at = (person: string) => `/courses/${COURSE.id}/gradebook/1/${person}`
    expect((await ada.post(at(ADA), { points: '100' })).status).toBe(403)
    expect((await teacher.post(at(TEACHER), { points: '100' })).status).toBe(404)
    expect((await teacher.post(at('22'), { points: '-1' })).status).toBe(400)
    expect((await teacher.post(at('22'), { points: 'many' })).status).toBe(400)
    expect(lms.result('1', '22')).toBeUndefined()
  })
  it('has a way to the work behind it: a submission review, of this person and this column', async () => {
    const { claims } = await (await asPerson(TEACHER)).launches(`/courses/${COURSE.id}/gradebook/1/${ADA}/review/launch`)
    expect(claims).toMatchObject({
      sub: TEACHER, [`${CLAIM}message_type`]: 'LtiSubmissionReviewRequest', [`${CLAIM}for_user`]: { user_id: ADA, name: 'Ada Okafor' }, [`${CLAIM}resource_link`]: { id: RESOURCE_LINK.id },
      'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': { lineitem: lms.lineItems(COURSE.id)[0]?.url },
    })
    expect((await (await asPerson(ADA)).get(`/courses/${COURSE.id}/gradebook/1/22/review/launch`)).status).toBe(403)
  })
  it('has it also where a column of the tool’s own making is no link’s: then none is named', async () => {
    const { lineitems } = lms.claims(ADA, 'n')[`${AGS}claim/endpoint`] as { lineitems: string }
    const headers = { authorization: `Bearer ${await tool.token(lms, `${AGS}scope/lineitem`)}`, 'content-type': 'application/vnd.ims.lis.v2.lineitem+json' }
    await fetch(lineitems, { method: 'POST', headers, body: JSON.stringify({ label: 'Room one', scoreMaximum: 100, resourceId: 'case/room:one', tag: 'keyroom' }) })
    const made = lms.lineItems(COURSE.id).at(-1)
    const at = `/courses/${COURSE.id}/gradebook/${made?.id}/${ADA}/review`
    const teacher = await asPerson(TEACHER)
    expect(await (await teacher.get(at)).text()).toContain('<bdi>Room one</bdi>')
    const { claims } = await teacher.launches(`${at}/launch`)
    expect(claims).toMatchObject({ [`${CLAIM}message_type`]: 'LtiSubmissionReviewRequest', [`${CLAIM}for_user`]: { user_id: ADA }, [`${CLAIM}context`]: { id: COURSE.id }, [`${AGS}claim/endpoint`]: { lineitem: made?.url } })
    expect(claims).not.toHaveProperty([`${CLAIM}resource_link`])
  })
  it('can’t be sent by the tool for who has left', async () => {
    lms.setMember(COURSE.id, '32', 'Deleted')
    expect(await score(1, '2030-01-01T10:00:00Z', '32')).toBe(400)
    lms.setMember(COURSE.id, '32', 'Active')
    expect(await score(1, '2030-01-01T10:00:00Z', '32')).toBe(200)
  })
})
