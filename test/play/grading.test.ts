import { expect, it } from 'vitest'
import type { Course, Room, Run } from '../../src/courses/index.js'
import { gameSlice } from '../../src/game/index.js'
import type { LedgerEvent, Standing } from '../../src/ledger/index.js'
import { gradesOf, playedIn, playSlice } from '../../src/play/index.js'
import { decideAnswer, decideLaunch, decideSelfReport } from '../../src/play/decide.js'

const AT = new Date('2026-03-01T10:00:00Z')
const activity = (id: string) => ({ id, title: id, content: id, outcomes: [], choice: false, pass: 1, selfReported: true })
const room = (id: string, ...activities: string[]): Room => ({ id, title: id, scene: 'library', intro: '', activities: activities.map(activity), choose: 0, tips: [], links: [] })
const COURSE: Course = {
  id: 'c@1', slug: 'c', title: 'C', summary: '', lang: 'en', outcomes: [], rooms: [room('one', 'a', 'b'), room('two', 'c')],
  xp: { activity: 20, firstTry: 10, room: 40, finish: 100, levels: { base: 120, factor: 1.3 } },
  finish: { title: '', message: '', attendancePrefix: 'C', credential: { name: '', description: '', criteria: '' } },
}
const RUN = { platform: 'moodle', grading: { course: true, rooms: true, credential: false } } as Run
const course = playedIn(COURSE, RUN)
const at = (...events: [string, object][]): Standing =>
  events.reduce((standing, [type, data]) => ({ ...standing, play: playSlice.evolve(standing.play, { type, data, at: AT, run: 'run', learner: 'ana' } as LedgerEvent) }),
    { _id: 'run:ana', run: 'run', learner: 'ana', v: 0, at: AT, play: playSlice.initial(), game: gameSlice.initial(), credentials: { issued: {} } } as Standing)
const answered = (room: string, id: string, more: object = {}): [string, object] => ['answered', { room, activity: id, item: '_', score: 0, max: 1, correct: false, kind: 'verified', response: 0, ...more }]
const completed = (room: string, id: string): [string, object] => ['completed', { room, activity: id, score: 1, max: 1, kind: 'verified', firstTry: true }]
const said = (standing: Standing): Record<string, string> =>
  Object.fromEntries(gradesOf(course, standing).map(({ payload }) => {
    const { column, score, activityProgress, pending } = payload as { column: string; score: number; activityProgress: string; pending?: true }
    return [column, `${score} ${activityProgress}${pending ? ' pending' : ''}`]
  }))

it('says of the course and of each room that was begun how far it is, in the standard’s words', () => {
  expect(said(at(['launched', {}]))).toEqual({ course: '0 Started' })
  expect(said(at(['launched', {}], answered('one', 'a')))).toEqual({ course: '0 Started', 'room:one': '0 Started' })
  expect(said(at(completed('one', 'a')))).toEqual({ course: '33.33 InProgress', 'room:one': '50 InProgress' })
  expect(said(at(completed('one', 'a'), completed('one', 'b'), ['room-completed', { room: 'one' }]))).toEqual({ course: '66.67 InProgress', 'room:one': '100 Completed' })
})
it('a room all of which is handed in waits for its review, and is pending till then', () => {
  const handedIn = at(completed('one', 'a'), answered('one', 'b', { pending: true }))
  expect(said(handedIn)).toEqual({ course: '33.33 InProgress pending', 'room:one': '50 Submitted pending' })
})
it('all that the course asks for, finished, is Completed', () => {
  expect(said(at(completed('one', 'a'), completed('one', 'b'), completed('two', 'c'), ['room-completed', { room: 'one' }], ['room-completed', { room: 'two' }], ['finished', {}])).course).toBe('100 Completed')
})
it('an answer sends the grades of its own room and the course, each in its row and its platform’s lane', () => {
  const [one] = COURSE.rooms
  const a = one?.activities[0]
  if (!one || !a) throw new Error('no room')
  const launched = at(['launched', {}], ['unlocked', { room: 'one', how: 'open' }], completed('two', 'c'))
  const answer = { room: one, activity: a, items: [{ id: '_', max: 1, kind: 'verified' as const }], item: '_', response: 0, scored: { correct: false, score: 0, max: 1, kind: 'verified' as const } }
  expect(decideAnswer(course, launched, AT, answer).outbox).toMatchObject([
    { kind: 'grade', id: 'grade:run:ana', lane: 'moodle', payload: { column: 'course' } }, { kind: 'grade', id: 'grade:run:ana:room:one', lane: 'moodle', payload: { column: 'room:one', comment: { pages: 0, of: 2 } } },
  ])
  const off = playedIn(COURSE, { ...RUN, grading: { course: false, rooms: false, credential: true } })
  expect(decideAnswer(off, launched, AT, answer).outbox).toEqual([])
})
it('a run without a choice has the course’s column alone', () => {
  const plain = playedIn(COURSE, { platform: 'moodle' })
  expect(gradesOf(plain, at(completed('one', 'a'))).map(({ id }) => id)).toEqual(['grade:run:ana'])
})
it('student view sends nothing', () => {
  const [one] = COURSE.rooms
  const a = one?.activities[0]
  if (!one || !a) throw new Error('no room')
  const preview = { ...at(['launched', {}]), run: 'run~preview' }
  expect(decideLaunch(course, { ...at(), run: 'run~preview' }, AT, 'link').outbox).toEqual([])
  expect(decideSelfReport(course, preview, AT, one, a).outbox).toEqual([])
})
