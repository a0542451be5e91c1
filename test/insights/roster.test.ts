import { beforeAll, describe, expect, it } from 'vitest'
import type { Listed } from '../../src/courses/index.js'
import { aWorld, type Staff, type World } from './world.js'

let world: World
let tutor: Staff
let base: string
const people: Listed[] = ['ada', 'ben', 'new', 'nameless'].map((user) => ({ user, platform: 'p', sub: user, role: 'participant', ...(user === 'nameless' ? {} : { name: `Name of ${user}`, email: `${user}@lms.example` }) }))
const staff: Listed = { user: 'tomas', platform: 'p', sub: 't', role: 'instructor', name: 'Tomás' }
const take = (listed: Listed[]) => world.courses.takeRoster(world.run, [...listed, staff], { began: world.clock.at, complete: true })
const get = async (path = '/'): Promise<string> => (await tutor.get(`${base}${path}`)).text
const usersIn = (html: string): string[] => [...html.matchAll(/<tr role="row"[^>]*data-user="([^"]*)"/g)].map(([, user = '']) => user).sort()
const rowOf = (html: string, user: string): string => new RegExp(`<tr role="row"[^>]*data-user="${user}">.*?</tr>`, 's').exec(html)?.[0] ?? ''
const total = (html: string, key: string): string => new RegExp(`data-total="${key}">.*?<dd[^>]*>([^<]*)`, 's').exec(html)?.[1] ?? ''

beforeAll(async () => {
  world = await aWorld()
  base = `/insights/${world.run}`
  tutor = world.as('instructor')
  await take(people)
  for (const user of ['ada', 'ben']) await (await world.learner(`Name of ${user}`, { user })).solves('film')
  world.clock.at = new Date(world.clock.at.getTime() + 60_000)
})

describe('who is on the LMS’s list', () => {
  it('and has not come yet is listed as not started, and nobody of the staff is', async () => {
    const html = await get('/?show=not-started')
    expect(usersIn(html)).toEqual(['nameless', 'new'])
    expect(rowOf(html, 'new')).toMatch(/Not started.*Has not opened it yet/s)
    expect([total(html, 'people'), total(html, 'started')]).toEqual(['4', '2'])
    expect(usersIn(await get())).toEqual(['ada', 'ben', 'nameless', 'new'])
  })
  it('without a name has an alias on every page, and never the word for nothing', async () => {
    for (const path of ['/', '/ladder', '/participants/nameless', '/reviews/', '/participants.csv']) expect(await get(path), path).not.toMatch(/\bundefined\b|\bnull\b|NaN/)
    const html = await get()
    expect(rowOf(html, 'nameless')).toMatch(/No name given.*class="alias[^>]*>\S+ \S+/s)
    expect(await get('/participants/nameless')).toMatch(/No name given/)
  })
  it('and has not come yet has a page that says so', async () => expect(await get('/participants/new')).toMatch(/Has not opened it yet/))
})

describe('who left', () => {
  beforeAll(async () => void (await take(people.filter(({ user }) => user !== 'ada' && user !== 'new'))))
  it('is on no list but their own', async () => {
    const html = await get()
    expect(usersIn(html)).toEqual(['ben', 'nameless'])
    expect([total(html, 'people'), total(html, 'started')]).toEqual(['2', '1'])
    expect(html).toMatch(/data-show="left"[^>]*>Left the course <span class="num">2</)
    const left = await get('/?show=left')
    expect(usersIn(left)).toEqual(['ada', 'new'])
    expect(rowOf(left, 'ada')).toMatch(/data-status="left">Left the course<\/span>.*<time/s)
    for (const show of ['not-started', 'stuck', 'grade-problem']) expect(usersIn(await get(`/?show=${show}`))).not.toContain('ada')
  })
  it('holds no place on the ladder, and keeps their page and their line of the export', async () => {
    expect(await get('/ladder')).not.toContain('Name of ada')
    expect(await get('/participants/ada')).toMatch(/data-status="left">Left the course/)
    const [heads = '', ...rows] = (await get('/participants.csv')).split('\r\n')
    const at = heads.split(',').indexOf('left_at')
    expect(rows.find((row) => row.startsWith('ada,'))?.split(',')[at]).toBe('2026-03-02T09:01:00.000Z')
    expect(rows.find((row) => row.startsWith('ben,'))?.split(',')[at]).toBe('')
  })
  it('is back where they were once the list has them again', async () => {
    await take(people)
    expect(usersIn(await get())).toEqual(['ada', 'ben', 'nameless', 'new'])
    expect(await get('/ladder')).toContain('Name of ada')
    expect(await get()).not.toContain('data-show="left"')
  })
})

describe('what is said of the list itself', () => {
  it('is that the LMS shares none, where no launch named one', async () => {
    expect(await get()).toMatch(/The list of members could not be read: the LMS doesn’t share it[^]*An administrator can switch on/)
    expect(await get()).not.toContain('id="read-again"')
  })
  it('is when it was read, and a button reads it again, but not what was read this moment', async () => {
    await world.courses.ensureRun({ platform: 'p', deployment: '1', context: 'spring', resourceLink: 'l', slug: 'case', nrps: 'https://lms.example/members' })
    expect(await get()).toMatch(/hasn’t been read from Moodle yet[^]*id="read-again">Read the members</)
    expect((await tutor.post(`${base}/roster`)).location).toBe(`${base}/#part-roster`)
    world.roster.state = { syncedAt: world.clock.at, members: 5 }
    expect(await get('/part')).toMatch(/Members read from Moodle <time datetime="2026-03-02T09:01:00.000Z"[^]*5 people on the list[^]*Read the members again/)
    await tutor.post(`${base}/roster`)
    expect(world.roster.asked).toEqual([world.run])
  })
  it.each(['members-refused', 'members-unreadable', 'members-elsewhere', 'members-all-gone', 'members-too-many', 'platform-busy', 'platform-unreachable', 'platform-disabled', 'unknown-platform', 'token-refused', 'unforeseen'])('is why it could not be, with a mend: lti/%s', async (name) => {
    world.roster.state = { problem: { code: `lti/${name}`, at: world.clock.at } }
    const said = /<section id="part-roster".*?<\/section>/s.exec(await get())?.[0] ?? ''
    expect(said).toMatch(/could not be read: [^<]+<\/strong> \S/)
    expect(said).not.toMatch(/roster\.|lti\//)
  })
  it('is a code of tomorrow as text', async () => {
    world.roster.state = { problem: { code: 'lti/<b>x', at: world.clock.at } }
    expect(await get()).toContain('code lti/&lt;b&gt;x.')
  })
  it('is for staff alone to ask for', async () => expect((await world.as('participant').post(`${base}/roster`)).status).toBe(403))
})
