import type { Course } from '../courses/index.js'
import type { CredentialEvent } from '../credentials/index.js'
import type { GameEvent } from '../game/index.js'
import type { LedgerEvent } from '../ledger/index.js'
import type { PlayEvent } from '../play/index.js'
import type { Moment, Words } from './words.js'

type Known = PlayEvent | GameEvent | CredentialEvent

/** One line of a learner's story. `weight`: what turned something, what was tried, what came of itself. */
export interface Line { moment: Moment; text: string; weight: 'turn' | 'try' | 'aside'; by?: string; reason?: string }

type Told = Pick<Line, 'text' | 'weight'> & { reason?: string }

const titles = (course: Course) => ({
  room: (id: string): string => course.rooms.find((room) => room.id === id)?.title ?? id,
  activity: (id: string): string => course.rooms.flatMap(({ activities }) => activities).find((activity) => activity.id === id)?.title ?? id,
  any(id: string): string {
    const room = this.room(id)
    return room === id ? this.activity(id) : room
  },
})

const tell = (event: Known, course: Course, { t, percent }: Words): Told => {
  const title = titles(course)
  switch (event.type) {
    case 'launched':
      return { text: t('insights.story.launched'), weight: 'aside' }
    case 'answered': {
      const { activity, correct, score, max } = event.data
      const how = correct ? 'right' : score > 0 ? 'partly' : 'wrong'
      return { text: t(`insights.story.answered-${how}`, { activity: title.activity(activity), score, max }), weight: 'try' }
    }
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
      return { text: t(event.data.levelUp ? 'insights.story.level-up' : 'insights.story.earned', { xp: event.data.xp, level: event.data.level, why: t(`insights.why.${event.data.reason}`, { title: title.any(event.data.ref) }) }), weight: 'aside' }
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
/** A fact of a later version, or of a room of the code that came since: told by its name rather than left out. */
const tellAny = (event: LedgerEvent, course: Course, words: Words): Told =>
  tell(event as Known, course, words) as Told | undefined ?? { text: words.t('insights.story.other', { type: event.type }), weight: 'aside' }

/** The newest first. `nameOf`: who did it, where it wasn't the learner. */
export const storyOf = (events: LedgerEvent[], course: Course, words: Words, nameOf: (actor: string) => string): Line[] =>
  events.map((event) => ({ ...tellAny(event, course, words), moment: words.moment(event.at), by: event.actor && nameOf(event.actor) })).reverse()
