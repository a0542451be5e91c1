import { z } from 'zod'
import type { LineItem, Override, Score } from './model.js'
import { ServiceFault } from './service-fault.js'

/** A score as the tool sends it. @see [AGS 2.0, 3.4.3](https://www.imsglobal.org/spec/lti-ags/v2p0/#score-publish-service) */
const Sent = z.object({
  userId: z.string().min(1),
  timestamp: z.iso.datetime({ offset: true }),
  activityProgress: z.enum(['Initialized', 'Started', 'InProgress', 'Submitted', 'Completed']),
  gradingProgress: z.enum(['FullyGraded', 'Pending', 'PendingManual', 'Failed', 'NotReady']),
  scoreGiven: z.number().nonnegative().optional(),
  scoreMaximum: z.number().positive().optional(),
  comment: z.string().optional(),
}).refine(({ scoreGiven, scoreMaximum }) => scoreGiven === undefined || scoreMaximum !== undefined)

const seconds = (timestamp: string): number => Math.floor(Date.parse(timestamp) / 1000)

/**
 * As strict as Moodle is: later than the last to the second, 400 for whoever can't be graded, wiped when it isn't a whole grade.
 * @throws ServiceFault 400 or 409
 */
export const takeScore = (item: LineItem, last: Score | undefined, body: unknown, isGradable: (person: string) => boolean, now: Date): Score => {
  const read = Sent.safeParse(body)
  if (!read.success) throw new ServiceFault(400, 'incorrect_score', 'Incorrect score received')
  const sent = read.data
  if (!isGradable(sent.userId)) throw new ServiceFault(400, 'incorrect_score', 'Incorrect score received')
  if (last && seconds(sent.timestamp) <= seconds(last.timestamp)) throw new ServiceFault(409, 'earlier_timestamp', 'Refusing score with an earlier timestamp')
  const whole = sent.scoreGiven !== undefined && sent.scoreMaximum !== undefined && sent.gradingProgress === 'FullyGraded'
  return {
    lineItem: item.id, userId: sent.userId, timestamp: sent.timestamp, receivedAt: now.toISOString(),
    activityProgress: sent.activityProgress, gradingProgress: sent.gradingProgress,
    ...(whole ? { given: sent.scoreGiven, maximum: sent.scoreMaximum } : {}),
    ...(sent.comment ? { comment: sent.comment } : {}),
  }
}

/** Rescaled to the column's maximum and capped there. */
const pointsOf = (item: LineItem, { given, maximum }: Pick<Score, 'given' | 'maximum'>): number | undefined =>
  given === undefined || maximum === undefined ? undefined : Math.min(item.scoreMaximum, Math.round((given / maximum) * item.scoreMaximum * 1e5) / 1e5)

/** What the gradebook shows: the teacher's word where there is one, else the tool's. */
export const resultOf = (item: LineItem, person: string, { scores, overrides }: { scores: Score[]; overrides: Override[] }): number | undefined => {
  const isIts = (each: { lineItem: string; userId: string }): boolean => each.lineItem === item.id && each.userId === person
  const score = scores.find(isIts)
  return overrides.find(isIts)?.points ?? (score && pointsOf(item, score))
}
