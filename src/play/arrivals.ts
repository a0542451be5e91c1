import type { Courses, NotedLaunch } from '../courses/index.js'
import type { Log } from '../infra/index.js'

type Who = Pick<NotedLaunch, 'run' | 'user'>

/** What a node left behind is looked for this long after, and this often. */
const LEFT_AFTER_MS = 60_000
const SWEEP_MS = 5 * 60_000

/**
 * Launches on their way into the ledger. The member's row has each before its launch is answered; the ledger gets it behind the
 * answer, under the same key, so that twice is once; then the row forgets it. What a node that ended left in a row another one
 * finds: when the learner's page is asked for, or in a few minutes.
 */
export interface Arrivals {
  /** Records it behind the answer. */
  take(launch: NotedLaunch): void
  /** Once this node has recorded what it took of them. */
  settled(who: Who): Promise<void>
  /** Records what their row still has. Whether there was anything. */
  settle(who: Who): Promise<boolean>
  /** The same of everybody's; what can't be recorded now stays for the next time. */
  sweep(): Promise<void>
  close(): Promise<void>
}
export interface ArrivalDeps {
  courses: Pick<Courses, 'notedLaunches' | 'forgetLaunches'>
  record(launch: NotedLaunch): Promise<unknown>
  log: Log
  now: () => Date
}

const idOf = ({ run, user }: Who): string => `${run}:${user}`

export const createArrivals = ({ courses, record, log, now }: ArrivalDeps): Arrivals => {
  const pending = new Map<string, Promise<void>>()
  let recorded: NotedLaunch[] = []
  let forgetting: Promise<void> | undefined
  const forget = async (): Promise<void> => {
    while (recorded.length > 0) {
      const some = recorded
      recorded = []
      await courses.forgetLaunches(some).catch((error: unknown) => log.error({ err: error }, 'recorded launches stay noted, and are looked at again'))
    }
    forgetting = undefined
  }
  const settleAll = async (launches: NotedLaunch[]): Promise<void> => {
    const results = await Promise.allSettled(launches.map(record))
    recorded.push(...launches.filter((_, n) => results[n]?.status === 'fulfilled'))
    forgetting ??= forget()
    // The others stay noted.
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
  const settle: Arrivals['settle'] = async (who) => {
    const left = await courses.notedLaunches(who)
    await settleAll(left)
    return left.length > 0
  }
  const sweep = async (): Promise<void> => {
    try {
      await settleAll(await courses.notedLaunches({ before: new Date(now().getTime() - LEFT_AFTER_MS) }))
    } catch (error) {
      log.error({ err: error }, 'launches that were left can’t be recorded yet')
    }
  }
  const timer = setInterval(() => void sweep(), SWEEP_MS).unref()
  return {
    take(launch) {
      const id = idOf(launch)
      const before = pending.get(id)
      // After the answer has gone out, and each learner's in their order.
      const done = new Promise((next) => setImmediate(next)).then(() => before).then(() => settleAll([launch])).catch((error: unknown) => log.error({ err: error }, 'a launch can’t be recorded yet'))
      const mine = done.finally(() => {
        if (pending.get(id) === mine) pending.delete(id)
      })
      pending.set(id, mine)
    },
    settled: async (who) => pending.get(idOf(who)),
    settle,
    sweep,
    async close() {
      clearInterval(timer)
      await Promise.all(pending.values())
      await forgetting
    },
  }
}
