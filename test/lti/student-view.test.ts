import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readSeedCourse } from '../../src/demo/course-file.js'
import { tell } from '../../src/demo/history.js'
import { launchAs, type Playing } from '../../src/demo/participant.js'
import { previewOf, realRun } from '../../src/courses/index.js'
import { aWorld, type World } from '../support/keyroom.js'
import { DEMO_COURSE } from '../support/root.js'

const LEARNER = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'
const TEACHER = '12'
const rooms = readSeedCourse(DEMO_COURSE)

let world: World
let run: string
/** The teacher, who has switched their role to student. */
let student: Playing

const enters = (person: string): Promise<Playing> => launchAs(person, { lms: world.lms.url, keyroom: world.url })
/** What the run's staff and participants see; nothing of it may change by what is done in student view. */
const traces = async () => {
  const { ledger, ladders, credentials, courses, kit } = world.keyroom.rooms
  const outbox = await ledger.outbox.rows({})
  const standings: string[] = []
  for await (const { learner } of ledger.standings<{ learner: string }>(run, ['learner'])) standings.push(learner)
  return {
    grades: world.lms.grades().map(({ userId }) => userId), outbox: outbox.map(({ learner }) => learner).sort(), standings: standings.sort(),
    ladder: (await ladders.top(run, 100)).rows.map(({ user, xp }) => ({ user, xp })), credentials: (await credentials.list({})).length,
    members: (await courses.members(run)).map(({ user, role }) => ({ user, role })).sort((a, b) => (a.user < b.user ? -1 : 1)),
    events: await kit.mongo.db.collection('events').countDocuments({ run }),
  }
}

beforeAll(async () => {
  world = await aWorld()
  const ana = await enters('21')
  run = ana.run
  await tell({ person: '21', rooms: 1, activities: 1, stumbles: 0 }, rooms, ana)
  await enters(TEACHER)
  // All whom the LMS lists are known: nobody comes by that while traces are looked for.
  await world.keyroom.rooms.lti.roster.sync(run)
  await vi.waitFor(() => expect(world.lms.grades()).toHaveLength(1), { timeout: 20_000 })
}, 120_000)
afterAll(() => world.close())

describe('a teacher who looks on as a student', () => {
  it('plays the whole course, to the trophy', async () => {
    const before = await traces()
    world.lms.setRoles(TEACHER, [LEARNER])
    student = await enters(TEACHER)
    world.lms.setRoles(TEACHER)
    expect(student.run).toBe(previewOf(run))
    expect((await student.page('')).html).toContain('Student view: nothing here counts.')
    await tell({ person: TEACHER, rooms: 4, activities: 0, stumbles: 3, writes: `${'A plan of fifteen minutes, with an outcome and its evidence. '.repeat(6)}Nobody is to review it.` }, rooms, student)
    const { html } = await student.page('finish')
    expect(html).toContain('class="trophy"')
    expect(await traces()).toEqual(before)
  }, 60_000)
  it('gets no credential, and an attendance code that can be nobody’s', async () => {
    const { html } = await student.page('finish')
    expect(html).toContain('ALSE-0000')
    expect(html).toContain('In student view no credential is made.')
    expect(html).not.toMatch(/\/verify\/|data-waits/)
  })
  it('sees the run’s ladder, and isn’t on it', async () => {
    const { html } = await student.page('ladder')
    expect(html).toContain('XP')
    expect(html).not.toMatch(/aria-current="true"[^>]*class="me"|data-me/)
    const { ladders } = world.keyroom.rooms
    expect((await ladders.near(student.run, 'whoever')).total).toBe(1)
  })
  it('is in no list of the staff’s: neither participants nor open answers nor the export', async () => {
    const teacher = await enters(TEACHER)
    expect(teacher.run).toBe(run)
    for (const page of ['', 'reviews/', 'ladder', 'participants.csv']) {
      const { status, text } = await request(world.url).get(`/insights/${run}/${page}`).set(teacher.headers)
      expect([page, status, text.includes('Oliveira') || text.includes('Nobody is to review')]).toEqual([page, 200, false])
    }
    const { text } = await request(world.url).get(`/insights/${run}/links/`).set(teacher.headers)
    expect(text).toContain('Oliveira')
  })
  it('can’t see the staff’s pages meanwhile, and their session opens the run itself to nobody', async () => {
    expect((await request(world.url).get(`/insights/${student.run}/`).set(student.headers)).status).toBe(403)
    expect((await request(world.url).get(`/play/${run}/`).set(student.headers)).status).toBe(401)
  })
  it('begins afresh when they like', async () => {
    expect((await student.page('')).html).toMatch(/4 of 4|value="4"/)
    const entered = await request(world.url).post(`/lti/student-view/${student.run}/afresh`).set(student.headers)
    const token = /kr-[^=]+=([^;]+)/.exec(String(entered.headers['set-cookie']))?.[1] ?? ''
    const { text } = await request(world.url).get(`/play/${student.run}/`).set('authorization', `Bearer ${decodeURIComponent(token)}`)
    expect(text).toContain('Student view: nothing here counts.')
    expect(text).toMatch(/<progress value="0" max="4" aria-labelledby="overall">/)
  })
  it('needs the form’s own token for either, where a cookie says who they are', async () => {
    const { authorization = '' } = student.headers
    const answer = await request(world.url).post(`/lti/student-view/${student.run}/take-part`).set('cookie', `kr-${student.run}=${authorization.replace('Bearer ', '')}`)
    expect(answer.status).toBe(403)
  })
  it('counts from now on when they say that they really take part', async () => {
    const entered = await request(world.url).post(`/lti/student-view/${student.run}/take-part`).set(student.headers)
    expect(entered.text).toContain(`href="/play/${run}/"`)
    const { courses } = world.keyroom.rooms
    expect((await courses.members(run)).find(({ sub }) => sub === TEACHER)?.role).toBe('participant')
    world.lms.setRoles(TEACHER, [LEARNER])
    expect((await enters(TEACHER)).run).toBe(run)
    // Until they teach again.
    world.lms.setRoles(TEACHER)
    await enters(TEACHER)
    world.lms.setRoles(TEACHER, [LEARNER])
    expect((await enters(TEACHER)).run).toBe(previewOf(run))
  })
  it('is made a participant by other staff, too', async () => {
    const author = await enters('11')
    const { user } = (await world.keyroom.rooms.courses.studentViews(run))[0] ?? { user: '' }
    const answer = await request(world.url).post(`/insights/${run}/links/take-part`).set(author.headers).type('form').send({ user })
    expect([answer.status, answer.headers.location]).toEqual([303, `/insights/${run}/links/?said=takes-part`])
    expect((await enters(TEACHER)).run).toBe(realRun(run))
    expect((await request(world.url).post(`/insights/${run}/links/take-part`).set(author.headers).type('form').send({ user: 'somebody' })).status).toBe(404)
  })
})

describe('a test user of the LMS', () => {
  it('plays, leaves no trace, is no member, and can’t take part', async () => {
    const before = await traces()
    const test = await enters('16')
    expect(test.run).toBe(previewOf(run))
    const { html } = await test.page('')
    expect(html).toContain('nothing here counts')
    expect(html).not.toContain('/take-part')
    expect((await request(world.url).post(`/lti/student-view/${test.run}/take-part`).set(test.headers)).status).toBe(403)
    expect(await traces()).toEqual(before)
  })
})

describe('a mentor', () => {
  it('sees how far their mentees are, and nothing else', async () => {
    const mentor = await enters('14')
    const look = (path: string) => request(world.url).get(path).set(mentor.headers)
    const list = await look(`/insights/${run}/mentees/`)
    expect(list.text).toContain('Ada Okafor')
    expect(list.text).toMatch(/Søren Lindqvist[^]*Not started/)
    expect((await look(`/insights/${run}/`)).headers.location).toBe(`/insights/${run}/mentees/`)
    const ada = /mentees\/(\w+)"><bdi>Ada/.exec(list.text)?.[1] ?? ''
    expect((await look(`/insights/${run}/mentees/${ada}`)).text).toContain('Ada Okafor')
    const others = (await world.keyroom.rooms.courses.members(run)).filter(({ sub }) => !['21', '25'].includes(sub))
    for (const { user } of others.slice(0, 4)) expect((await look(`/insights/${run}/mentees/${user}`)).status).toBe(404)
    for (const path of [`/insights/${run}/participants/${ada}`, `/insights/${run}/ladder`, `/insights/${run}/links/`, `/insights/${run}/participants.csv`, `/play/${run}/`, `/studio/${run}/`]) expect([path, (await look(path)).status]).toEqual([path, 403])
  })
  it('knows their mentees by aliases where the LMS shares no names', async () => {
    const { lti } = world.keyroom.rooms
    world.lms.set({ privacy: { names: false, emails: false } })
    await lti.roster.sync(run)
    const { text } = await request(world.url).get(`/insights/${run}/mentees/`).set((await enters('14')).headers)
    const names = [...text.matchAll(/class="who unnamed"[^>]*><bdi>([^<]+)/g)].map(([, name]) => name)
    expect([new Set(names).size, names.every((name) => /^\S+ \S+ \d\d$/.test(name ?? '')), /\bundefined\b/.test(text)]).toEqual([2, true, false])
    world.lms.set({ privacy: { names: true, emails: true } })
    await lti.roster.sync(run)
  })
  it('of nobody is told so', async () => {
    world.lms.setRoles('32', ['http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor'])
    const mentor = await enters('32')
    const { status, text } = await request(world.url).get(`/insights/${run}/mentees/`).set(mentor.headers)
    expect([status, text.includes('Nobody is assigned to you yet')]).toEqual([200, true])
  })
})

it('moments are told in the time zone that the LMS says', async () => {
  const { kit, ledger } = world.keyroom.rooms
  const look = async (zone?: string): Promise<string> => {
    const { token } = kit.sessions.issue({ run, user: 'somebody', role: 'instructor', ...(zone ? { zone } : {}) })
    return (await request(world.url).get(`/insights/${run}/`).set('authorization', `Bearer ${token}`)).text
  }
  const ana = (await world.keyroom.rooms.courses.members(run)).find(({ sub }) => sub === '21')
  const { lastSeen } = (await ledger.standing(run, ana?.user ?? '')).play
  const said = (timeZone: string): string => new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(lastSeen)
  expect(await look('Pacific/Kiritimati')).toContain(`title="${said('Pacific/Kiritimati')}"`)
  expect(await look('Pacific/Kiritimati')).toContain('data-zone="Pacific/Kiritimati"')
  expect(await look()).toContain(`title="${said('UTC')} UTC"`)
  expect(await look()).not.toContain('data-zone')
})
