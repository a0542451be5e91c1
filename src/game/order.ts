/** Full blocks split in two, so they are three quarters full on the whole. */
const BLOCK = 512

interface Block { slots: Int32Array; size: number }

const emptyBlock = (): Block => ({ slots: new Int32Array(BLOCK), size: 0 })

const grown = <T extends Int32Array | Float64Array>(old: T, bigger: T): T => {
  bigger.set(old)
  return bigger
}

/**
 * Slots (small whole numbers) in the order of the ladder: more XP first, then who reached it first, then the given order, so that
 * every node has the same. Sorted blocks, and a Fenwick tree over their sizes: rank, place and move each take about a
 * microsecond among a million, in some 25 bytes a slot.
 */
export class Order {
  size = 0
  private xp = new Int32Array(1024)
  private at = new Float64Array(1024)
  private blocks: Block[] = [emptyBlock()]
  /** Fenwick tree: `sums[i]` counts the slots of the `i & -i` blocks that end with the i-th. */
  private sums = new Int32Array(2)

  /** @param last decides between slots equal in XP and time; negative: the first one stands higher. */
  constructor(private readonly last: (a: number, b: number) => number) {}

  /** Sets what a slot is ranked by. Only for a slot that isn't in. */
  setKey(slot: number, xp: number, at: number): void {
    if (slot >= this.xp.length) {
      this.xp = grown(this.xp, new Int32Array(Math.max(slot + 1, this.xp.length * 2)))
      this.at = grown(this.at, new Float64Array(this.xp.length))
    }
    this.xp[slot] = xp
    this.at[slot] = at
  }

  xpOf(slot: number): number {
    return this.xp[slot] ?? 0
  }

  timeOf(slot: number): number {
    return this.at[slot] ?? 0
  }

  insert(slot: number): void {
    const [index, place] = this.locate(slot)
    const block = this.block(index)
    if (block.size === BLOCK) {
      this.split(index)
      return this.insert(slot)
    }
    block.slots.copyWithin(place + 1, place, block.size)
    block.slots[place] = slot
    block.size++
    this.count(index, 1)
  }

  remove(slot: number): void {
    const [index, place] = this.locate(slot)
    const block = this.block(index)
    if (block.slots[place] !== slot) return
    block.slots.copyWithin(place, place + 1, block.size)
    block.size--
    this.count(index, -1)
    if (block.size < BLOCK / 4) this.join(index)
  }

  /** 1 for the first. Of a slot that isn't in: the rank it would have. */
  rankOf(slot: number): number {
    const [index, place] = this.locate(slot)
    let before = place
    for (let i = index; i > 0; i -= i & -i) before += this.sums[i] ?? 0
    return before + 1
  }

  /** The slot of a rank; undefined beyond the last. */
  atRank(rank: number): number | undefined {
    if (rank < 1 || rank > this.size) return undefined
    let index = 0
    let left = rank - 1
    for (let step = 2 ** Math.floor(Math.log2(this.blocks.length)); step > 0; step >>= 1) {
      const sum = this.sums[index + step]
      if (sum === undefined || index + step > this.blocks.length || sum > left) continue
      index += step
      left -= sum
    }
    return this.block(index).slots[left]
  }

  private block(index: number): Block {
    const block = this.blocks[index]
    if (!block) throw new RangeError(`no block ${index}`)
    return block
  }

  private isBefore(a: number, b: number): boolean {
    const xp = this.xpOf(a) - this.xpOf(b)
    if (xp !== 0) return xp > 0
    const at = this.timeOf(a) - this.timeOf(b)
    return at === 0 ? this.last(a, b) < 0 : at < 0
  }

  /** The block and the place in it where a slot stands, or would. */
  private locate(slot: number): [index: number, place: number] {
    const index = this.firstNotBefore(this.blocks.length - 1, (i) => {
      const block = this.block(i)
      return block.size > 0 && this.isBefore(block.slots[block.size - 1] ?? 0, slot)
    })
    const block = this.block(index)
    return [index, this.firstNotBefore(block.size, (i) => this.isBefore(block.slots[i] ?? 0, slot))]
  }

  private firstNotBefore(end: number, isBefore: (i: number) => boolean): number {
    let low = 0
    let high = end
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBefore(middle)) low = middle + 1
      else high = middle
    }
    return low
  }

  private count(index: number, change: number): void {
    this.size += change
    for (let i = index + 1; i <= this.blocks.length; i += i & -i) this.sums[i] = (this.sums[i] ?? 0) + change
  }

  private recount(): void {
    this.sums = new Int32Array(this.blocks.length + 1)
    this.blocks.forEach(({ size }, index) => {
      for (let i = index + 1; i <= this.blocks.length; i += i & -i) this.sums[i] = (this.sums[i] ?? 0) + size
    })
  }

  private split(index: number): void {
    const block = this.block(index)
    const upper = emptyBlock()
    upper.size = block.size >> 1
    block.size -= upper.size
    upper.slots.set(block.slots.subarray(block.size, block.size + upper.size))
    this.blocks.splice(index + 1, 0, upper)
    this.recount()
  }

  /** A thin block joins a neighbour that has room, so that the list doesn't fray. */
  private join(index: number): void {
    const thin = this.block(index)
    const at = [index - 1, index + 1].find((i) => thin.size + (this.blocks[i]?.size ?? BLOCK) <= (BLOCK * 3) / 4)
    if (at === undefined) return
    const [into, from] = [this.block(Math.min(index, at)), this.block(Math.max(index, at))]
    into.slots.set(from.slots.subarray(0, from.size), into.size)
    into.size += from.size
    this.blocks.splice(Math.max(index, at), 1)
    this.recount()
  }
}
