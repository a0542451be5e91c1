import { numbersIn } from '../infra/index.js'
import type { Column, Course, Room, Scene } from '../courses/index.js'
import { BADGES, ladderCard, levelView, type LadderCard, type LadderView } from '../game/index.js'
import type { Standing } from '../ledger/index.js'
import { gradeLine, type GradeLine, type MyGrades } from './grade-line.js'
import { houseOf, type House, type Stage } from './house.js'
import { pagesOf, roomBefore, roomsDone } from './progress.js'
import { isReached, nextOf, stageOf } from './stage.js'
import { apart, gainGroups, type GainGroup, type Tongue } from './words.js'

export interface MapInput {
  run: string
  course: Course
  standing: Standing
  tongue: Tongue
  /** Keys this learner has earned, by the room they open. */
  keys: Record<string, string>
  pictures: Record<string, string | undefined>
  ladder?: LadderView
  grades?: MyGrades
  /** A link led to a room that is locked, or no longer there. */
  closed?: { room?: Room }
}
export interface RoomCard {
  number: string
  title: string
  subtitle?: string
  scene: Scene
  picture?: string
  stage: Stage
  current: boolean
  /** «Open», «Done» … for those who don't see the colours. */
  stageWords: string
  facts: string[]
  progress?: { value: number; of: number; words: string }
  lockNote?: string
  /** Where the LMS has a column of its own for the room. */
  grade?: GradeLine
  /** The key this room gave, and what it opens. */
  key?: { words: string; key: string }
  action?: { href: string; words: string; strong: boolean }
}
export interface NextCard { title: string; text: string; minutes?: string; key?: string; href: string; action: string }
export interface MapView {
  title: string
  summary: string
  lang: string
  notice?: { title: string; text: string }
  progress: { value: number; of: number; words: string }
  grade?: GradeLine
  next?: NextCard
  house: House
  scenes: Scene[]
  cards: RoomCard[]
  level: { name: string; xp: string; toGo: string; value: number }
  ladder?: LadderCard
  badges: { id: string; name: string; how: string; words: string; held: boolean }[]
  gains: GainGroup[]
}

/** The map's data, made room by room. */
class MapMaker {
  private readonly state
  private readonly next
  constructor(private readonly input: MapInput) {
    this.state = input.standing.play
    this.next = nextOf(input.course, this.state)
  }
  private say(key: string, params?: Record<string, string | number>): string {
    return this.input.tongue.say(`play.map.${key}`, params)
  }
  private number(room: Room): number {
    return this.input.course.rooms.indexOf(room) + 1
  }
  private count(number: number): string {
    return numbersIn(this.input.tongue.lang).format(number)
  }
  /** Only of a room whose door the learner has come to. */
  private href(room: Room): string | undefined {
    return isReached(this.input.course, room, this.state) ? `/play/${this.input.run}/rooms/${room.id}` : undefined
  }
  private after(room: Room): Room | undefined {
    return this.input.course.rooms[this.number(room)]
  }

  card(room: Room): RoomCard {
    const stage = stageOf(room, this.state)
    const pages = pagesOf(room, this.state)
    const current = this.next?.kind !== 'finish' && this.next?.room === room
    return {
      number: this.count(this.number(room)), title: room.title, subtitle: room.subtitle, scene: room.scene,
      picture: this.input.pictures[room.id], stage, current,
      stageWords: this.say(`stage.${stage}`),
      facts: [this.say('pages', { pages: pages.of }), ...(room.minutes ? [this.say('minutes', { minutes: room.minutes })] : [])],
      ...(stage === 'locked' ? { lockNote: this.lockNote(room) } : { progress: { value: pages.done, of: pages.of, words: this.say('progress', { ...pages }) } }),
      grade: this.grade(`room:${room.id}`),
      key: this.keyFrom(room, stage),
      action: this.action(room, stage, current),
    }
  }
  grade(column: Column): GradeLine | undefined {
    return this.input.grades && gradeLine(this.input.grades, column, this.input.tongue)
  }
  private lockNote(room: Room): string {
    const before = roomBefore(this.input.course, room.id)
    if (this.input.keys[room.id]) return this.say('key-in-hand')
    return before ? this.say(room.lock ? 'key-in' : 'opens-after', { number: this.number(before) }) : ''
  }
  private keyFrom(room: Room, stage: Stage): RoomCard['key'] {
    const after = this.after(room)
    const key = after && this.input.keys[after.id]
    return stage === 'done' && after && key ? { words: this.say('key-to', { number: this.number(after) }), key } : undefined
  }
  private action(room: Room, stage: Stage, current: boolean): RoomCard['action'] {
    const href = this.href(room)
    if (!href || (stage === 'locked' && !room.lock)) return undefined
    const words = { done: 'visit', open: pagesOf(room, this.state).done > 0 ? 'go-on' : 'begin', locked: 'have-key' }[stage]
    return { href, words: this.say(words), strong: current }
  }

  nextCard(): NextCard | undefined {
    const { course, run, keys } = this.input
    if (!this.next) return undefined
    if (this.next.kind === 'finish') return { title: this.say('next.finish'), text: this.say('next.finish-text'), href: `/play/${run}/finish`, action: this.say('next.finish-go') }
    const { room } = this.next
    const params = { title: apart(room.title), number: this.number(room) }
    const href = `/play/${run}/rooms/${room.id}`
    if (this.next.kind === 'door') return { title: this.say('next.door', params), text: this.say('next.door-text'), key: keys[room.id], href, action: this.say('next.door-go') }
    const { done, of } = pagesOf(room, this.state)
    const begun = done > 0
    return {
      title: this.say(begun ? 'next.go-on' : 'next.begin', params),
      text: this.say(this.number(room) === course.rooms.length ? 'next.last' : 'next.left', { pages: of - done }),
      minutes: room.minutes && !begun ? this.say('next.minutes', { minutes: room.minutes }) : this.say('next.kept'),
      href, action: this.say(begun ? 'go-on' : 'begin'),
    }
  }
  house(): House {
    const { course, tongue, keys, run } = this.input
    const rooms = course.rooms.map((room) => ({
      number: this.count(this.number(room)), title: room.title, scene: room.scene, stage: stageOf(room, this.state),
      inHand: keys[room.id] !== undefined, href: this.href(room),
    }))
    return houseOf(rooms, { rtl: tongue.dir === 'rtl', finishHref: this.state.finished ? `/play/${run}/finish` : undefined })
  }
  overall(): MapView['progress'] {
    const [value, of] = [roomsDone(this.input.course, this.state), this.input.course.rooms.length]
    return { value, of, words: this.say('rooms-done', { done: value, of }) }
  }
}

const ladderView = ({ run, ladder, standing, tongue: { say, lang } }: MapInput): MapView['ladder'] =>
  ladder && ladderCard(ladder, { run, user: standing.learner, game: standing.game, lang, say })

const badgesView = ({ standing, tongue: { say } }: MapInput): MapView['badges'] =>
  BADGES.map((id) => {
    const held = standing.game.badges.some(({ badge }) => badge === id)
    return { id, name: say(`game.badges.${id}.name`), how: say(`game.badges.${id}.how`), held, words: say(held ? 'play.badge.held' : 'play.badge.open') }
  })

const noticeOf = ({ closed, tongue: { say } }: MapInput): MapView['notice'] =>
  closed && { title: say('links.closed.title'), text: closed.room ? say('links.closed.text', { room: apart(closed.room.title) }) : say('links.closed.gone') }

/** All that the map shows. Of a locked room: its name, how long it is and where its key is; nothing of what's inside. */
export const mapView = (input: MapInput): MapView => {
  const { course, standing, tongue: { say } } = input
  const make = new MapMaker(input)
  const { level, floor, next, toGo } = levelView(standing.game.xp, course.xp.levels)
  return {
    title: course.title, summary: course.summary, lang: course.lang,
    notice: noticeOf(input),
    progress: make.overall(),
    grade: make.grade('course'),
    next: make.nextCard(),
    house: make.house(),
    scenes: [...new Set(course.rooms.map(({ scene }) => scene))],
    cards: course.rooms.map((room) => make.card(room)),
    level: {
      name: say('game.level.name', { level }), xp: say('game.level.xp', { xp: standing.game.xp }),
      toGo: say('game.level.toGo', { xp: toGo, level: level + 1 }), value: Math.round(((standing.game.xp - floor) / (next - floor)) * 100) / 100,
    },
    ladder: ladderView(input),
    badges: badgesView(input),
    gains: gainGroups(course, standing.game, input.tongue),
  }
}
