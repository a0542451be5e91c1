import type { Course } from '../courses/index.js'
import { BADGES, type XpReason } from '../game/index.js'
import type { Standing } from '../ledger/index.js'
import { gradeLine, type GradeLine, type MyGrades } from './grade-line.js'
import { pagesOf } from './progress.js'
import { isReached, stageOf } from './stage.js'
import { timed, type Timed, type Tongue } from './words.js'

export interface FinishInput {
  run: string
  course: Course
  standing: Standing
  tongue: Tongue
  grades?: MyGrades
  /** In student view nothing leaves the house. */
  preview?: boolean
  /** Only once finished. */
  attendanceCode?: string
}
export interface FinishView {
  title: string
  message: string
  lang: string
  finished: Timed
  grade?: GradeLine
  /** Where the LMS has columns of their own for rooms. */
  rooms: { title: string; grade: GradeLine }[]
  attendanceCode: string
  credential: { name: string; description: string; href?: string; state: string; comes: boolean }
  xp: { total: string; level: string; why: { text: string; xp: string }[] }
  badges: { id: string; name: string; held: boolean; words: string; how: string }[]
  home: string
  version: number
  /** Something is still on its way: the page looks again by itself. */
  waits: boolean
}
export interface UnfinishedView { home: string; progress: { value: number; of: number; words: string }; missing: { number: number; title: string; words: string; href?: string }[]; lang: string }

const REASONS: XpReason[] = ['finish', 'room', 'activity', 'first-try']

const whyOf = ({ standing: { game }, tongue: { say } }: FinishInput): FinishView['xp']['why'] => {
  const rows = REASONS.map((reason) => {
    const gains = game.gains.filter((gain) => gain.reason === reason)
    return { reason, count: gains.length, xp: gains.reduce((sum, { xp }) => sum + xp, 0) }
  })
  // The standing keeps the newest gains only; the total has them all.
  const earlier = game.xp - rows.reduce((sum, { xp }) => sum + xp, 0)
  const said = rows.filter(({ count }) => count > 0).map(({ reason, count, xp }) => ({ text: say(`play.finish.why.${reason}`, { count }), xp: say('game.level.gain', { xp }) }))
  return earlier > 0 ? [...said, { text: say('play.finish.why.earlier'), xp: say('game.level.gain', { xp: earlier }) }] : said
}

const roomGrades = ({ grades, course, tongue }: FinishInput): FinishView['rooms'] =>
  course.rooms.flatMap(({ id, title }) => {
    const grade = grades && gradeLine(grades, `room:${id}`, tongue)
    return grade ? [{ title, grade }] : []
  })
const isUnderWay = ({ state }: GradeLine): boolean => state === 'waiting' || state === 'retrying'

/** The end, for who has reached it. */
export const finishView = (input: FinishInput & { attendanceCode: string }): FinishView => {
  const { run, course, standing, tongue, attendanceCode, preview = false } = input
  const { say } = tongue
  const issued = standing.credentials.issued.course
  const grade = input.grades && gradeLine(input.grades, 'course', tongue)
  const rooms = roomGrades(input)
  return {
    title: course.finish.title, message: course.finish.message, lang: course.lang,
    finished: timed(tongue, 'play.finish.on', standing.play.finished ?? standing.at),
    grade, rooms, attendanceCode,
    credential: {
      name: course.finish.credential.name, description: course.finish.credential.description,
      ...(issued ? { href: `/verify/${encodeURIComponent(issued.credential)}` } : {}),
      state: say(preview ? 'links.preview.credential' : issued ? 'play.finish.credential.issued' : 'play.finish.credential.making'), comes: !preview,
    },
    xp: { total: say('game.level.xp', { xp: standing.game.xp }), level: say('game.level.name', { level: standing.game.level }), why: whyOf(input) },
    badges: BADGES.map((id) => {
      const held = standing.game.badges.some(({ badge }) => badge === id)
      return { id, held, name: say(`game.badges.${id}.name`), how: say(`game.badges.${id}.how`), words: say(held ? 'play.badge.held' : 'play.badge.open') }
    }),
    home: `/play/${run}/`,
    version: standing.v,
    waits: !preview && (!issued || [...(grade ? [grade] : []), ...rooms.map((room) => room.grade)].some(isUnderWay)),
  }
}

/** What is still to do before the end. */
export const unfinishedView = ({ run, course, standing, tongue: { say } }: FinishInput): UnfinishedView => {
  const missing = course.rooms.filter((room) => stageOf(room, standing.play) !== 'done')
  return {
    home: `/play/${run}/`, lang: course.lang,
    progress: { value: course.rooms.length - missing.length, of: course.rooms.length, words: say('play.map.rooms-done', { done: course.rooms.length - missing.length, of: course.rooms.length }) },
    missing: missing.map((room) => {
      const { done, of } = pagesOf(room, standing.play)
      const stage = stageOf(room, standing.play)
      return {
        number: course.rooms.indexOf(room) + 1, title: room.title,
        words: stage === 'open' ? say('play.finish.pages-left', { pages: of - done }) : say('play.map.stage.locked'),
        ...(isReached(course, room, standing.play) ? { href: `/play/${run}/rooms/${room.id}` } : {}),
      }
    }),
  }
}
