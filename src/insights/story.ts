import type { Course } from '../courses/index.js'
import type { CredentialEvent } from '../credentials/index.js'
import type { GameEvent } from '../game/index.js'
import type { LedgerEvent } from '../ledger/index.js'
import type { PlayEvent } from '../play/index.js'
import type { Moment, Words } from './words.js'

type Known = PlayEvent | GameEvent | CredentialEvent

/** What turned something, what was tried, what came of itself. */
type Weight = 'turn' | 'try' | 'aside'
export interface Line { text: string; weight: Weight }
/** What one step brought, told together. */
export interface Chapter { moment: Moment; weight: Weight; lines: Line[]; by?: string; reason?: string }

type Told = Line & { reason?: string }

/** Titles by id; of what a later version of the course left out, the id. */
const titles = (course: Course, { apart }: Words) => {
  const rooms = new Map(course.rooms.map(({ id, title }) => [id, apart(title)]))
  const activities = new Map(course.rooms.flatMap((room) => room.activities).map(({ id, title }) => [id, apart(title)]))
  return {
    room: (id: string): string => rooms.get(id) ?? id,
    activity: (id: string): string => activities.get(id) ?? id,
    paid: (reason: string, ref: string): string => (reason === 'room' ? rooms : activities).get(ref) ?? ref,
  }
}
type Titles = ReturnType<typeof titles>

const tell = (event: Known, title: Titles, { t, percent }: Words): Told | undefined => {
  switch (event.type) {
    case 'launched':
      return { text: t('insights.story.launched'), weight: 'aside' }
    case 'answered': {
      const { activity, correct, score, max, pending } = event.data
      const how = pending ? 'sent' : correct ? 'right' : score > 0 ? 'partly' : 'wrong'
      return { text: t(`insights.story.answered-${how}`, { activity: title.activity(activity), score, max }), weight: 'try' }
    }
    case 'reviewed':
      return { text: t('insights.story.reviewed', { activity: title.activity(event.data.activity), score: event.data.score, max: event.data.max }), weight: 'turn', reason: event.data.comment }
    case 'completed':
      return { text: t('insights.story.completed', { activity: title.activity(event.data.activity), kind: t(`insights.kind.${event.data.kind}`) }), weight: 'turn' }
    case 'room-completed':
      return { text: t('insights.story.room-completed', { room: title.room(event.data.room) }), weight: 'turn' }
    case 'refused':
      return { text: t(`insights.story.refused-${event.data.reason}`, { room: title.room(event.data.room) }), weight: 'try' }
    case 'unlocked':
      return { text: t(`insights.story.unlocked-${event.data.how}`, { room: title.room(event.data.room) }), weight: event.data.how === 'open' ? 'aside' : 'turn', reason: event.data.reason }
    case 'finished':
      return { text: t('insights.story.finished', { score: percent(event.data.score / (event.data.max || 100)) }), weight: 'turn' }
    case 'earned':
      return { text: t(event.data.levelUp ? 'insights.story.level-up' : 'insights.story.earned', { xp: event.data.xp, level: event.data.level, why: t(`insights.why.${event.data.reason}`, { title: title.paid(event.data.reason, event.data.ref) }) }), weight: 'aside' }
    case 'badge-earned':
      return { text: t('insights.story.badge', { badge: t(`game.badges.${event.data.badge}.name`) }), weight: 'aside' }
    case 'profile-changed':
      return { text: t('insights.story.profile'), weight: 'aside' }
    case 'issued':
      return { text: t('insights.story.issued'), weight: 'turn' }
    case 'revoked':
      return { text: t('insights.story.revoked'), weight: 'turn', reason: event.data.reason }
  }
}
/** A fact of a later version, or of a room of the code that came since, is told by its name rather than left out. */
const tellAny = (event: LedgerEvent, title: Titles, words: Words): Told =>
  tell(event as Known, title, words) ?? { text: words.t('insights.story.other', { type: event.type }), weight: 'aside' }

const heaviest = (lines: Line[]): Weight => (['turn', 'try'] as const).find((each) => lines.some(({ weight }) => weight === each)) ?? 'aside'

/** The newest step first; within it, in the order in which one thing followed from another. `nameOf`: who did it, where it wasn't the learner. */
export const storyOf = (events: LedgerEvent[], course: Course, words: Words, nameOf: (actor: string) => string): Chapter[] => {
  const title = titles(course, words)
  const steps = new Map<string, [LedgerEvent, ...LedgerEvent[]]>()
  for (const event of events) {
    const step = steps.get(event.key)
    if (step) step.push(event)
    else steps.set(event.key, [event])
  }
  return [...steps.values()].map((step): Chapter => {
    const [first] = step
    const lines = step.map((event) => tellAny(event, title, words))
    const reason = lines.find((line) => line.reason)?.reason
    return { moment: words.moment(first.at), weight: heaviest(lines), lines, by: first.actor && nameOf(first.actor), reason }
  }).reverse()
}
