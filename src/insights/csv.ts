import type { Course } from '../courses/index.js'
import type { Participant } from './model.js'
import type { Words } from './words.js'

type Cell = string | number | boolean | Date | undefined

/** A spreadsheet runs a cell that begins like a formula, also in full width; an apostrophe makes it the text it is. */
const harmless = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text)
const cellText = (cell: Cell): string => {
  if (cell === undefined) return ''
  if (cell instanceof Date) return cell.toISOString()
  return typeof cell === 'string' ? harmless(cell) : String(cell)
}
const quoted = (cell: Cell): string => {
  const text = cellText(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * The columns of `participants.csv`. Their names are for programs: they stay, in every language; new ones come before the rooms'.
 *
 * | column | is |
 * | --- | --- |
 * | `user`, `lms_user` | the person's id in Keyroom, and the LMS's own |
 * | `name`, `email` | as the LMS gives them; empty where it gives none |
 * | `alias`, `on_ladder` | the name on the ladder, and whether others see it there |
 * | `status` | `stuck`, `playing`, `not-started`, `finished` |
 * | `stuck_on` | the reasons in words of the page's language, `; ` between them |
 * | `rooms_done`, `rooms`, `pages_done`, `pages` | how far of how many |
 * | `score` | what the grade says, 0–100 |
 * | `xp`, `level`, `answers`, `wrong_keys` | totals |
 * | `first_seen`, `last_seen`, `finished_at` | ISO 8601, UTC |
 * | `left_at` | when the LMS’s list of members no longer had the person |
 * | `grade` | `none`, `waiting`, `retrying`, `delivered`, `failed` |
 * | `grade_delivered_at`, `grade_problem` | when it got there; the code of what is in the way |
 * | `room.ID`, `room.ID.pages_done` | `locked`, `open`, `done`; pages done, for each room |
 */
const columnsOf = (course: Course, words: Words): [name: string, of: (each: Participant) => Cell][] => [
  ['user', ({ user }) => user],
  ['lms_user', ({ sub }) => sub],
  ['name', ({ name }) => name],
  ['email', ({ email }) => email],
  ['alias', words.alias],
  ['on_ladder', ({ onLadder }) => onLadder],
  ['status', ({ status }) => status],
  ['stuck_on', ({ stuck }) => stuck.map((reason) => words.reason(course, reason)).join('; ')],
  ['rooms_done', ({ roomsDone }) => roomsDone],
  ['rooms', ({ rooms }) => rooms.length],
  ['pages_done', ({ pages }) => pages.done],
  ['pages', ({ pages }) => pages.of],
  ['score', ({ score }) => score],
  ['xp', ({ xp }) => xp],
  ['level', ({ level }) => level],
  ['answers', ({ answers }) => answers],
  ['wrong_keys', ({ wrongKeys }) => wrongKeys],
  ['first_seen', ({ launched }) => launched],
  ['last_seen', ({ lastSeen }) => lastSeen],
  ['finished_at', ({ finished }) => finished],
  ['left_at', ({ left }) => left],
  ['grade', ({ grade }) => grade.state],
  ['grade_delivered_at', ({ grade }) => (grade.state === 'delivered' ? grade.at : undefined)],
  ['grade_problem', ({ grade }) => ('code' in grade ? grade.code : undefined)],
  ...course.rooms.flatMap(({ id }, index): [string, (each: Participant) => Cell][] => [
    [`room.${id}`, ({ rooms }) => rooms[index]?.state],
    [`room.${id}.pages_done`, ({ rooms }) => rooms[index]?.pages.done],
  ]),
]

/** All participants, for a spreadsheet: UTF-8 with a byte order mark, which Excel needs to read names right. */
export const participantsCsv = (course: Course, all: Participant[], words: Words): string => {
  const columns = columnsOf(course, words)
  const lines = [columns.map(([name]) => name), ...all.map((each) => columns.map(([, of]) => of(each)))]
  return `\uFEFF${lines.map((line) => line.map(quoted).join(',')).join('\r\n')}\r\n`
}
