import { describe, expect, it } from 'vitest'
import { LEARNER, people, rosterWorld } from './roster-world.js'

const world = rosterWorld()
const HTML = { headers: { 'content-type': 'text/html' }, body: '<p>Sign in</p>' }

describe('the list of members', () => {
  it('is read page after page, with the scope and the type that the standard names', async () => {
    world.pages = [people('1', '2'), people('3'), people('4')]
    expect(await world.sync()).toEqual({ members: 4, added: 4, left: 0 })
    expect(Object.keys(await world.members())).toEqual(['1', '2', '3', '4'])
    expect(world.asked.map(({ url }) => url)).toEqual(['/members?type=1', '/members?from=1', '/members?from=2'])
    expect(world.asked[0]?.headers).toMatchObject({ accept: 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json', authorization: 'Bearer t' })
  })
  it('brings in who has never launched, without a launch', async () => {
    world.pages = [people('1')]
    await world.sync()
    const one = await world.memberOf('1')
    expect(one).toMatchObject({ role: 'participant', status: 'active', name: 'Person 1', email: '1@lms.example' })
    expect(one).not.toHaveProperty('lastLaunch')
  })
  it('takes roles short or long, numbers for ids, and leaves out who is nobody here', async () => {
    const lis = 'http://purl.imsglobal.org/vocab/lis/v2/'
    world.pages = [[
      { user_id: 1, roles: [LEARNER] }, { user_id: '2', roles: ['Instructor'] }, { user_id: '3', roles: ['ContentDeveloper', 'Instructor'] }, { user_id: '4', roles: ['Mentor'] },
      { user_id: '5', roles: [`${lis}institution/person#Guest`] }, { user_id: '6', roles: ['Learner', 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser'] },
      { user_id: '7', roles: ['Learner'], status: 'Inactive' }, { user_id: '8', roles: ['Learner'], status: 'Deleted' },
    ]]
    await world.sync()
    expect(await world.members()).toEqual({ 1: 'participant', 2: 'instructor', 3: 'author', 4: 'mentor' })
  })
  it('does not make a participant of staff whom it calls a learner, as Moodle does with non-editing teachers', async () => {
    world.pages = [people('1')]
    await world.sync()
    await world.launches('1', { role: 'instructor' })
    await world.sync()
    expect(await world.members()).toEqual({ 1: 'instructor' })
  })
  it('is asked for conditionally where the platform marks it, and what it says then is that nothing changed', async () => {
    world.etag = '"v1"'
    world.pages = [people('1', '2')]
    await world.sync()
    world.later(1)
    expect(await world.sync()).toEqual({ members: 2, added: 2, left: 0 })
    expect(world.asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"v1"'])
    expect((await world.way.lti.roster.state(world.run))?.syncedAt).toEqual(world.now())
  })
})

describe('names and e-mails', () => {
  it('are renewed, put together from their parts, and forgotten when the platform stops sending them', async () => {
    world.pages = [[{ user_id: '1', roles: ['Learner'], given_name: 'Ada', family_name: 'Okafor' }, { user_id: '2', roles: ['Learner'], name: '  ', email: '' }]]
    await world.sync()
    expect((await world.memberOf('1'))?.name).toBe('Ada Okafor')
    expect(await world.memberOf('2')).not.toHaveProperty('name')
    expect(await world.memberOf('2')).not.toHaveProperty('email')
    world.pages = [[{ user_id: '1', roles: ['Learner'], name: 'Ada Lovelace', email: 'ada@lms.example' }, ...people('2')]]
    await world.sync()
    expect(await world.memberOf('1')).toMatchObject({ name: 'Ada Lovelace', email: 'ada@lms.example' })
    world.pages = [[{ user_id: '1', roles: ['Learner'] }, { user_id: '2', roles: ['Learner'], name: null, email: 7 } as never]]
    await world.sync()
    for (const sub of ['1', '2']) for (const field of ['name', 'email']) expect(await world.memberOf(sub)).not.toHaveProperty(field)
  })
})

describe('who is missing', () => {
  it('has left, since now; and is back when the list has them again, or they launch', async () => {
    world.pages = [people('1', '2', '3')]
    await world.sync()
    await world.launches('1')
    world.later(1)
    world.pages = [people('3')]
    expect(await world.sync()).toEqual({ members: 1, added: 0, left: 2 })
    expect(await world.memberOf('1')).toMatchObject({ status: 'left', leftAt: world.now() })
    await world.launches('1')
    world.pages = [people('2', '3')]
    world.clock -= 1 // a launch while the list is read
    expect(await world.sync()).toEqual({ members: 2, added: 1, left: 0 })
    for (const sub of ['1', '2']) {
      expect(await world.memberOf(sub)).toMatchObject({ status: 'active' })
      expect(await world.memberOf(sub)).not.toHaveProperty('leftAt')
    }
  })
  it('is vouched for by a launch for a day, where the list never had them', async () => {
    await world.launches('visitor')
    world.pages = [people('1')]
    world.later(2)
    await world.sync()
    expect(await world.members()).toMatchObject({ visitor: 'participant' })
    world.later(23)
    await world.sync()
    expect(await world.members()).toMatchObject({ visitor: 'participant left' })
  })
  it.each([
    ['another host’s next page', () => ({ headers: world.nextIs(1, world.elsewhere), body: { members: people('1') } }), 'lti/members-elsewhere'],
    ['a page that is no JSON', () => HTML, 'lti/members-unreadable'],
    ['a page of another shape', () => ({ body: { members: [{ name: 'No id' }] } }), 'lti/members-unreadable'],
    ['a list that turns in a circle', () => ({ headers: { link: `<${world.origin}/members?type=1>; rel=next` }, body: { members: people('1') } }), 'lti/members-unreadable'],
    ['a refusal', () => ({ status: 403, body: 'No' }), 'lti/members-refused'],
    ['a platform that is down', () => ({ status: 503, body: 'No' }), 'lti/platform-busy'],
    ['a connection that breaks', () => () => Promise.reject(new Error('broken')), 'lti/platform-unreachable'],
    ['an answer that never comes', () => () => new Promise<never>(() => undefined), 'lti/platform-unreachable'],
  ] as const)('stays with %s: the list is as it was, and it is said why', async (_name, page, code) => {
    world.pages = [people('1', '2')]
    await world.sync()
    const before = await world.way.courses.members(world.run)
    world.later(1)
    world.pages = [page()]
    await world.sync()
    expect(await world.way.courses.members(world.run)).toEqual(before)
    expect(await world.problem()).toBe(code)
    expect(world.strayed).toEqual([])
  })
  it('stays where only the first half could be read', async () => {
    world.pages = [people('1', '2')]
    await world.sync()
    world.pages = [people('2', 'new'), HTML]
    await world.sync()
    expect(await world.members()).toEqual({ 1: 'participant', 2: 'participant' })
    world.pages = [people('2', 'new')]
    await world.sync()
    expect([await world.members(), await world.problem()]).toEqual([{ 1: 'participant left', 2: 'participant', new: 'participant' }, undefined])
  })
  it('stays where all are missing at once; at the second time it is believed', async () => {
    world.pages = [[...people('1', '2'), { user_id: '9', roles: ['Instructor'] }]]
    await world.sync()
    world.pages = [[{ user_id: '9', roles: ['Instructor'] }]]
    await world.sync()
    expect([await world.members(), await world.problem()]).toEqual([{ 1: 'participant', 2: 'participant', 9: 'instructor' }, 'lti/members-all-gone'])
    await world.sync()
    expect([await world.members(), await world.problem()]).toEqual([{ 1: 'participant left', 2: 'participant left', 9: 'instructor' }, undefined])
  })
  it('stays where the list is longer than Keyroom takes', async () => {
    world.pages = [people('1', 'last')]
    await world.sync()
    const many = Array<string>(25_001).fill('new')
    world.pages = [people(...many), people(...many), people('last')]
    await world.sync()
    expect(await world.members()).toEqual({ 1: 'participant', last: 'participant', new: 'participant' })
    expect(await world.problem()).toBe('lti/members-too-many')
  })
})

describe('the reading', () => {
  it('is one node’s at a time: two who ask at once get what one has read', async () => {
    const other = await world.aNode()
    let letGo = (): void => undefined
    const opened = new Promise<void>((resolve) => (letGo = resolve))
    world.pages = [async () => (await opened, { body: { members: people('1', '2') } })]
    const both = Promise.all([world.sync(), other.lti.roster.sync(world.run)])
    await expect.poll(() => world.asked.length).toBe(1)
    letGo()
    expect(await both).toEqual([{ members: 2, added: 2, left: 0 }, { members: 2, added: 2, left: 0 }])
    expect(world.asked).toHaveLength(1)
    await other.lti.roster.close()
  })
  it('is not asked of a platform that is disabled, nor where a launch named no list', async () => {
    const [platform] = await world.way.lti.registry.list()
    await world.way.lti.registry.change(platform?._id ?? '', { state: 'disabled' })
    await world.sync()
    expect(await world.problem()).toBe('lti/platform-disabled')
    const { _id } = await world.way.courses.ensureRun({ platform: platform?._id ?? '', deployment: '1', context: 'other', resourceLink: 'l2' })
    await world.way.lti.roster.sync(_id)
    expect((await world.way.lti.roster.state(_id))?.problem?.code).toBe('lti/members-not-offered')
    expect(world.asked).toEqual([])
  })
  it('writes no name and no address into the log', async () => {
    world.pages = [people('1'), HTML]
    await world.sync()
    expect(JSON.stringify(world.way.lines)).not.toMatch(/Person 1|lms\.example/)
  })
})

describe('when it is read', () => {
  const arrivals = async (...roles: ('participant' | 'instructor' | 'mentor')[]): Promise<void> => {
    const { lti } = await world.aNode()
    lti.roster.start({ everyMs: 1e9 })
    for (const role of roles) lti.roster.arrived({ run: world.run, role })
    await lti.roster.close()
  }
  it('nothing is before it has begun', async () => {
    const { lti } = await world.aNode()
    lti.roster.arrived({ run: world.run, role: 'instructor' })
    await lti.roster.close()
    expect(world.asked).toEqual([])
  })
  it('staff’s launches read it every ten minutes at most, whichever node they come to', async () => {
    for (const [hours, expected] of [[0, 1], [0.1, 1], [0.1, 2]] as const) {
      world.later(hours)
      await arrivals('instructor')
      expect(world.asked).toHaveLength(expected)
    }
  })
  it('a participant’s launch reads it where it never was, or is older than a day; a mentor’s and a student view never', async () => {
    await arrivals('mentor')
    for (const [hours, expected] of [[0, 1], [23, 1], [2, 2]] as const) {
      world.later(hours)
      await arrivals('participant')
      expect(world.asked).toHaveLength(expected)
    }
  })
  it('it is read again by the clock, later each time the platform fails, and not of a run at rest', async () => {
    const look = async (): Promise<number> => {
      const { lti } = await world.aNode()
      const before = world.asked.length
      lti.roster.start({ everyMs: 1 })
      await new Promise((next) => setTimeout(next, 150))
      await lti.roster.close()
      return world.asked.length - before
    }
    world.pages = [people('1')]
    await arrivals('participant')
    expect(await look()).toBe(0)
    world.later(8)
    expect(await look()).toBe(1)
    world.pages = [HTML]
    world.later(8)
    expect(await look()).toBe(1)
    world.later(0.25)
    expect(await look()).toBe(1)
    world.later(0.25)
    expect(await look()).toBe(0)
    world.later(61 * 24)
    expect(await look()).toBe(0)
  })
})
