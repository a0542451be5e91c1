import type { Course, Room } from '../courses/index.js'
import { HINT_AFTER, secondsTo } from './decide.js'
import type { PlayState } from './model.js'
import type { KeyTry } from './service.js'
import { apart, type Tongue } from './words.js'

/** What came of a key, where it didn't open. */
export type Refused = Pick<KeyTry, 'refusal' | 'near'> | { refusal: 'empty'; near?: undefined }

export interface DoorInput {
  run: string
  course: Course
  room: Room
  state: PlayState
  tongue: Tongue
  now: Date
  /** Names one press of the button, so that a form sent twice is one try. */
  attempt: string
  /** The key, once earned. */
  key?: string
  refused?: Refused
  /** What was typed, given back. */
  typed?: string
}
export interface DoorView {
  number: number
  title: string
  name: string
  lang: string
  prompt?: string
  /** What to do where no key was earned yet. */
  note: string
  key?: string
  /** The door's own page. */
  page: string
  action: string
  attempt: string
  typed: string
  /** Said of the last key; near only where the key is earned. */
  said?: string
  hint?: string
  wait?: { seconds: number; before: string; time: string; after: string; over: string; trying: string }
}

const saidOf = (refused: Refused | undefined, say: Tongue['say']): string | undefined => {
  if (!refused?.refusal) return undefined
  return say(`play.door.said.${refused.refusal === 'wrong' && refused.near ? 'near' : refused.refusal}`)
}

const waitOf = (seconds: number, { say, lang }: Tongue): DoorView['wait'] => {
  const [before = '', after = ''] = say('play.door.wait', { time: '\u0000' }).split('\u0000')
  const time = new Intl.NumberFormat(lang, { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(seconds)
  return { seconds, before, time, after, over: say('play.door.wait-over'), trying: say('play.door.trying') }
}

/** A door as it is before it opens. Its prompt is shown, and after some wrong keys its hint; never the key before it is earned. */
export const doorView = ({ run, course, room, state, tongue, now, attempt, key, refused, typed = '' }: DoorInput): DoorView => {
  const { say } = tongue
  const number = course.rooms.indexOf(room) + 1
  const mine = state.rooms[room.id]
  const seconds = secondsTo(mine?.waitUntil, now)
  return {
    number, title: room.title, lang: course.lang,
    name: say('play.door.to', { number, title: apart(room.title) }),
    prompt: room.lock?.prompt,
    note: say(key ? 'play.door.type-it' : 'play.door.find-it', { number: number - 1 }),
    key, attempt, typed,
    page: `/play/${run}/rooms/${room.id}`,
    action: `/play/${run}/rooms/${room.id}/key`,
    said: saidOf(refused, say),
    hint: (mine?.wrong ?? 0) >= HINT_AFTER ? room.lock?.hint : undefined,
    ...(seconds > 0 ? { wait: waitOf(seconds, tongue) } : {}),
  }
}
