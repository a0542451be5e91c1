import { isHere, realRun, type Courses, type Member } from '../courses/index.js'
import type { Kit } from '../infra/index.js'
import type { Ledger, Standing } from '../ledger/index.js'
import type { Live } from '../live/index.js'
import type { GameState } from './model.js'
import { RunLadder, type LadderChange, type LadderView, type Placed } from './run-ladder.js'

export interface Ladders {
  /** The `each` above and below someone; the top for who isn't on it. */
  near(run: string, user: string, each?: number): Promise<LadderView>
  /** The first `limit`, as `user` sees them: staff name nobody. */
  top(run: string, limit: number, user?: string): Promise<LadderView>
  /** `limit` rows from the rank `from` on. */
  page(run: string, from: number, limit: number, user?: string): Promise<LadderView>
  /** How someone stands and shows, from the ledger. */
  profile(run: string, user: string): Promise<GameState>
  /** Who comes in as staff is off this node's ladder at once, and soon off every node's. */
  leave(run: string, user: string): void
  close(): Promise<void>
}
export interface LaddersDeps {
  kit: Pick<Kit, 'log' | 'now'>
  ledger: Pick<Ledger, 'standing' | 'standings' | 'watch' | 'onCommit'>
  courses: Pick<Courses, 'member' | 'members' | 'watchMembers'>
  live: Pick<Live, 'publish' | 'listeners'>
}

/** A run nobody looked at for this long is forgotten, and read anew when somebody does. */
const IDLE_MS = 15 * 60_000
const FIELDS = ['run', 'learner', 'v', 'game.xp', 'game.level', 'game.xpAt', 'game.alias', 'game.onLadder']

interface Held {
  ladder: RunLadder
  participants: Set<string>
  ready: Promise<unknown>
  /** Members being looked up, for standings of people not seen before. */
  asking: Set<Promise<unknown>>
  used: number
}
type Totals = Placed & { run: string }
/** Who has left the course is on no ladder; what they earned waits for them. */
const hasPlace = ({ role, ...member }: Pick<Member, 'role' | 'status'>): boolean => role === 'participant' && isHere(member)

/** Who looks on fetches what changed within this time: more viewers, more time, so that they don't all come at once. */
const spread = (viewers: number): number => Math.min(30_000, 100 + 2 * viewers)

const tellers = (live: LaddersDeps['live']) => ({
  order: (run: string): void => {
    const audience = { run, to: 'everyone' } as const
    live.publish(audience, 'ladder', () => ({ within: spread(live.listeners(audience)) }), { onThisNode: true })
  },
  totals: ({ run, learner, game: { xp, level } }: Totals): void =>
    live.publish({ run, to: 'user', user: learner }, 'standing', () => ({ xp, level }), { onThisNode: true }),
})

/**
 * The ladders of all runs somebody looks at, on this node: read from the ledger's standings when first needed, then fed by its stream
 * of changes, and by this node's own commits at once, so that one's own rank is right in the answer.
 */
export const createLadders = async ({ kit, ledger, courses, live }: LaddersDeps): Promise<Ladders> => {
  const runs = new Map<string, Held>()
  const tell = tellers(live)

  const tellOf = (standing: Totals, { order, totals }: LadderChange): void => {
    if (order) tell.order(standing.run)
    if (totals) tell.totals(standing)
  }
  const apply = (held: Held, standing: Totals, silent: boolean): void => {
    const change = held.ladder.apply(standing)
    if (!silent) tellOf(standing, change)
  }
  /** Someone new: on the ladder if the run's list of members says participant. */
  const ask = (held: Held, standing: Totals): void => {
    const asked = courses.member(standing.run, standing.learner).then((member) => {
      if (!member || !hasPlace(member)) return
      held.participants.add(standing.learner)
      apply(held, standing, false)
    })
    const settled = asked.catch((error: unknown) => kit.log.error({ err: error }, 'a member could not be looked up for the ladder')).finally(() => held.asking.delete(settled))
    held.asking.add(settled)
  }
  const hear = (standing: Totals): void => {
    const held = runs.get(standing.run)
    // Whose ladder isn't read here may still have listeners: they fetch it, and that reads it.
    if (!held) return tellOf(standing, { order: true, totals: true })
    if (held.participants.has(standing.learner)) apply(held, standing, false)
    else ask(held, standing)
  }

  const takeOff = (run: string, held: Held, user: string): void => {
    if (held.participants.delete(user) && held.ladder.drop(user).order) tell.order(run)
  }
  /** Reads a run; what is heard meanwhile is applied too, and the newer of both stays. */
  const load = async (run: string, held: Held, silent: boolean): Promise<void> => {
    for (const member of await courses.members(run)) {
      if (hasPlace(member)) held.participants.add(member.user)
      else takeOff(run, held, member.user)
    }
    for await (const standing of ledger.standings<Totals>(run, FIELDS)) if (held.participants.has(standing.learner)) apply(held, standing, silent)
  }
  /** Who left goes, and who is back stands where they stood. After the reading, which may have been a moment earlier. */
  const hearMember = (member: Member): void => {
    const held = runs.get(member.run)
    const moved = async (): Promise<void> => {
      await held?.ready
      if (!held || held.participants.has(member.user) === hasPlace(member)) return
      if (!hasPlace(member)) return takeOff(member.run, held, member.user)
      const standing = await ledger.standing(member.run, member.user)
      if (standing.v > 0) ask(held, standing)
    }
    moved().catch((error: unknown) => kit.log.error({ err: error }, 'who left or is back can’t be seen to on the ladder'))
  }
  const begin = (run: string, held: Held, silent: boolean): void => {
    held.ready = load(run, held, silent)
    held.ready.catch((error: unknown) => {
      kit.log.error({ err: error, run }, 'a ladder could not be read')
      if (runs.get(run) === held) runs.delete(run)
    })
  }
  const forgetIdle = (now: number): void => {
    for (const [run, { used }] of runs) if (now - used > IDLE_MS) runs.delete(run)
  }
  /** In student view one sees the run's ladder, and isn't on it. */
  const ladderOf = async (asked: string): Promise<RunLadder> => {
    const run = realRun(asked)
    const now = kit.now().getTime()
    forgetIdle(now)
    let held = runs.get(run)
    if (!held) {
      held = { ladder: new RunLadder(run), participants: new Set(), ready: Promise.resolve(), asking: new Set(), used: now }
      runs.set(run, held)
      begin(run, held, true)
    }
    held.used = now
    await held.ready
    await Promise.all(held.asking)
    return held.ladder
  }

  const stopHearing = ledger.onCommit((standings: readonly Standing[]) => standings.forEach(hear))
  // Open before anything is read: between a reading and the stream there is no gap then.
  const again = (): void => runs.forEach((held, run) => begin(run, held, false))
  const stopWatching = await Promise.all([ledger.watch(hear, again), courses.watchMembers(hearMember, again, kit.log)])

  return {
    near: async (run, user, each = 3) => (await ladderOf(run)).view(2 * each + 1, (total, mine = 1) => Math.min(mine - each, total - 2 * each), user),
    top: async (run, limit, user) => (await ladderOf(run)).view(limit, () => 1, user),
    page: async (run, from, limit, user) => (await ladderOf(run)).view(limit, () => from, user),
    profile: async (run, user) => (await ledger.standing(run, user)).game,
    leave(run, user) {
      const held = runs.get(run)
      if (held) takeOff(run, held, user)
    },
    async close() {
      stopHearing()
      await Promise.all(stopWatching.map((stop) => stop()))
      runs.clear()
    },
  }
}
