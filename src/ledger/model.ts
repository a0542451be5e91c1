/** A fact about one learner in one course run. Facts are only ever added. */
export interface LedgerEvent<T extends string = string, D extends object = object> {
  _id: string
  /** The command it came from; `(key, n)` is unique, so a command sent again adds nothing. */
  key: string
  n: number
  run: string
  learner: string
  /** 1, 2, 3 … within one learner's run: the order of that learner's story. */
  v: number
  type: T
  data: D
  /** When it happened. */
  at: Date
  /** Who caused it, where it wasn't the learner. */
  actor?: string
}
export type EventDraft = { type: string; data: object }

/** One domain's part of a learner's standing, folded from the events. Pure: no clock, no database. */
export interface Slice<S> {
  initial(): S
  /** The state after the event; the given state is not changed. Unknown events change nothing. */
  evolve(state: S, event: LedgerEvent): S
}

/** Where each domain declares its slice, by module augmentation: `interface Slices { play: PlayState }`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Slices {}
/** A projection: all that the events of one learner in one run add up to. Collection `standings`. */
export interface StandingHead {
  /** `run:learner` */
  _id: string
  run: string
  learner: string
  /** The `v` of the last event folded in. */
  v: number
  /** When that event happened. */
  at: Date
}
export type Standing = StandingHead & Slices

/** What must reach someone else because of these events: latest state, one row per `id`. */
export interface OutboxDraft {
  kind: string
  /** A later draft with the same id takes this one's place. */
  id: string
  payload: object
  /** Rows of one lane go to one address: no more than a few at once, and none while it rests. Absent: all such of a kind share one. */
  lane?: string
}
/** Why a lane rests, and until when. */
export interface Rest { kind: string; lane: string; until: Date; problem: NonNullable<OutboxRow['problem']> }
export interface OutboxRow extends OutboxDraft {
  run: string
  learner: string
  /** Grows with each draft; a delivery counts only for the revision it sent. */
  rev: number
  /** The causing event's time. */
  at: Date
  state: 'waiting' | 'delivered' | 'failed'
  attempts: number
  nextAt: Date
  leaseUntil?: Date
  deliveredAt?: Date
  /** What the other side said last, for people. */
  problem?: { code: string; status?: number; text?: string; at: Date }
  /** The worker's own notes, kept with the row across tries. */
  memo?: Record<string, unknown>
  /** A person has asked for it since it was last delivered, whatever stands there now. */
  asked?: true
  /** It waits with its whole lane. Found out when rows are read; never kept. */
  rest?: Rest
}

export interface Decision { events: EventDraft[]; outbox?: OutboxDraft[] }
export interface Command {
  run: string
  learner: string
  /** Idempotency key, unique within this learner's run. */
  key: string
  at: Date
  actor?: string
  /** Pure; may run more than once. Throwing refuses this command alone, and records nothing. */
  decide(standing: Standing): Decision
}
export interface Recorded {
  /** What this key recorded, now or the first time. */
  events: LedgerEvent[]
  standing: Standing
  replayed: boolean
}

interface Problem { code: string; status?: number; text?: string }
/**
 * What became of one try to deliver. `retry` waits (exponential, or `afterSeconds`), `failed` is final until the state changes or a person
 * asks; `delivered` with a problem means that there is nothing left to do, and why nothing was sent. `memo`: the notes to keep.
 * `holds`: it lies with the address and not with the row, so the whole lane rests.
 */
export type Delivery =
  | { state: 'delivered'; memo?: Record<string, unknown>; problem?: Problem }
  | { state: 'failed'; problem: Problem }
  | { state: 'retry'; problem: Problem; afterSeconds?: number; holds?: boolean }

export interface Ledger {
  /** Answered once its own commit is durable (majority, journaled). A known key gives the first outcome again. */
  record(command: Command): Promise<Recorded>
  /** The learner's standing; a fresh one where nothing has happened yet. */
  standing(run: string, learner: string): Promise<Standing>
  /** `fields`: the dotted paths to fetch alone, where a whole run is read for a list; `T` says what is there then. */
  standings<T = Standing>(run: string, fields?: readonly string[]): AsyncIterable<T>
  events(run: string, learner: string): Promise<LedgerEvent[]>
  /** Calls back with the standings each commit of this node changed, before its callers are answered. Returns a stop function. */
  onCommit(fn: (standings: readonly Standing[]) => void): () => void
  /** Calls back for each standing that changes on any node after this is answered. Returns a stop function. */
  watch(onChange: (standing: Standing) => void, onGap: () => void): Promise<() => Promise<void>>
  outbox: Outbox
  /** Folds all events anew and says which standings differed; mends them unless `dryRun`. */
  rebuild(options?: { dryRun?: boolean }): Promise<{ standings: number; events: number; differed: { id: string; paths: string[] }[] }>
  /** Takes one learner's story out, whole: for the retention rule alone. */
  erase(run: string, learner: string): Promise<void>
  close(): Promise<void>
}
export type Deliver = (row: OutboxRow, note: (memo: Record<string, unknown>) => Promise<void>) => Promise<Delivery>
export interface Outbox {
  /**
   * Starts delivering rows of a kind: on commit at once, and by polling; so many at once in each lane. Many nodes may: a lease keeps a
   * row with one, and a rest holds for all.
   */
  deliver(kind: string, deliver: Deliver, options?: { concurrency?: number; pollMs?: number }): void
  rows(filter: { run?: string; learner?: string; kind?: string; id?: string }): Promise<OutboxRow[]>
  /** Makes a failed or waiting row due now, and lets its lane try. */
  retry(id: string): Promise<boolean>
  /** The same of many; how many of them weren't delivered. */
  retryAll(ids: readonly string[]): Promise<number>
  /** Sends these anew because a person asks, delivered ones too. How many there are. */
  resend(ids: readonly string[]): Promise<number>
  /** The lanes that rest now. */
  resting(filter?: { kind?: string; lane?: string }): Promise<Rest[]>
  /** Calls back with each row that this node has tried, as it is then. Returns a stop function. */
  onSettled(fn: (row: OutboxRow) => void): () => void
}
