import { numbersIn } from '../infra/index.js'
import type { Course } from '../courses/index.js'
import type { GameState } from '../game/index.js'
import type { Lang, Say } from '../infra/index.js'

/** The page's language and its catalogue; the person's time zone, where the LMS says it. */
export interface Tongue { lang: Lang; dir: 'ltr' | 'rtl'; say: Say; zone?: string }

/** Keeps a text of another direction from turning the sentence around it. */
export const apart = (text: string): string => `\u2068${text}\u2069`

/** A sentence that may have a moment in it: the page puts a `<time>` between its halves, and the browser its own time zone into that, unless the LMS says which. */
export interface Timed { before: string; after: string; time?: { iso: string; text: string } }
export const timed = ({ say, lang, zone }: Tongue, key: string, at: Date, params: Record<string, string | number> = {}): Timed => {
  const [before = '', after] = say(key, { ...params, time: '\u0000' }).split('\u0000')
  if (after === undefined) return { before, after: '' }
  return { before, after, time: { iso: at.toISOString(), text: new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }).format(at) } }
}

/** What one step brought, together: «+40 XP: room finished +30, right at the first try +10». */
export interface GainGroup { id: string; xp: string; lines: { xp: string; text: string }[] }

/** Its title is said once: «Right at the first try» follows the activity it belongs to. */
const wordsFor = (course: Course, { reason, ref }: GameState['gains'][number], say: Say): string => {
  if (reason === 'finish') return say('game.why.finish')
  if (reason === 'first-try') return say('play.why.first-try')
  const named = [...course.rooms, ...course.rooms.flatMap(({ activities }) => activities)].find(({ id }) => id === ref)
  return named ? say(`game.why.${reason}`, { title: apart(named.title) }) : say('play.why.gone')
}

/** The newest gains first, those of one moment together. */
export const gainGroups = (course: Course, game: GameState, { say, lang }: Tongue): GainGroup[] => {
  const plus = numbersIn(lang, 'signed', { signDisplay: 'always' })
  const groups = new Map<number, GameState['gains']>()
  for (const gain of game.gains) groups.set(gain.at.getTime(), [...(groups.get(gain.at.getTime()) ?? []), gain])
  return [...groups]
    .sort(([a], [b]) => b - a)
    .map(([time, gains]) => ({
      id: `xp-${time}`,
      xp: say('game.level.gain', { xp: gains.reduce((sum, { xp }) => sum + xp, 0) }),
      lines: gains.map((gain) => ({ xp: plus.format(gain.xp), text: wordsFor(course, gain, say) })),
    }))
}
