import type { Course, Courses } from '../courses/index.js'
import { aliasOf, type GameState } from '../game/index.js'
import type { Task } from '../h5p/index.js'
import type { Ledger } from '../ledger/index.js'
import type { ItemState, PlayState } from '../play/index.js'
import type { Moment, Words } from './words.js'

/** One open answer, by where it was given. */
export interface Sent { user: string; room: string; activity: string; item: string; state: ItemState; alias?: string }
type Mine = { learner: string; play: Pick<PlayState, 'activities'>; game?: Pick<GameState, 'alias'> }

const sentIn = (course: Course, { learner, play, game }: Mine): Sent[] =>
  course.rooms.flatMap((room) => room.activities.flatMap(({ id }) =>
    Object.entries(play.activities?.[id]?.items ?? {}).flatMap(([item, state]) => (state.pending ? [{ user: learner, room: room.id, activity: id, item, state, alias: game?.alias }] : []))))

/** All that waits for a person in a run, who has waited longest first. */
export const waitingIn = async (ledger: Pick<Ledger, 'standings'>, run: string, course: Course): Promise<Sent[]> => {
  const all: Sent[] = []
  for await (const mine of ledger.standings<Mine>(run, ['learner', 'play.activities', 'game.alias'])) all.push(...sentIn(course, mine))
  const since = ({ state }: Sent): number => state.pending?.getTime() ?? 0
  return all.sort((a, b) => since(a) - since(b))
}

export const reviewPath = ({ user, activity, item }: Pick<Sent, 'user' | 'activity' | 'item'>): string => [user, activity, item].map(encodeURIComponent).join('/')

const titlesOf = (course: Course, { room, activity }: Pick<Sent, 'room' | 'activity'>) => {
  const found = course.rooms.find(({ id }) => id === room)
  return { room: found?.title ?? room, activity: found?.activities.find(({ id }) => id === activity)?.title ?? activity }
}

export interface WaitingRow { href: string; name: string; unnamed: boolean; alias: string; room: string; activity: string; sent: Moment | undefined; again: boolean }
/** The list: who, where, since when. */
export const waitingView = async (courses: Pick<Courses, 'members'>, run: string, course: Course, waiting: Sent[], words: Words): Promise<{ lead: string; rows: WaitingRow[] }> => {
  const names = new Map((await courses.members(run)).map(({ user, name }) => [user, name?.trim()]))
  return {
    lead: words.t('reviews.lead', { count: waiting.length }),
    rows: waiting.map((sent) => ({
      href: reviewPath(sent), name: words.name({ name: names.get(sent.user) || undefined }), unnamed: !names.get(sent.user), ...titlesOf(course, sent),
      alias: words.alias({ alias: aliasOf(run, sent.user, sent) }), sent: sent.state.pending && words.moment(sent.state.pending), again: sent.state.review !== undefined,
    })),
  }
}

/** What was written, whatever the type wraps it in; of anything else, its JSON. */
const textOf = (response: unknown): string => {
  if (typeof response === 'string') return response
  if (typeof response === 'object' && response !== null && 'text' in response && typeof response.text === 'string') return response.text
  return JSON.stringify(response ?? '', undefined, 1)
}

/** A judgement that didn't fit: it comes back filled. */
export interface JudgementDraft { levels: (number | undefined)[]; accepted?: string; comment: string; faults: Set<string> }

export interface ReviewSource {
  run: string
  course: Course
  sent: Sent
  task: Task
  name?: string
  game: Pick<GameState, 'alias' | 'onLadder'>
}

/** One answer to judge: the question, what was written, the rubric, what was said before. */
export const reviewView = ({ run, course, sent, task, name, game }: ReviewSource, words: Words, draft?: JudgementDraft) => {
  const { state } = sent
  const { t, number } = words
  const before = state.pending ? undefined : state.review
  const text = textOf(state.response)
  return {
    name: words.name({ name }), unnamed: !name, alias: words.alias({ alias: aliasOf(run, sent.user, game) }), user: sent.user, ...titlesOf(course, sent), textLang: course.lang,
    path: reviewPath(sent), tries: state.tries, sent: state.pending && words.moment(state.pending),
    question: task.question, sample: task.sample,
    text, length: t('reviews.words', { count: [...new Intl.Segmenter(course.lang, { granularity: 'word' }).segment(text)].filter(({ isWordLike }) => isWordLike).length }),
    earlier: state.review && { points: t('insights.points', { score: state.review.score, max: state.review.max }), comment: state.review.comment },
    criteria: task.criteria.map(({ title, description, levels }, index) => ({
      title, description, name: `level-${index}`, fault: draft?.faults.has(`level-${index}`) ?? false,
      levels: levels.map((level, at) => ({
        value: at, title: level.title, description: level.description, points: t('reviews.points', { count: level.points, points: number(level.points) }),
        chosen: draft ? draft.levels[index] === at : before?.criteria[index]?.level === level.title,
      })),
    })),
    accepted: draft ? draft.accepted : before && (before.score >= before.max ? 'yes' : 'no'),
    acceptedFault: draft?.faults.has('accepted') ?? false,
    comment: draft?.comment ?? before?.comment ?? '',
    hasFaults: (draft?.faults.size ?? 0) > 0,
  }
}
