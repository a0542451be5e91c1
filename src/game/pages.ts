import type { XpRules } from '../courses/index.js'
import type { Lang, Say } from '../infra/index.js'
import { aliasOf, aliasText } from './alias.js'
import type { GameState } from './model.js'
import type { AliasFault } from './refusals.js'
import { levelView } from './rules.js'
import type { LadderRow, LadderView } from './run-ladder.js'

/** Who looks on, in which run, and how they show. */
export interface Onlooker { run: string; user: string; game: Pick<GameState, 'alias' | 'onLadder' | 'xp'>; lang: Lang; say: Say }

export interface RowView { rank: string; name: string; level: string; xp: string; me: boolean }
export interface LadderCard { rows: RowView[]; all: string; href: string; asSeen: string; alone?: string }
export interface Typed { alias: string; onLadder: boolean }
export interface LadderPage {
  source: string
  mine?: string
  level: { name: string; xp: string; toGo: string; value: number }
  caption: string
  rows: RowView[]
  around?: RowView[]
  note?: string
  before?: string
  after?: string
  toMe?: string
}
export interface ProfileForm { action: string; key: string; alias: string; onLadder: boolean; made: string; reset?: string; fault?: string; saved: boolean }

export const PAGE = 20

/** Keeps a name of another direction from turning the sentence around it. */
const apart = (name: string): string => `\u2068${name}\u2069`

const rowView = ({ lang, say }: Onlooker, youAs: (name: string) => string) => ({ rank, alias, level, xp, me }: LadderRow): RowView => {
  const count = new Intl.NumberFormat(lang)
  const name = aliasText(alias, say)
  return { rank: count.format(rank), name: me ? youAs(name) : name, level: count.format(level), xp: count.format(xp), me }
}
const nameOf = ({ run, user, say }: Onlooker, game: { alias?: string }): string => aliasText(aliasOf(run, user, game), say)
const asSeen = (who: Onlooker): string =>
  who.game.onLadder ? who.say('game.ladder.asSeen', { name: apart(nameOf(who, who.game)) }) : who.say('game.ladder.hidden')

/** One's neighbours, for a card on another page. */
export const ladderCard = (view: LadderView, who: Onlooker): LadderCard => ({
  rows: view.rows.map(rowView(who, () => who.say('game.ladder.you'))),
  all: who.say('game.ladder.all', { total: view.total }),
  href: `/play/${who.run}/ladder`,
  asSeen: asSeen(who),
  alone: view.total === 1 && view.me ? who.say('game.ladder.alone') : undefined,
})

const noteFor = ({ total, me }: LadderView, { say }: Onlooker): string | undefined => {
  if (total === 0) return say('game.ladder.empty')
  return total === 1 && me ? say('game.ladder.alone') : undefined
}

/** The rank a page begins with, for whatever was asked. */
export const firstOf = (asked: number, total: number): number => Math.floor((Math.max(1, Math.min(asked, total)) - 1) / PAGE) * PAGE + 1

/** The ladder from the rank `from` on; where one's own place is elsewhere, one's neighbours too. */
export const ladderPage = (view: LadderView, around: LadderView, { from, levels }: { from: number; levels: XpRules['levels'] }, who: Onlooker): LadderPage => {
  const { say, run } = who
  const base = `/play/${run}/ladder`
  const at = (rank: number): string => (rank === 1 ? base : `${base}?from=${rank}`)
  const { level, floor, next, toGo } = levelView(who.game.xp, levels)
  const row = rowView(who, (name) => say('game.ladder.youAs', { name: apart(name) }))
  const last = Math.min(view.total, from + PAGE - 1)
  const isHere = view.rows.some(({ me }) => me)
  return {
    source: at(from),
    mine: view.me && say('game.ladder.mine', { rank: view.me.rank, total: view.total }),
    level: { name: say('game.level.name', { level }), xp: say('game.level.xp', { xp: who.game.xp }), toGo: say('game.level.toGo', { xp: toGo, level: level + 1 }), value: (who.game.xp - floor) / (next - floor) },
    caption: say('game.ladder.caption', { from, to: last }),
    rows: view.rows.map(row),
    around: view.me && !isHere ? around.rows.map(row) : undefined,
    note: noteFor(view, who),
    before: from > 1 ? at(Math.max(1, from - PAGE)) : undefined,
    after: last < view.total ? at(from + PAGE) : undefined,
    toMe: view.me && !isHere ? at(firstOf(view.me.rank, view.total)) : undefined,
  }
}

/** The form as it is, or as it was sent and what doesn't fit yet. */
export const profileForm = (who: Onlooker, { key, typed, fault, saved }: { key: string; typed?: Typed; fault?: AliasFault | 'taken'; saved: boolean }): ProfileForm => {
  const made = apart(nameOf(who, {}))
  return {
    action: `/play/${who.run}/ladder/profile`, key, saved,
    alias: typed?.alias ?? who.game.alias ?? '',
    onLadder: typed?.onLadder ?? who.game.onLadder,
    made: who.say('game.profile.aliasHint', { name: made }),
    reset: who.game.alias ? who.say('game.profile.reset', { name: made }) : undefined,
    fault: fault && who.say(fault === 'taken' ? 'game.problems.alias-taken.mend' : `game.profile.faults.${fault}`),
  }
}
