import { createHash } from 'node:crypto'
import type { GameState } from './model.js'

/** How many adjectives and creatures each language's catalogue holds (locales/LANG/alias.json). */
export const ALIAS_WORDS = { adjectives: 24, creatures: 40 } as const

/** The alias someone chose, or the pair of words and the number that make theirs: the same for ever, and telling nothing of who it is. */
export type Alias = { chosen: string } | { adjective: number; creature: number; number: number }

export const aliasOf = (run: string, learner: string, game: Pick<GameState, 'alias'>): Alias => {
  if (game.alias) return { chosen: game.alias }
  const bytes = createHash('sha256').update(`alias:${run}:${learner}`).digest()
  return {
    adjective: bytes.readUInt16BE(0) % ALIAS_WORDS.adjectives,
    creature: bytes.readUInt16BE(2) % ALIAS_WORDS.creatures,
    number: (bytes.readUInt16BE(4) % 90) + 10,
  }
}

/** The alias in words of the viewer's language. `t`: the catalogue. */
export const aliasText = (alias: Alias, t: (key: string, params?: Record<string, string | number>) => string): string =>
  'chosen' in alias
    ? alias.chosen
    : t('alias.name', {
        adjective: t(`alias.adjectives.${alias.adjective}`),
        creature: t(`alias.creatures.${alias.creature}`),
        number: String(alias.number),
      })
