import { describe, expect, it } from 'vitest'
import { award, earn, gameSlice, levelFloor, levelOf, levelView } from '../../src/game/index.js'
import type { EventDraft, LedgerEvent } from '../../src/ledger/index.js'

const levels = { base: 120, factor: 1.3 }
const rules = { activity: 20, firstTry: 10, room: 40, finish: 100, levels }
const after = (drafts: EventDraft[], state = gameSlice.initial()) =>
  drafts.reduce((now, draft) => gameSlice.evolve(now, { ...draft, at: new Date(0) } as LedgerEvent), state)

describe('levels', () => {
  it('follow the curve 120, 276, 479, 742', () => {
    expect([2, 3, 4, 5].map((level) => levelFloor(level, levels))).toEqual([120, 276, 479, 742])
  })
  it('begin exactly at their floor', () => {
    expect([0, 119, 120, 275, 276].map((xp) => levelOf(xp, levels))).toEqual([1, 1, 2, 2, 3])
  })
  it('tell how far the next one is', () => {
    expect(levelView(130, levels)).toEqual({ level: 2, floor: 120, next: 276, toGo: 146 })
  })
  it('rise evenly where the factor is 1', () => {
    expect([2, 3, 4].map((level) => levelFloor(level, { base: 100, factor: 1 }))).toEqual([100, 200, 300])
  })
})

describe('XP', () => {
  it('says why it came, and when it lifts a level', () => {
    const earned = earn(gameSlice.initial(), { ...rules, finish: 110 }, [{ reason: 'activity', ref: 'a' }, { reason: 'finish', ref: 'c' }])
    expect(earned.map(({ data }) => data)).toEqual([
      { xp: 20, reason: 'activity', ref: 'a', level: 1, levelUp: false },
      { xp: 110, reason: 'finish', ref: 'c', level: 2, levelUp: true },
    ])
  })
  it('pays one cause once, however often it comes', () => {
    const once = after(earn(gameSlice.initial(), rules, [{ reason: 'room', ref: 'r1' }]))
    expect(once.xp).toBe(40)
    expect(earn(once, rules, [{ reason: 'room', ref: 'r1' }])).toEqual([])
  })
  it('of zero is not an event', () => {
    expect(earn(gameSlice.initial(), { ...rules, firstTry: 0 }, [{ reason: 'first-try', ref: 'a' }])).toEqual([])
  })
})

it('a badge is given once', () => {
  const state = after(award(gameSlice.initial(), 'first-key', 'r2'))
  expect(state.badges.map(({ badge }) => badge)).toEqual(['first-key'])
  expect(award(state, 'first-key', 'r3')).toEqual([])
})
