import { numbersIn } from '../infra/index.js'
import type { Activity, Course, Room, Scene } from '../courses/index.js'
import { BADGES } from '../game/index.js'
import type { Standing } from '../ledger/index.js'
import type { DoorView } from './door-view.js'
import type { Low } from './low.js'
import { textHtml } from './markdown.js'
import { pagesOf } from './progress.js'
import { stageOf } from './stage.js'
import { apart, gainGroups, type Tongue } from './words.js'

export interface Step { title: string; href: string; done: boolean; current: boolean; words: string; number: string }
/** Activities as they come; those to choose from stand together under their own heading. */
export interface StepGroup { choice?: string; steps: Step[] }
/** What a script tells once, when it is new: each has a name that stays the same. */
export interface Moment { id: string; kind: 'xp' | 'room' | 'level' | 'badge' | 'finish'; title: string; lines: string[]; link?: { href: string; words: string } }

export interface RoomInput {
  run: string
  course: Course
  room: Room
  standing: Standing
  tongue: Tongue
  picture?: string
  /** Which activity was asked for. */
  asked?: string
  frameHref: (activity: Activity) => string
  /** What the activity's frame will load. */
  ahead: (activity: Activity) => { scripts: string[]; styles: string[] }
  /** The name of what this learner did in an activity and the server doesn't have yet. */
  outboxOf: (activity: Activity) => string
  low: Low
  /** Where a new session is had, should this one end. */
  back?: string
  /** The next room's door, while it's locked. */
  door?: DoorView
  /** The key to the next room, once earned; also when it has turned already. */
  earned?: string
  /** The learner has just come through this door. */
  justOpened: boolean
}
export interface RoomView {
  id: string
  number: string
  title: string
  subtitle?: string
  lang: string
  scene: Scene
  picture?: string
  introHtml: string
  home: string
  groups: StepGroup[]
  progress: { value: number; of: number; words: string }
  done: boolean
  activity: { id: string; title: string; facts: string[]; outcomes: string[]; done?: string; here: string; frame: string; label: string }
  /** Fetched while the frame is on its way. */
  ahead: { href: string; as: 'script' | 'style' }[]
  low: Low
  back?: string
  /** Other activities that something may be kept of in this browser. */
  kept: { name: string; words: string; href: string }[]
  /** Where a code for a phone is made. */
  phone: string
  following?: { href: string; words: string }
  tips: { title: string; html: string }[]
  links: { title: string; url: string; note?: string }[]
  door?: DoorView
  earned?: { words: string; key: string }
  /** What comes after this room, where no key stands between. */
  onward?: { title: string; text: string; href: string; action: string }
  opened?: { title: string; text: string }
  moments: Moment[]
  /** Which of them came with the door that just opened: they are told at once. */
  fresh: string[]
  version: number
}

/** The activity to show: the one asked for, the first that is still needed, the first. */
const currentOf = (room: Room, { play }: Standing, asked: string | undefined): Activity | undefined => {
  const isOpen = ({ id }: Activity): boolean => !play.activities[id]?.completed
  const chosen = room.activities.filter((each) => each.choice && !isOpen(each)).length
  const needed = (each: Activity): boolean => isOpen(each) && (!each.choice || chosen < room.choose)
  return room.activities.find(({ id }) => id === asked) ?? room.activities.find(needed) ?? room.activities[0]
}

const groupsOf = ({ run, room, standing, tongue }: RoomInput, current: Activity): StepGroup[] => {
  const { say, lang } = tongue
  const groups: StepGroup[] = []
  room.activities.forEach((activity, index) => {
    const done = standing.play.activities[activity.id]?.completed !== undefined
    const step: Step = {
      title: activity.title, href: `/play/${run}/rooms/${room.id}?activity=${activity.id}`, done, current: activity === current,
      words: done ? say('play.room.step-done') : '', number: numbersIn(lang).format(index + 1),
    }
    const last = groups.at(-1)
    if (last && (last.choice !== undefined) === activity.choice) last.steps.push(step)
    else groups.push({ ...(activity.choice ? { choice: '' } : {}), steps: [step] })
  })
  const of = room.activities.filter(({ choice }) => choice).length
  return groups.map((group) => (group.choice === undefined ? group : { ...group, choice: say('play.room.choose', { choose: room.choose, of }) }))
}

const activityOf = ({ run, course, room, standing, tongue: { say }, frameHref }: RoomInput, activity: Activity): RoomView['activity'] => {
  const mine = standing.play.activities[activity.id]
  const score = mine && mine.max > 0 ? say('play.room.points', { score: mine.score, max: mine.max }) : undefined
  return {
    id: activity.id, title: activity.title,
    facts: [...(activity.dok ? [say('play.room.dok', { dok: activity.dok })] : []), ...(activity.choice ? [say('play.room.is-choice')] : [])],
    outcomes: course.outcomes.filter(({ id }) => activity.outcomes.includes(id)).map(({ text }) => text),
    done: mine?.completed ? [say('play.room.activity-done'), score].filter(Boolean).join(' · ') : undefined,
    here: `/play/${run}/rooms/${room.id}?activity=${activity.id}`,
    frame: frameHref(activity),
    label: say('play.room.frame', { title: apart(activity.title) }),
  }
}

/** The next thing in this room, offered once the one on the page is done. */
const followingOf = (input: RoomInput, shown: Activity): RoomView['following'] => {
  const { run, room, standing, tongue: { say } } = input
  const next = currentOf(room, standing, undefined)
  if (!next || next === shown || !standing.play.activities[shown.id]?.completed || standing.play.activities[next.id]?.completed) return undefined
  return { href: `/play/${run}/rooms/${room.id}?activity=${next.id}`, words: say('play.room.following', { title: apart(next.title) }) }
}

const onwardOf = ({ run, course, room, standing, tongue: { say }, door }: RoomInput): RoomView['onward'] => {
  if (standing.play.finished) return { title: say('play.room.lit'), text: say('play.room.lit-text'), href: `/play/${run}/finish`, action: say('play.map.next.finish-go') }
  const next = course.rooms[course.rooms.indexOf(room) + 1]
  if (!next || door || stageOf(next, standing.play) === 'locked') return undefined
  const params = { number: course.rooms.indexOf(next) + 1, title: apart(next.title) }
  return { title: say('play.room.next-open', params), text: say('play.room.next-open-text'), href: `/play/${run}/rooms/${next.id}`, action: say('play.room.next-go', params) }
}

/** What the page may tell as news, newest last. The script tells what it didn't know when it came. */
export const momentsOf = (course: Course, standing: Standing, tongue: Tongue, home: string): Moment[] => {
  const { say } = tongue
  const { game, play } = standing
  const xp = gainGroups(course, game, tongue).slice(0, 6).reverse().map(({ id, xp: title, lines }): Moment => ({ id, kind: 'xp', title, lines: lines.map((line) => `${line.xp} · ${line.text}`) }))
  const rooms = course.rooms.filter((room) => stageOf(room, play) === 'done').map((room): Moment => {
    const isLast = course.rooms.at(-1) === room
    return {
      id: `room-${room.id}`, kind: 'room', title: say('play.moment.room', { number: course.rooms.indexOf(room) + 1 }), lines: isLast ? [] : [say('play.moment.room-text')],
      ...(isLast ? {} : { link: { href: '#door', words: say('play.moment.room-go') } }),
    }
  })
  const badges = BADGES.filter((id) => game.badges.some(({ badge }) => badge === id))
    .map((id): Moment => ({ id: `badge-${id}`, kind: 'badge', title: say('play.moment.badge', { name: say(`game.badges.${id}.name`) }), lines: [say(`game.badges.${id}.how`)] }))
  const level: Moment = { id: `level-${game.level}`, kind: 'level', title: say('game.level.up'), lines: [say('game.level.name', { level: game.level })] }
  const finish: Moment[] = play.finished ? [{ id: 'finish', kind: 'finish', title: say('play.moment.finish'), lines: [say('play.moment.finish-text')], link: { href: `${home}finish`, words: say('play.map.next.finish-go') } }] : []
  return [...xp, ...rooms, level, ...badges, ...finish]
}

const freshOf = (room: Room, { play, game }: Standing): string[] => {
  const opened = play.rooms[room.id]?.opened
  return opened ? game.badges.filter(({ at }) => at.getTime() >= opened.getTime()).map(({ badge }) => `badge-${badge}`) : []
}

const aheadOf = ({ scripts, styles }: { scripts: string[]; styles: string[] }): RoomView['ahead'] =>
  [...styles.map((href) => ({ href, as: 'style' as const })), ...scripts.map((href) => ({ href, as: 'script' as const }))]

/** Of all rooms that are open: a page that is read elsewhere in the house may be the one that finds it. */
const keptOf = ({ run, course, standing, tongue: { say }, outboxOf }: RoomInput, shown: Activity): RoomView['kept'] =>
  course.rooms.filter(({ id }) => standing.play.rooms[id]?.opened).flatMap((room) =>
    room.activities.filter((activity) => activity !== shown).map((activity) => ({
      name: outboxOf(activity), words: say('playing.room.kept', { title: apart(activity.title) }), href: `/play/${run}/rooms/${room.id}?activity=${activity.id}`,
    })),
  )

/** All that an open room shows. Called for open rooms alone. */
export const roomView = (input: RoomInput): RoomView | undefined => {
  const { run, course, room, standing, tongue: { say, lang }, door } = input
  const current = currentOf(room, standing, input.asked)
  if (!current) return undefined
  const { done, of } = pagesOf(room, standing.play)
  const home = `/play/${run}/`
  return {
    id: room.id,
    number: numbersIn(lang).format(course.rooms.indexOf(room) + 1),
    title: room.title, subtitle: room.subtitle, lang: course.lang, scene: room.scene, picture: input.picture,
    introHtml: textHtml(room.intro), home,
    groups: groupsOf(input, current),
    progress: { value: done, of, words: say('play.map.progress', { done, of }) },
    done: stageOf(room, standing.play) === 'done',
    activity: activityOf(input, current),
    following: followingOf(input, current),
    ahead: aheadOf(input.ahead(current)), low: input.low, back: input.back,
    kept: keptOf(input, current),
    phone: `/play/${run}/rooms/${room.id}/phone`,
    tips: room.tips.map(({ title, text }) => ({ title, html: textHtml(text) })),
    links: room.links,
    door,
    ...(input.earned && !door ? { earned: { words: say('play.map.key-to', { number: course.rooms.indexOf(room) + 2 }), key: input.earned } } : {}),
    onward: onwardOf(input),
    ...(input.justOpened ? { opened: { title: say('play.room.opened'), text: say('play.room.opened-text', { title: apart(room.title) }) } } : {}),
    moments: momentsOf(course, standing, input.tongue, home),
    fresh: input.justOpened ? freshOf(room, standing) : [],
    version: standing.v,
  }
}
