import type { XpRules } from '../courses/index.js'
import type { EventDraft } from '../ledger/index.js'
import type { Badge, GameState, XpReason } from './model.js'

/** XP needed to reach each level from 2 up, as Level Up XP's curve: base 120, factor 1.3 gives 120, 276, 479, 742 … */
export const levelFloor = (level: number, { base, factor }: XpRules['levels']): number => {
  if (level <= 1) return 0
  const steps = level - 1
  return Math.round(factor === 1 ? base * steps : (base * (factor ** steps - 1)) / (factor - 1))
}

export const levelOf = (xp: number, levels: XpRules['levels']): number => {
  let level = 1
  while (xp >= levelFloor(level + 1, levels)) level++
  return level
}

export interface LevelView { level: number; floor: number; next: number; toGo: number }
/** Where someone stands on the way to the next level. */
export const levelView = (xp: number, levels: XpRules['levels']): LevelView => {
  const level = levelOf(xp, levels)
  const next = levelFloor(level + 1, levels)
  return { level, floor: levelFloor(level, levels), next, toGo: next - xp }
}

export interface Cause { reason: XpReason; ref: string }

/**
 * What causes pay, as events. A cause already paid pays nothing again, so a result that comes twice, or a room finished anew
 * after the course changed, is never paid double.
 */
export const earn = (game: GameState, rules: XpRules, causes: Cause[]): EventDraft[] => {
  const pay: Record<XpReason, number> = { activity: rules.activity, 'first-try': rules.firstTry, room: rules.room, finish: rules.finish }
  let xp = game.xp
  return causes
    .filter(({ reason, ref }) => pay[reason] > 0 && !game.paid.includes(`${reason}:${ref}`))
    .map(({ reason, ref }) => {
      const before = levelOf(xp, rules.levels)
      xp += pay[reason]
      const level = levelOf(xp, rules.levels)
      return { type: 'earned', data: { xp: pay[reason], reason, ref, level, levelUp: level > before } }
    })
}

/** A badge, once. */
export const award = (game: GameState, badge: Badge, ref: string): EventDraft[] =>
  game.badges.some((held) => held.badge === badge) ? [] : [{ type: 'badge-earned', data: { badge, ref } }]
