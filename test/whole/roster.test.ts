import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchAs } from '../../src/demo/participant.js'
import { aWorld, type World } from '../support/keyroom.js'

let world: World
beforeAll(async () => {
  world = await aWorld()
  world.lms.set({ membersPerPage: 5 })
}, 60_000)
afterAll(() => world.close())

const enter = (person: string) => launchAs(person, { lms: world.lms.url, keyroom: world.url })

it('an instructor’s launch brings in the course’s members, who leave when the LMS removes them, with names or without', async () => {
  const { rooms } = world.keyroom
  const ada = await enter('21')
  const roster = async (): Promise<string[]> => (await rooms.courses.members(ada.run)).filter(({ role, status }) => role === 'participant' && status === 'active').map(({ sub }) => sub)
  await expect.poll(roster, { timeout: 10_000 }).toHaveLength(12)
  const all = await rooms.courses.members(ada.run)
  expect(all.find(({ sub }) => sub === '22')).toMatchObject({ name: '李雨桐', email: 'person22@demo.example' })
  expect(all.filter(({ role }) => role !== 'participant').map(({ sub }) => sub).sort()).toEqual(['11', '12', '13', '14'])

  const [context] = world.lms.contexts()
  world.lms.setMember(context?.id ?? '', '21', 'absent')
  world.lms.setMember(context?.id ?? '', '23', 'Deleted')
  world.lms.set({ privacy: { names: false, emails: false } })
  expect(await rooms.lti.roster.sync(ada.run)).toMatchObject({ left: 2 })
  expect((await roster()).includes('21')).toBe(false)
  expect((await rooms.courses.members(ada.run)).filter(({ name, email, status }) => status === 'active' && (name ?? email))).toEqual([])

  const ben = await enter('25')
  for (const page of ['', 'ladder']) {
    const { html } = await ben.page(page)
    expect(html).not.toMatch(/\bundefined\b|>\s*null\s*<|person\d+@/)
  }
  const staff = rooms.kit.sessions.issue({ run: ada.run, user: 'staff', role: 'instructor', lang: 'en' })
  const page = await (await fetch(`${world.url}/insights/${ada.run}/`, { headers: { authorization: `Bearer ${staff.token}`, accept: 'text/html' } })).text()
  expect(page).toMatch(/Members read from Demo LMS <time[^]*Has not opened it yet/)
  expect(page).toMatch(/Left the course <span class="num">2</)
}, 60_000)
