import type { Course, Courses, Member } from '../courses/index.js'
import { aliasOf, gameSlice, type GameState } from '../game/index.js'
import type { Ledger, OutboxRow } from '../ledger/index.js'
import { courseScore, gradeIn, pagesOf, playSlice, roomsDone, type PlayState } from '../play/index.js'
import type { Grade, Participant, Status } from './model.js'
import { hasStarted, stuckOn } from './stuck.js'

type Mine = { play: PlayState; game: Pick<GameState, 'xp' | 'xpAt' | 'level' | 'alias' | 'onLadder'> }
/** What the list needs of a standing: not the badges, gains and payments, which are its larger half. */
const FIELDS = ['learner', 'play', 'game.xp', 'game.xpAt', 'game.level', 'game.alias', 'game.onLadder'] as const

/** The row's state in the words of people: a problem on the way is worth telling although it may mend itself. */
export const gradeOf = (row: OutboxRow | undefined): Grade => {
  if (!row) return { state: 'none' }
  const { state, problem, nextAt, deliveredAt, at, rest } = row
  if (state === 'delivered') {
    if (problem?.code === 'lti/overridden') return { state: 'overridden' }
    if (problem?.code === 'lti/column-off') return { state: 'off' }
    return { state: gradeIn(row).reset ? 'cleared' : 'delivered', at: deliveredAt }
  }
  if (state === 'failed') return { state, code: problem?.code ?? 'unforeseen', at: problem?.at ?? at }
  if (rest) return { state: 'retrying', code: rest.problem.code, nextAt: rest.until }
  return problem && row.attempts > 0 ? { state: 'retrying', code: problem.code, nextAt } : { state: 'waiting' }
}

/** The most pressing first. */
export const PRESSING: Grade['state'][] = ['failed', 'retrying', 'overridden', 'waiting', 'none', 'cleared', 'delivered', 'off']
/** One for all columns of a learner, the course's where nothing is more pressing; and how many are so. */
const gradesOf = (rows: OutboxRow[]): Pick<Participant, 'grade' | 'columns'> => {
  const grades = rows.toSorted((a, b) => a.id.length - b.id.length).map(gradeOf).filter(({ state }) => state !== 'off')
  const [grade = { state: 'none' as const }] = grades.toSorted((a, b) => PRESSING.indexOf(a.state) - PRESSING.indexOf(b.state))
  return { grade, columns: { of: grades.length, count: grades.filter(({ state }) => state === grade.state).length } }
}

const statusOf = (play: PlayState, isStuck: boolean): Status => (play.finished ? 'finished' : isStuck ? 'stuck' : hasStarted(play) ? 'playing' : 'not-started')

/** One member, joined. Pure. */
export const participantOf = (course: Course, member: Member, { play, game }: Mine, rows: OutboxRow[], now: Date): Participant => {
  const rooms = course.rooms.map((room): Participant['rooms'][number] => {
    const state = play.rooms[room.id]
    return { room: room.id, state: state?.completed ? 'done' : state?.opened ? 'open' : 'locked', pages: pagesOf(room, play) }
  })
  const stuck = stuckOn(course, play, now)
  const status = statusOf(play, stuck.length > 0)
  const items = Object.values(play.activities).flatMap(({ items }) => Object.values(items))
  const sum = (of: number[]): number => of.reduce((total, each) => total + each, 0)
  return {
    user: member.user, sub: member.sub, name: member.name?.trim() || undefined, email: member.email || undefined,
    alias: aliasOf(member.run, member.user, game), onLadder: game.onLadder,
    rooms, roomsDone: roomsDone(course, play),
    pages: { done: sum(rooms.map(({ pages }) => pages.done)), of: sum(rooms.map(({ pages }) => pages.of)) },
    at: status === 'playing' || status === 'stuck' ? rooms.find(({ state }) => state !== 'done')?.room : undefined,
    score: courseScore(course, play), xp: game.xp, xpAt: game.xpAt, level: game.level,
    answers: sum(items.map(({ tries }) => tries)), wrongKeys: sum(Object.values(play.rooms).map(({ wrong }) => wrong)),
    left: member.status === 'left' ? (member.leftAt ?? now) : undefined, neverCame: !play.launched && !member.lastLaunch,
    launched: play.launched, lastSeen: play.lastSeen, finished: play.finished, status, stuck, ...gradesOf(rows),
  }
}
const nobody = (): Mine => ({ play: playSlice.initial(), game: gameSlice.initial() })

/** All participants of a run: three queries, one pass, whether they are ten or a thousand. */
export const participantsOf = async (deps: { courses: Pick<Courses, 'members'>; ledger: Pick<Ledger, 'standings' | 'outbox'> }, run: string, course: Course, now: Date): Promise<Participant[]> => {
  const standings = async (): Promise<Map<string, Mine>> => {
    const all = new Map<string, Mine>()
    for await (const { learner, ...mine } of deps.ledger.standings<Mine & { learner: string }>(run, FIELDS)) all.set(learner, mine)
    return all
  }
  const [members, mine, rows] = await Promise.all([deps.courses.members(run), standings(), deps.ledger.outbox.rows({ run, kind: 'grade' })])
  const grades = new Map<string, OutboxRow[]>()
  for (const row of rows) grades.set(row.learner, [...(grades.get(row.learner) ?? []), row])
  return members.filter(({ role }) => role === 'participant').map((member) => participantOf(course, member, mine.get(member.user) ?? nobody(), grades.get(member.user) ?? [], now))
}
