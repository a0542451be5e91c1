import { setTimeout as wait } from 'node:timers/promises'
import type { mongo } from 'mongoose'
import { isHere, isPreview, realRun, type Courses, type Run } from '../../courses/index.js'
import type { Log } from '../../infra/index.js'
import { isActive, type Platform, type Registry } from '../registry.js'
import type { Services } from '../services.js'
import { afterFault } from './faults.js'
import type { Reason, Roster, RosterRead } from './model.js'
import { readMembers } from './read-members.js'
import { createTurns, type Turn, type TurnResult, type Turns } from './turns.js'

export interface RosterDeps {
  db: mongo.Db
  services: Services
  registry: Pick<Registry, 'byId'>
  courses: Pick<Courses, 'run' | 'members' | 'takeRoster'>
  userOf: (platform: string, sub: string) => string
  /** The list was read, or could not be: whoever shows it may show it anew. */
  changed?: (run: string) => void
  log: Log
  now: () => Date
}

const LOOK_MS = 60_000
/** On this node the same run's arrivals are looked at once in so long. */
const ARRIVALS_MS = 10 * 60_000
const WAIT_MS = 30_000
const NOTHING: RosterRead = { members: 0, added: 0, left: 0 }

/** One reading of one list. A half read changes nothing, and a list that has lost everybody is believed at the second time. */
const createReading = ({ services, registry, courses, userOf, changed, log, now }: RosterDeps) => {
  const losesAll = async (run: string, participants: number): Promise<boolean> =>
    participants === 0 && (await courses.members(run)).some((each) => each.role === 'participant' && each.seenAt && isHere(each))

  const read = async (turn: Turn, { _id, nrps }: Run, platform: Platform | undefined): Promise<TurnResult> => {
    if (!nrps) return { state: 'failed', problem: { code: 'lti/members-not-offered' } }
    if (!platform || !isActive(platform)) return { state: 'failed', problem: { code: platform ? 'lti/platform-disabled' : 'lti/unknown-platform' } }
    const began = now()
    const found = await readMembers(platform, nrps, { services, userOf, now }, { etag: turn.etag, turned: turn.renew })
    if (!found) return { state: 'unchanged' }
    const { listed, complete, etag } = found
    if (!turn.emptyAt && (await losesAll(_id, listed.filter(({ role }) => role === 'participant').length))) return { state: 'empty', problem: { code: 'lti/members-all-gone' } }
    // Whoever has lost the lease meanwhile writes nothing.
    await turn.renew()
    const taken = await courses.takeRoster(_id, listed, { began, complete })
    return { state: 'read', read: { members: taken.members, added: taken.added + taken.returned, left: taken.left }, etag, ...(complete ? {} : { problem: { code: 'lti/members-too-many' } }) }
  }
  return async (turn: Turn): Promise<TurnResult> => {
    const run = await courses.run(turn.run)
    const result = await read(turn, run, await registry.byId(run.platform)).catch((error: unknown): TurnResult => {
      try {
        return afterFault(error)
      } catch {
        log.error({ err: error, run: turn.run }, 'a list of members could not be taken in')
        return { state: 'failed', problem: { code: 'lti/unforeseen' } }
      }
    })
    if (result.state === 'failed') log.warn({ run: turn.run, problem: result.problem }, 'a list of members could not be read')
    await turn.end(result)
    changed?.(turn.run)
    return result
  }
}

/** The schedule: looks for lists that are due. A platform that doesn't answer is left alone until the next look. */
const createSchedule = (turns: Turns, deps: RosterDeps, once: (run: string, why: Reason) => Promise<TurnResult | undefined>) => {
  const { courses, log } = deps
  return async (isClosing: () => boolean): Promise<void> => {
    const silent = new Set<string>()
    for (const id of await turns.due()) {
      if (isClosing()) return
      const platform = await courses.run(id).then((run) => run.platform, () => undefined)
      if (!platform || silent.has(platform)) continue
      const result = await once(id, 'schedule').catch((error: unknown) => void log.error({ err: error, run: id }, 'a list of members could not be seen to'))
      if (result?.state === 'failed') silent.add(platform)
    }
  }
}

/** Who is in a run by the LMS's own list. @see [NRPS 2.0](https://www.imsglobal.org/spec/lti-nrps/v2p0) */
export const createRoster = async (deps: RosterDeps): Promise<Roster> => {
  const { db, courses, log, now } = deps
  const turns = await createTurns(db, now)
  const reading = createReading(deps)
  const busy = new Set<Promise<unknown>>()
  const looked = new Map<string, number>()
  let [isOn, closing] = [false, false]
  let timer: NodeJS.Timeout | undefined

  const once = async (run: string, why: Reason): Promise<TurnResult | undefined> => {
    const turn = await turns.take(run, why)
    return turn && reading(turn)
  }
  const behind = (work: Promise<unknown>): void => {
    const one = work.catch((error: unknown) => log.error({ err: error }, 'a list of members could not be seen to')).finally(() => busy.delete(one))
    busy.add(one)
  }
  const isHeld = ({ leaseUntil }: { leaseUntil?: Date }): boolean => leaseUntil !== undefined && leaseUntil > now()
  const look = createSchedule(turns, deps, once)
  const plan = (everyMs: number): void => {
    timer = setTimeout(() => {
      if (!closing) behind(look(() => closing).finally(() => !closing && plan(everyMs)))
    }, everyMs * (0.8 + 0.4 * Math.random())).unref()
  }
  const arrived = async (run: string, why: Reason): Promise<void> => {
    if (!(await courses.run(run)).nrps) return
    await turns.launched(run)
    await once(run, why)
  }
  return {
    async sync(asked) {
      const run = realRun(asked)
      for (const until = Date.now() + WAIT_MS; Date.now() < until; await wait(100)) {
        const result = await once(run, 'asked')
        if (result) return result.state === 'read' ? result.read : ((await turns.state(run))?.last ?? NOTHING)
        // Another is at it: what that finds is the answer.
        let state = await turns.state(run)
        for (; state && isHeld(state) && Date.now() < until; state = await turns.state(run)) await wait(100)
        if (state && !state.lease) return state.last ?? NOTHING
      }
      return NOTHING
    },
    state: (run) => turns.state(realRun(run)),
    arrived({ run, role }) {
      if (!isOn || closing || isPreview(run) || role === 'mentor') return
      const why = role === 'participant' ? 'participant' : 'staff'
      const at = now().getTime()
      if (at - (looked.get(`${why} ${run}`) ?? 0) < ARRIVALS_MS) return
      if (looked.size > 10_000) looked.clear()
      looked.set(`${why} ${run}`, at)
      behind(arrived(run, why))
    },
    start({ everyMs = LOOK_MS } = {}) {
      isOn = true
      plan(everyMs)
    },
    async close() {
      closing = true
      clearTimeout(timer)
      await Promise.all(busy)
    },
  }
}
