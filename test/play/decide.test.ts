import { describe, expect, it } from 'vitest'
import type { Course, Room } from '../../src/courses/index.js'
import { gameSlice } from '../../src/game/index.js'
import type { Decision, LedgerEvent, Standing } from '../../src/ledger/index.js'
import { playSlice } from '../../src/play/index.js'
import { decideAnswer, decideKey, decideLaunch, decideRelease, decideSelfReport, waitAfter } from '../../src/play/decide.js'

const AT = new Date('2026-03-01T10:00:00Z')
const activity = (id: string, more = {}) => ({ id, title: id, content: id, outcomes: [], choice: false, pass: 1, selfReported: false, ...more })
const room = (id: string, activities: Room['activities'], more: Partial<Room> = {}): Room => ({
  id, title: id, scene: 'library', intro: '', activities, choose: 0, tips: [], links: [], ...more,
})
const lock = { kind: 'shared' as const, sealedKey: 'x' }
const course: Course = {
  id: 'c@1', slug: 'c', title: 'C', summary: '', lang: 'en', outcomes: [],
  rooms: [
    room('r1', [activity('a'), activity('b')]),
    room('r2', [activity('c', { choice: true }), activity('d', { choice: true, selfReported: true })], { choose: 1, lock }),
  ],
  xp: { activity: 20, firstTry: 10, room: 40, finish: 100, levels: { base: 120, factor: 1.3 } },
  finish: { title: '', message: '', attendancePrefix: 'C', credential: { name: '', description: '', criteria: '' } },
}
const fresh = (): Standing =>
  ({ _id: 'run:ana', run: 'run', learner: 'ana', v: 0, at: AT, play: playSlice.initial(), game: gameSlice.initial(), credentials: { issued: {} } }) as Standing

/** Folds a decision into the standing, as the ledger does. */
const tell = (standing: Standing, { events }: Decision): Standing =>
  events.reduce((now, draft) => {
    const event = { ...draft, at: AT, run: 'run', learner: 'ana' } as LedgerEvent
    return { ...now, play: playSlice.evolve(now.play, event), game: gameSlice.evolve(now.game, event) }
  }, standing)
const types = ({ events }: Decision): string[] => events.map(({ type }) => type)
const [r1, r2] = course.rooms as [Room, Room]
const answer = (standing: Standing, where: Room, id: string, correct: boolean): Decision =>
  decideAnswer(course, standing, AT, {
    room: where,
    activity: where.activities.find((each) => each.id === id) ?? activity(id),
    items: [{ id: 'q', max: 1, kind: 'verified' }],
    item: 'q',
    response: [0],
    scored: { correct, score: correct ? 1 : 0, max: 1, kind: 'verified' },
  })
const launched = (): Standing => tell(fresh(), decideLaunch(course, fresh(), AT, 'link'))

describe('a launch', () => {
  it('opens the first room and no other, and tells the LMS that someone came', () => {
    const decision = decideLaunch(course, fresh(), AT, 'link')
    expect(decision.events).toEqual([
      { type: 'launched', data: { resourceLink: 'link' } },
      { type: 'unlocked', data: { room: 'r1', how: 'open' } },
    ])
    expect(decision.outbox).toMatchObject([{ kind: 'grade', payload: { column: 'course', score: 0, activityProgress: 'Started' } }])
  })
  it('again sends no grade: nothing of it changed', () => {
    expect(decideLaunch(course, launched(), AT, 'link').outbox).toEqual([])
  })
})

describe('a room done on the browser’s word alone', () => {
  it('earns what it earns, but no badge for first tries that never were', () => {
    const opened = tell(launched(), { events: [{ type: 'unlocked', data: { room: 'r2', how: 'key' } }] })
    const [, d] = r2.activities
    const decision = decideSelfReport(course, opened, AT, r2, d ?? activity('d'))
    expect(types(decision)).toEqual(['completed', 'earned', 'room-completed', 'earned'])
    expect(decision.events[2]?.data).toMatchObject({ firstTry: false })
  })
})

describe('an answer', () => {
  it('right at the first try completes the activity and says why the XP came', () => {
    const decision = answer(launched(), r1, 'a', true)
    expect(types(decision)).toEqual(['answered', 'completed', 'earned', 'earned'])
    expect(decision.events.slice(2).map(({ data }) => data)).toMatchObject([{ xp: 20, reason: 'activity' }, { xp: 10, reason: 'first-try' }])
  })
  it('wrong costs nothing but the first-try bonus', () => {
    const once = tell(launched(), answer(launched(), r1, 'a', false))
    const decision = answer(once, r1, 'a', true)
    expect(types(decision)).toEqual(['answered', 'completed', 'earned'])
  })
  it('once right changes nothing any more, whatever comes later', () => {
    const done = tell(launched(), answer(launched(), r1, 'a', true))
    expect(answer(done, r1, 'a', true)).toEqual({ events: [] })
    expect(answer(done, r1, 'a', false)).toEqual({ events: [] })
  })
  it('to the last activity finishes the room, but opens no lock', () => {
    const half = tell(launched(), answer(launched(), r1, 'a', true))
    const decision = answer(half, r1, 'b', true)
    expect(types(decision)).toEqual(['answered', 'completed', 'earned', 'earned', 'room-completed', 'earned', 'badge-earned'])
    expect(tell(half, decision).play.rooms.r2?.opened).toBeUndefined()
    expect(decision.outbox).toMatchObject([{ payload: { score: 66.67, comment: { rooms: 1, of: 2 } } }])
  })
  it('that ends the course sends the grade and asks for the credential, together', () => {
    const one = tell(launched(), answer(launched(), r1, 'a', true))
    const two = tell(one, answer(one, r1, 'b', true))
    const decision = answer(two, r2, 'c', true)
    expect(types(decision)).toContain('finished')
    expect(decision.outbox?.map(({ kind }) => kind)).toEqual(['grade', 'credential'])
    expect(decision.outbox?.[0]?.payload).toMatchObject({ score: 100, activityProgress: 'Completed' })
  })
})

it('a part nobody scores has to be answered before the whole is done, and is no word about its points', () => {
  const [r1, a] = [course.rooms[0] ?? room('r1', []), activity('a')]
  const items = [{ id: 'q', max: 2, kind: 'rescored' as const }, { id: 'essay', max: 0, kind: 'self-reported' as const }]
  const give = (standing: Standing, item: 'q' | 'essay') =>
    decideAnswer(course, standing, AT, { room: r1, activity: a, items, item, response: 'x', scored: item === 'q' ? { correct: true, score: 2, max: 2, kind: 'rescored' } : { correct: true, score: 0, max: 0, kind: 'self-reported' } })
  for (const [first, second] of [['q', 'essay'], ['essay', 'q']] as const) {
    const begun = give(launched(), first)
    expect(begun.events.map(({ type }) => type)).not.toContain('completed')
    expect(give(tell(launched(), begun), second).events.find(({ type }) => type === 'completed')?.data).toMatchObject({ activity: 'a', score: 2, max: 2, kind: 'rescored', firstTry: true })
  }
})

it('a self-reported activity completes a choice, marked as such, without a first-try bonus', () => {
  const choice = r2.activities[1] ?? activity('d')
  const decision = decideSelfReport(course, launched(), AT, r2, choice)
  expect(decision.events[0]).toMatchObject({ type: 'completed', data: { kind: 'self-reported' } })
  expect(decision.events.filter(({ data }) => 'reason' in data && data.reason === 'first-try')).toEqual([])
  expect(decideSelfReport(course, tell(launched(), decision), AT, r2, choice)).toEqual({ events: [] })
})

describe('a key', () => {
  it('that fits opens the door and earns the first-key badge', () => {
    expect(types(decideKey(course, launched(), AT, r2, 'right'))).toEqual(['unlocked', 'badge-earned'])
  })
  it('is not looked at while the wait runs, right or wrong', () => {
    let standing = launched()
    for (let i = 0; i < 3; i++) standing = tell(standing, decideKey(course, standing, AT, r2, 'wrong'))
    expect(decideKey(course, standing, AT, r2, 'right')).toEqual({ events: [] })
    const later = new Date(AT.getTime() + 3000)
    expect(types(decideKey(course, standing, later, r2, 'right'))).toContain('unlocked')
  })
  it('costs more patience each time, and never more than a minute', () => {
    expect([1, 2, 3, 4, 8, 50].map((wrong) => waitAfter(wrong))).toEqual([0, 0, 2, 4, 60, 60])
  })
})

it('a release opens the room once and keeps the reason', () => {
  const decision = decideRelease(course, launched(), AT, r2, 'was ill', 'teacher')
  expect(decision.events).toEqual([{ type: 'unlocked', data: { room: 'r2', how: 'released', reason: 'was ill' } }])
  expect(decideRelease(course, tell(launched(), decision), AT, r2, 'again', 'teacher')).toEqual({ events: [] })
})
