import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSeedCourse } from '../../src/demo/course-file.js'
import { COURSE } from '../../src/demo/index.js'
import { launchAs, type Playing } from '../../src/demo/participant.js'
import { formIn, makeVisitor } from '../../src/demo/visitor.js'
import { aWorld, type World } from '../support/keyroom.js'
import { DEMO_COURSE } from '../support/root.js'

/** The certification suite's tool tests of the services: what the tool asks of the platform, and that the platform takes it. */
let world: World
let ada: Playing
let run: string

const ADA = '21'
const TEACHER = '12'
const at = () => ({ lms: world.lms.url, keyroom: world.url })
const columns = () => world.lms.lineItems(COURSE.id)
const SOON = { timeout: 20_000, interval: 100 }

beforeAll(async () => {
  world = await aWorld()
  run = (await launchAs(TEACHER, at())).run
  ada = await launchAs(ADA, at())
}, 120_000)
afterAll(() => world?.close())

describe('Assignment and Grade Services 2.0', () => {
  it('Line Items: the link’s own is found, others are created with label, maximum, resourceId and tag', async () => {
    await world.keyroom.rooms.lti.grades.setGrading(run, { course: true, rooms: true, credential: true }, TEACHER)
    // One for each room and the credential; the course's is the link's, which the LMS had.
    await expect.poll(() => columns().length, SOON).toBe(2 + world.course.rooms.length)
    const [own, ...made] = columns()
    expect(own).toMatchObject({ resourceLinkId: '41', scoreMaximum: 100 })
    for (const { label, scoreMaximum, resourceId, tag } of made) expect([label.length > 0, scoreMaximum > 0, Boolean(resourceId), Boolean(tag)]).toEqual([true, true, true, true])
    expect(made.map(({ label }) => label)).toEqual(expect.arrayContaining(world.course.rooms.map(({ title }) => title)))
    // Asked a second time, nothing is made a second time.
    await world.keyroom.rooms.lti.grades.setGrading(run, { course: true, rooms: true, credential: true }, TEACHER)
    await world.keyroom.rooms.lti.grades.compare(run)
    expect(columns()).toHaveLength(2 + world.course.rooms.length)
  }, 60_000)
  it('Score Publish: with user, points, maximum, both progresses and a comment', async () => {
    const [first] = readSeedCourse(DEMO_COURSE)
    if (!first) throw new Error('no room')
    for (const { id, questions } of first.activities) {
      if (questions.length === 0) await ada.complete(first.id, id, `c-${id}`)
      else await ada.answer(first.id, id, questions.map((question, index) => ({ question, right: true, key: `c-${id}-${index}` })))
    }
    const column = columns().find(({ label }) => label === world.course.rooms[0]?.title)
    const score = () => world.lms.grades().find(({ lineItem, userId }) => lineItem === column?.id && userId === ADA)
    await expect.poll(() => score()?.points, SOON).toBe(100)
    expect(score()).toMatchObject({ given: 100, maximum: 100, activityProgress: 'Completed', gradingProgress: 'FullyGraded' })
    expect(score()?.comment).toMatch(/\p{L}/u)
    await expect.poll(() => world.lms.result('1', ADA), SOON).toBeGreaterThan(0)
  }, 60_000)
  it('Results: read back, and a teacher’s own grade is seen and left alone', async () => {
    await expect.poll(async () => (await world.keyroom.rooms.lti.grades.compare(run)).rows.filter(({ ours, theirs }) => ours !== theirs), SOON).toEqual([])
    world.lms.override('1', ADA, 12)
    const { rows, problems } = await world.keyroom.rooms.lti.grades.compare(run)
    expect(problems).toEqual([])
    expect(rows.find(({ column, theirs }) => column === 'course' && theirs === 12)).toMatchObject({ overridden: true })
    expect(world.lms.result('1', ADA)).toBe(12)
  }, 60_000)
})

describe('Dynamic Registration 1.0', () => {
  it('the platform’s link registers the tool with what it needs of the platform, and its launches come in', async () => {
    const { token } = await world.keyroom.rooms.lti.links.make({ name: 'Demo LMS again', trust: true })
    world.lms.set({ registration: 'active' })
    const page = await fetch(world.lms.registrationLink(`${world.url}/lti/register?token=${token}`))
    expect(page.status).toBe(200)
    const tool = world.lms.tools().at(-1)
    expect(tool).toMatchObject({
      name: 'Keyroom', state: 'active', login: `${world.url}/lti/login`, launch: `${world.url}/lti/launch`, jwks: `${world.url}/lti/keys`, redirects: [`${world.url}/lti/launch`],
      custom: { context_history: '$Context.id.history', link_history: '$ResourceLink.id.history', timezone: '$Person.address.timezone' },
    })
    expect(tool?.messages.map(({ type }) => type).sort()).toEqual(['LtiDeepLinkingRequest', 'LtiResourceLinkRequest', 'LtiSubmissionReviewRequest'])
    expect(tool?.scopes).toHaveLength(5)
    const link = world.lms.addLink(COURSE.id, { title: 'By the new registration', tool: tool?.clientId })
    const came = await launchAs(ADA, at(), `/courses/${COURSE.id}/links/${link.id}/window`)
    expect(came.run).not.toBe(run)
  }, 60_000)
})

describe('Deep Linking 2.0', () => {
  /** The page on which the teacher chooses, and what the LMS made of the answer. */
  const chooses = async (fields: [string, string][]) => {
    const teacher = makeVisitor()
    await teacher.post(`${world.lms.url}/session`, { person: TEACHER })
    const page = await teacher.send(await teacher.send(await teacher.go(`${world.lms.url}/courses/${COURSE.id}/add/launch?tool=keyroom-demo`)))
    expect(page.res.status).toBe(200)
    const { asked = '' } = formIn(await page.res.text(), page.url).fields
    const answered = await teacher.post(`${world.url}/lti/deep-linking`, new URLSearchParams([['asked', asked], ['do', 'choose'], ...fields]))
    const back = await teacher.send(answered)
    return { status: back.res.status, answer: world.lms.deepLinked().at(-1) }
  }
  const slug = () => world.course.slug
  it('Deep Link Request to Response: a signed answer with valid items, the data unchanged', async () => {
    world.lms.set({ deepLinking: { data: 'csrf:f9a2"&' } })
    const room = world.course.rooms[1]
    const keys = [`${slug()}/map`, `${slug()}/room:${room?.id}`]
    const { status, answer } = await chooses(keys.flatMap((key, index): [string, string][] => [['pick', key], [`title.${key}`, `Item ${index + 1}`], [`graded.${key}`, 'on']]))
    expect([status, answer?.refused]).toEqual([200, undefined])
    expect(answer?.links).toMatchObject([
      { title: 'Item 1', url: `${world.url}/lti/launch`, custom: { course: slug(), open: 'map' } }, { title: 'Item 2', url: `${world.url}/lti/launch`, custom: { course: slug(), open: `room:${room?.id}` } },
    ])
    expect(answer?.message).toMatch(/\p{L}/u)
    const made = columns().filter(({ resourceLinkId }) => answer?.links.some(({ id }) => id === resourceLinkId))
    expect(made).toMatchObject([{ label: 'Item 1', scoreMaximum: 100 }, { label: 'Item 2', scoreMaximum: 100 }])
    expect(new Set(made.map(({ resourceId }) => resourceId)).size).toBe(2)
    // What was made opens.
    const came = await launchAs('22', at(), `/courses/${COURSE.id}/links/${answer?.links[0]?.id}/window`)
    expect((await world.keyroom.rooms.courses.run(came.run)).course).toBe(world.course.id)
  }, 60_000)
  it('Deep Link Request for one item: the tool gives one', async () => {
    world.lms.set({ deepLinking: { accept_multiple: false, accept_lineitem: false } })
    const key = `${slug()}/ladder`
    const { answer } = await chooses([['pick', key], [`title.${key}`, 'The ladder']])
    expect(answer?.links).toMatchObject([{ title: 'The ladder', custom: { open: 'ladder' } }])
    expect(columns().filter(({ resourceLinkId }) => resourceLinkId === answer?.links[0]?.id)).toEqual([])
  }, 60_000)
})

describe('Names and Role Provisioning Services 2.0', () => {
  const sync = () => world.keyroom.rooms.lti.roster.sync(run)
  const known = async () => (await world.keyroom.rooms.courses.members(run)).filter(({ role }) => role === 'participant')
  it('Members: read page by page to the last, those too who never came', async () => {
    world.lms.set({ membersPerPage: 5 })
    expect((await sync()).members).toBe(16)
    expect((await known()).filter(({ status }) => status !== 'left').map(({ sub }) => sub).sort()).toEqual(['21', '22', '23', '24', '25', '26', '27', '28', '29', '30', '31', '32'])
    world.lms.set({ membersPerPage: undefined })
  }, 60_000)
  it('Members without names and addresses are members all the same', async () => {
    world.lms.set({ privacy: { names: false, emails: false } })
    await sync()
    for (const { name, email } of await known()) expect([name, email]).toEqual([undefined, undefined])
    world.lms.set({ privacy: { names: true, emails: true } })
  }, 60_000)
  it('Members who left, or are away, are told from those who are there', async () => {
    world.lms.setMember(COURSE.id, '30', 'absent')
    world.lms.setMember(COURSE.id, '31', 'Deleted')
    expect((await sync()).left).toBe(2)
    const left = (await known()).filter(({ status }) => status === 'left').map(({ sub }) => sub)
    expect(left.sort()).toEqual(['30', '31'])
    world.lms.setMember(COURSE.id, '30', 'Active')
    await sync()
    expect((await known()).find(({ sub }) => sub === '30')?.status).not.toBe('left')
  }, 60_000)
})
