import { beforeAll, describe, expect, it } from 'vitest'
import { aWorld, type Learner, type Staff, type World } from './world.js'

let world: World
let tutor: Staff
let ana: Learner
let page: string
beforeAll(async () => {
  world = await aWorld()
  tutor = world.as('instructor', { user: 'tomas' })
  await world.courses.upsertMember({ run: world.run, user: 'tomas', platform: 'p', sub: 't', name: 'Tomás <b>Tutor', role: 'instructor', lastLaunch: world.clock.at })
  ana = await world.learner('Ana')
  await ana.answers('film', 'a', 'wrong', 2)
  await ana.solves('film')
  await ana.reads()
  await ana.triesWrongKeys('library', 2)
  page = `/insights/${world.run}/participants/${ana.user}`
})
const seen = async (): Promise<string> => (await tutor.get(page)).text.replace(/\s+/g, ' ')

describe('a participant’s page', () => {
  it('shows each question with tries, points, and how far the result can be trusted', async () => {
    const text = await seen()
    expect(text).toMatch(/Question 1<\/th><td[^>]*>3<\/td><td[^>]*>1 of 1 points<\/td><td><span class="result" data-result="right">Right<\/span> <span class="kind" data-kind="verified">verified/)
    expect(text).toMatch(/Question 2<\/th><td[^>]*>1<\/td>.*?Right at the first try/)
    expect(text).toContain('data-kind="self-reported">self-reported')
  })
  it('tells what happened in words, the newest first', async () => {
    const text = await seen()
    const at = (part: string): number => text.indexOf(part)
    expect(at('Tried a key at “The library” that didn’t fit')).toBeGreaterThan(0)
    expect(at('Tried a key')).toBeLessThan(at('Finished the room “The hall”'))
    expect(at('Finished the room')).toBeLessThan(at('Answered, not right yet, in “The film” (0/1)'))
    expect(text).toContain('+30 XP: “The film” done')
    expect(text).toContain('Finished “Reading” (self-reported)')
  })
  it('tells a fact of a later version by its name', async () => {
    await world.ledger.record({ run: world.run, learner: ana.user, key: 'later', at: world.clock.at, decide: () => ({ events: [{ type: 'danced', data: {} }] }) })
    expect(await seen()).toContain('Recorded: danced')
  })
  it('of who was never here says so', async () => {
    await world.courses.upsertMember({ run: world.run, user: 'absent', platform: 'p', sub: 'x', role: 'participant', lastLaunch: world.clock.at })
    expect((await tutor.get(`/insights/${world.run}/participants/absent`)).text).toContain('Nothing yet: this person has not come in.')
  })
  it('is nobody’s who is not a participant of this run', async () => {
    for (const user of ['tomas', 'nobody', `${world.run}:${ana.user}`, '%2e%2e']) expect((await tutor.get(`/insights/${world.run}/participants/${encodeURIComponent(user)}`)).status).toBe(404)
  })
})

describe('opening a room for one learner', () => {
  const isOpen = async (user: string): Promise<boolean> => (await world.ledger.standing(world.run, user)).play.rooms.library?.opened !== undefined
  it.each(['', '  ', 'no'])('needs a reason; «%s» is none, and the form comes back filled', async (reason) => {
    const { status, text } = await tutor.post(`${page}/releases`, { room: 'stage', reason })
    expect(status).toBe(400)
    expect(text).toContain('Please say in a few words why')
    expect(text).toContain('aria-invalid="true"')
    expect(text).toMatch(/value="stage" selected/)
    expect(text).toContain(`>${reason.trim()}</textarea>`)
    expect(await isOpen(ana.user)).toBe(false)
  })
  it.each(['hall', 'attic', '__proto__'])('is refused for «%s», which has no shut lock, and keeps the reason', async (room) => {
    const { status, text } = await tutor.post(`${page}/releases`, { room, reason: 'because <i>' })
    expect(status).toBe(400)
    expect(text).toContain('This room is open already, or has no lock.')
    expect(text).toContain('>because &lt;i&gt;</textarea>')
  })
  it('without the form’s token changes nothing', async () => {
    expect((await tutor.post(`${page}/releases`, { _csrf: 'forged', room: 'library', reason: 'because' })).status).toBe(403)
    expect(await isOpen(ana.user)).toBe(false)
  })
  it('opens it for them alone, and keeps the reason and who gave it', async () => {
    const ben = await world.learner('Ben')
    world.told.length = 0
    const { status, location } = await tutor.post(`${page}/releases`, { room: 'library', reason: '  Was ill, <b>agreed</b>  ' })
    expect([status, location]).toEqual([303, `${page}?said=released`])
    expect([await isOpen(ana.user), await isOpen(ben.user)]).toEqual([true, false])
    expect(world.told).toContainEqual({ run: world.run, to: 'staff', event: 'insights' })
    const event = (await world.ledger.events(world.run, ana.user)).find(({ data }) => 'how' in data && data.how === 'released')
    expect(event).toMatchObject({ type: 'unlocked', actor: 'tomas', data: { room: 'library', reason: 'Was ill, <b>agreed</b>' } })
    const text = (await tutor.get(location)).text.replace(/\s+/g, ' ')
    expect(text).toMatch(/“The library” was opened for them<\/p> <blockquote>Was ill, &lt;b&gt;agreed&lt;\/b&gt;<\/blockquote> <p[^>]*><time[^>]*>[^<]*<\/time> <span class="by">by <bdi>Tomás &lt;b&gt;Tutor<\/bdi>/)
    expect(text).toContain('The room is open. The reason is kept below.')
  })
  it('is no sign of life of the learner', async () => {
    const { lastSeen } = (await world.ledger.standing(world.run, ana.user)).play
    world.clock.at = new Date(world.clock.at.getTime() + 3_600_000)
    await tutor.post(`${page}/releases`, { room: 'stage', reason: 'early access' })
    expect((await world.ledger.standing(world.run, ana.user)).play.lastSeen).toEqual(lastSeen)
  })
  it('leads from the address of a form that came back to the participant', async () => {
    expect(await tutor.get(`${page}/releases?lang=ar`)).toMatchObject({ status: 303, location: page })
  })
})
