import { aliasOf, type Alias } from './alias.js'
import type { GameState } from './model.js'
import { Order } from './order.js'

/** What the ladder reads of a standing. */
export interface Placed { learner: string; v: number; game: Pick<GameState, 'xp' | 'level' | 'xpAt' | 'alias' | 'onLadder'> }

export interface LadderRow { rank: number; user: string; alias: Alias; xp: number; level: number; me: boolean }
export interface LadderView { total: number; me?: { rank: number }; rows: LadderRow[] }

/** What a change of a standing means for those who look on. */
export interface LadderChange { order: boolean; totals: boolean }

const NONE: LadderChange = { order: false, totals: false }

/**
 * The ladder of one run, in memory. Fed with absolute totals in any order and as often as one likes: the newest of each learner stays.
 * Each learner has a slot; what is kept of them lies in columns, since a million small objects would weigh ten times as much.
 */
export class RunLadder {
  private readonly slots = new Map<string, number>()
  private readonly names: string[] = []
  private readonly versions: number[] = []
  private readonly levels: number[] = []
  private readonly aliases = new Map<number, string>()
  private readonly hidden = new Set<number>()
  private readonly order = new Order((a, b) => (this.name(a) < this.name(b) ? -1 : 1))

  constructor(private readonly run: string) {}

  apply({ learner, v, game: { xp, level, xpAt, alias, onLadder } }: Placed): LadderChange {
    const known = this.slots.get(learner)
    const slot = known ?? this.names.length
    if (known !== undefined && (this.versions[slot] ?? 0) >= v) return NONE
    const at = xpAt?.getTime() ?? 0
    const wasShown = known !== undefined && !this.hidden.has(slot)
    const earned = known === undefined || this.order.xpOf(slot) !== xp
    const moved = earned || this.order.timeOf(slot) !== at || wasShown !== onLadder
    const renamed = this.aliases.get(slot) !== (alias || undefined) || this.levels[slot] !== level
    if (moved && wasShown) this.order.remove(slot)
    this.keep(slot, { learner, v, level, alias, onLadder })
    if (moved) this.order.setKey(slot, xp, at)
    if (moved && onLadder) this.order.insert(slot)
    return { order: (wasShown || onLadder) && (moved || renamed), totals: earned }
  }

  /** Takes someone off who is no participant any more. */
  drop(learner: string): LadderChange {
    const slot = this.slots.get(learner)
    if (slot === undefined) return NONE
    this.order.remove(slot)
    this.slots.delete(learner)
    return { order: !this.hidden.has(slot), totals: false }
  }

  /**
   * `count` rows from a rank on, as `viewer` sees them: who is hidden sees themselves where they would stand, and nobody else does.
   * `from` may depend on the viewer's rank.
   */
  view(count: number, from: (total: number, mine?: number) => number, viewer?: string): LadderView {
    const me = viewer === undefined ? undefined : this.slots.get(viewer)
    const isHidden = me !== undefined && this.hidden.has(me)
    const mine = me === undefined ? undefined : this.order.rankOf(me)
    const total = this.order.size + (isHidden ? 1 : 0)
    const slotAt = (rank: number): number | undefined => {
      if (!isHidden || mine === undefined || rank < mine) return this.order.atRank(rank)
      return rank === mine ? me : this.order.atRank(rank - 1)
    }
    const first = Math.max(1, from(total, mine))
    const rows: LadderRow[] = []
    for (let rank = first; rank < first + count && rank <= total; rank++) {
      const slot = slotAt(rank)
      if (slot !== undefined) rows.push(this.row(slot, rank, slot === me))
    }
    return { total, rows, ...(mine === undefined ? {} : { me: { rank: mine } }) }
  }

  private name(slot: number): string {
    return this.names[slot] ?? ''
  }

  private keep(slot: number, { learner, v, level, alias, onLadder }: { learner: string; v: number; level: number; alias?: string; onLadder: boolean }): void {
    this.slots.set(learner, slot)
    this.names[slot] = learner
    this.versions[slot] = v
    this.levels[slot] = level
    if (alias) this.aliases.set(slot, alias)
    else this.aliases.delete(slot)
    if (onLadder) this.hidden.delete(slot)
    else this.hidden.add(slot)
  }

  private row(slot: number, rank: number, me: boolean): LadderRow {
    const user = this.name(slot)
    return { rank, user, alias: aliasOf(this.run, user, { alias: this.aliases.get(slot) }), xp: this.order.xpOf(slot), level: this.levels[slot] ?? 1, me }
  }
}
