import type { Mongo } from '../../infra/index.js'

/** Grades that don't reach a platform: refused for good, or tried again and again. */
export interface Trouble { failed: number; retrying: number; problem?: { code: string; status?: number; at: Date } }
export interface Troubles {
  /** By platform; one without any is absent. */
  all(): Promise<Map<string, Trouble>>
  /** How many courses are played from there. */
  runs(platform: string): Promise<number>
}
interface Row { _id: string; failed: number; retrying: number; problem?: Trouble['problem'] }

const count = (state: string) => ({ $sum: { $cond: [{ $eq: ['$state', state] }, 1, 0] } })

/** Looked up when an administrator looks: what fails is little, whatever was delivered. */
export const createTroubles = ({ db }: Pick<Mongo, 'db'>): Troubles => {
  const stopped = { kind: 'grade', state: { $in: ['failed', 'waiting'] }, problem: { $exists: true } }
  const perRun = { _id: '$run', failed: count('failed'), retrying: count('waiting'), problem: { $last: '$problem' } }
  const perPlatform = { _id: '$from.platform', failed: { $sum: '$failed' }, retrying: { $sum: '$retrying' }, problem: { $last: '$problem' } }
  const bySaid = { $sort: { 'problem.at': 1 } } as const
  return {
    async all() {
      const rows = await db.collection('outbox').aggregate<Row>([
        { $match: stopped }, bySaid, { $group: perRun },
        { $lookup: { from: 'runs', localField: '_id', foreignField: '_id', as: 'from' } }, { $unwind: '$from' },
        bySaid, { $group: perPlatform },
      ]).toArray()
      return new Map(rows.map(({ _id, ...trouble }) => [_id, trouble]))
    },
    runs: (platform) => db.collection('runs').countDocuments({ platform }),
  }
}
