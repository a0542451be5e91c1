import type { Activity, Course, Member, Room } from '../courses/index.js'
import type { LedgerEvent, OutboxRow, Standing } from '../ledger/index.js'
import type { ItemState, PlayState, VerdictKind } from '../play/index.js'
import { gradeView } from './overview.js'
import { participantOf } from './participants.js'
import { standingView } from './roster.js'
import { storyOf } from './story.js'
import type { Words } from './words.js'

/** Steps of the story shown at first: a long one is long to read, and to send. */
const NEWEST = 40

/** A release that was sent and didn't fit: it comes back filled. */
export interface ReleaseDraft { room: string; reason: string; faults: { room?: boolean; reason?: boolean } }

export interface DetailSource {
  course: Course
  member: Member
  standing: Standing
  events: LedgerEvent[]
  /** Of the LMS's columns. */
  rows: OutboxRow[]
  /** Names of staff who did something for this learner. */
  actors: Map<string, string | undefined>
  now: Date
}

/** How the server came to know an item's points, by its newest answer. */
const kindsOf = (events: LedgerEvent[]): Map<string, VerdictKind> =>
  new Map(events.filter(({ type }) => type === 'answered').map(({ data }) => {
    const { activity, item, kind } = data as { activity: string; item: string; kind: VerdictKind }
    return [`${activity} ${item}`, kind]
  }))

const resultOf = (item: ItemState): string => (item.pending ? 'waits' : item.correct ? (item.firstTry ? 'first' : 'right') : 'open')

const activityView = (activity: Activity, play: PlayState, kinds: Map<string, VerdictKind>, { t, number, moment }: Words) => {
  const mine = play.activities[activity.id]
  const kind = (found: VerdictKind | undefined) => found && { kind: found, say: t(`insights.kind.${found}`) }
  return {
    title: activity.title, choice: activity.choice,
    done: mine?.completed && moment(mine.completed),
    score: mine && mine.max > 0 ? t('insights.points', { score: mine.score, max: mine.max }) : undefined,
    kind: kind(mine?.kind),
    items: Object.entries(mine?.items ?? {}).map(([id, item], index) => ({
      label: t('insights.item', { number: index + 1 }),
      tries: number(item.tries), score: t('insights.points', { score: item.score, max: item.max }),
      result: resultOf(item),
      resultSay: t(`insights.result.${resultOf(item)}`),
      review: item.pending || item.review ? `${activity.id}/${encodeURIComponent(id)}` : undefined,
      kind: kind(kinds.get(`${activity.id} ${id}`)),
    })),
  }
}

const roomView = (room: Room, index: number, play: PlayState, kinds: Map<string, VerdictKind>, words: Words) => {
  const mine = play.rooms[room.id]
  const state = mine?.completed ? 'done' : mine?.opened ? 'open' : 'locked'
  return {
    number: words.number(index + 1), title: room.title, state,
    stateSay: words.t(`insights.state.${state}`),
    how: mine?.how && room.lock ? words.t(`insights.how.${mine.how}`) : undefined,
    opened: mine?.opened && words.moment(mine.opened),
    wrongKeys: mine?.wrong ? words.t('insights.wrongKeys', { count: mine.wrong }) : undefined,
    activities: room.activities.map((activity) => activityView(activity, play, kinds, words)),
  }
}

/** Doors that staff can open: with a lock, and shut. */
export const shutDoors = (course: Course, play: PlayState): Room[] => course.rooms.filter(({ id, lock }) => lock && !play.rooms[id]?.opened)

/** All that the page of one participant shows. */
export const detailView = ({ course, member, standing, events, rows, actors, now }: DetailSource, words: Words, { all, draft }: { all: boolean; draft?: ReleaseDraft }) => {
  const { play } = standing
  const each = participantOf(course, member, standing, rows, now)
  const kinds = kindsOf(events)
  const doors = shutDoors(course, play)
  const steps = storyOf(events, course, words, (actor) => actors.get(actor) ?? words.t('insights.unnamedStaff'))
  return {
    name: words.name(each), unnamed: !each.name, alias: words.alias(each), onLadder: each.onLadder, email: each.email,
    ...standingView(each, words, each.stuck.map((reason) => words.reason(course, reason))),
    facts: {
      pages: words.t('insights.pages', { done: each.pages.done, of: each.pages.of }),
      score: words.percent(each.score / 100), xp: words.number(each.xp), level: words.number(each.level),
      answers: words.number(each.answers), wrongKeys: words.number(each.wrongKeys),
    },
    seen: each.lastSeen && words.moment(each.lastSeen),
    grade: gradeView(each, words),
    rooms: course.rooms.map((room, index) => roomView(room, index, play, kinds, words)),
    doors: doors.map(({ id, title }) => ({ id, title, chosen: id === (draft?.room ?? doors[0]?.id) })),
    draft: { reason: draft?.reason ?? '', faults: draft?.faults ?? {} },
    story: all ? steps : steps.slice(0, NEWEST),
    more: all ? 0 : Math.max(0, steps.length - NEWEST),
  }
}
