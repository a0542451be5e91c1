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
}
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

/** What became of one try to deliver. `retry` waits (exponential, or `afterSeconds`), `failed` is final until the state changes or a person asks. */
export type Delivery =
  | { state: 'delivered' }
  | { state: 'failed'; problem: { code: string; status?: number; text?: string } }
  | { state: 'retry'; problem: { code: string; status?: number; text?: string }; afterSeconds?: number }

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
  close(): Promise<void>
}
export interface Outbox {
  /** Starts delivering rows of a kind: on commit at once, and by polling. Many nodes may; a lease keeps a row with one. */
  deliver(kind: string, deliver: (row: OutboxRow, note: (memo: Record<string, unknown>) => Promise<void>) => Promise<Delivery>, options?: { concurrency?: number; pollMs?: number }): void
  rows(filter: { run?: string; learner?: string; kind?: string; id?: string }): Promise<OutboxRow[]>
  /** Makes a failed or waiting row due now. */
  retry(id: string): Promise<boolean>
}
