import { columnsOf, type Column, type Course, type Courses, type Member, type Run } from '../../courses/index.js'
import { aliasOf, type GameState } from '../../game/index.js'
import type { Ledger, OutboxRow } from '../../ledger/index.js'
import { gradeIn } from '../../play/index.js'
import type { Grade, Participant } from '../model.js'
import { gradeOf } from '../participants.js'

/** A participant, as far as a list of grades names them. */
export type Who = Pick<Participant, 'user' | 'name' | 'email' | 'alias'>
/** One learner's grade in one column: what we have, and what became of it on its way. */
export interface GradeRow {
  id: string
  who: Who
  column: Column
  /** Where its column stands among the others. */
  place: number
  /** 0–1; absent: taken back. */
  share?: number
  pending: boolean
  grade: Grade
  /** What the LMS answered last. */
  answer?: { status?: number; text?: string }
}
export interface Grades { people: Map<string, Who>; columns: Column[]; rows: GradeRow[]; rest?: OutboxRow['rest'] }

export interface GradeSource { courses: Pick<Courses, 'members'>; ledger: Pick<Ledger, 'standings' | 'outbox'> }

/** Participants by their id. An alias is the one they chose, or the one made for them. */
export const peopleOf = async ({ courses, ledger }: GradeSource, run: string): Promise<Map<string, Who>> => {
  const chosen = async (): Promise<Map<string, GameState['alias']>> => {
    const all = new Map<string, GameState['alias']>()
    for await (const { learner, game } of ledger.standings<{ learner: string; game?: Pick<GameState, 'alias'> }>(run, ['learner', 'game.alias'])) all.set(learner, game?.alias)
    return all
  }
  const [members, aliases] = await Promise.all([courses.members(run), chosen()])
  const whoIs = ({ user, name, email }: Member): Who => ({ user, name: name?.trim() || undefined, email: email || undefined, alias: aliasOf(run, user, { alias: aliases.get(user) }) })
  return new Map(members.filter(({ role }) => role === 'participant').map((member) => [member.user, whoIs(member)]))
}

const rowIn = (row: OutboxRow, who: Who, columns: Column[]): GradeRow => {
  const { column, share, pending } = gradeIn(row)
  const { status, text } = row.rest?.problem ?? row.problem ?? {}
  return { id: row.id, who, column, place: columns.indexOf(column), share, pending, grade: gradeOf(row), ...(status || text ? { answer: { status, text } } : {}) }
}

/** All grades of a run that were ever to be sent: three queries, whether they are ten or some thousands. */
export const gradesIn = async (deps: GradeSource, run: Run, course: Course): Promise<Grades> => {
  const [people, found] = await Promise.all([peopleOf(deps, run._id), deps.ledger.outbox.rows({ run: run._id, kind: 'grade' })])
  const named = new Set<Column>([...columnsOf(run, course), ...found.map((row) => gradeIn(row).column)])
  const columns = [...named]
  const rows = found.flatMap((row) => {
    const who = people.get(row.learner)
    return who ? [rowIn(row, who, columns)] : []
  })
  return { people, columns, rows, rest: found.find(({ rest }) => rest)?.rest }
}
