import { describe, expect, it } from 'vitest'
import { RunLadder, type Placed } from '../../src/game/run-ladder.js'

/** Chance that is the same at every run. */
const dice = (seed: number) => (sides: number): number => {
  seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
  return ((seed ^ (seed >>> 13)) >>> 0) % sides
}
const fullSort = (people: Iterable<Placed>): string[] =>
  [...people]
    .filter(({ game }) => game.onLadder)
    .sort((a, b) => b.game.xp - a.game.xp || (a.game.xpAt?.getTime() ?? 0) - (b.game.xpAt?.getTime() ?? 0) || (a.learner < b.learner ? -1 : 1))
    .map(({ learner }) => learner)
const everyone = (ladder: RunLadder): string[] => ladder.view(1e6, () => 1).rows.map(({ user }) => user)

describe('the ladder', () => {
  it.each([[1], [2], [3]])('equals a full sort after 10,000 random changes (%i)', (seed) => {
    const roll = dice(seed)
    const people = new Map<string, Placed>()
    const ladder = new RunLadder('run')
    const check = (): void => {
      const sorted = fullSort(people.values())
      expect(everyone(ladder)).toEqual(sorted)
      for (let i = 0; i < sorted.length; i += 97) expect(ladder.view(1, (_, mine = 0) => mine, sorted[i])).toMatchObject({ total: sorted.length, me: { rank: i + 1 }, rows: [{ user: sorted[i], rank: i + 1 }] })
    }
    for (let i = 1; i <= 10_000; i++) {
      const learner = `l${roll(4000)}`
      const before = people.get(learner)
      // Few different totals and moments, so that ties are common; late news and repeated news now and then.
      const placed = { learner, v: (before?.v ?? 0) + roll(4) - 1, game: { xp: roll(60) * 10, level: 1 + roll(5), xpAt: new Date(roll(40)), onLadder: roll(12) > 0 } }
      if (!before || placed.v > before.v) people.set(learner, placed)
      ladder.apply(placed)
      if (roll(50) === 0) {
        const gone = `l${roll(4000)}`
        people.delete(gone)
        ladder.drop(gone)
      }
      if (i % 2500 === 0) check()
    }
  })

  it('empties and fills again', () => {
    const ladder = new RunLadder('run')
    const placed = (i: number, v: number, onLadder: boolean): Placed => ({ learner: `l${i}`, v, game: { xp: i, level: 1, onLadder } })
    for (let i = 0; i < 3000; i++) ladder.apply(placed(i, 1, true))
    for (let i = 0; i < 3000; i++) ladder.apply(placed(i, 2, false))
    expect(ladder.view(10, () => 1)).toEqual({ total: 0, rows: [] })
    for (let i = 0; i < 3000; i++) ladder.apply(placed(i, 3, true))
    expect(everyone(ladder)).toEqual(Array.from({ length: 3000 }, (_, i) => `l${2999 - i}`))
  })
})
