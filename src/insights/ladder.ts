import { PAGE } from './choice.js'
import type { Participant } from './model.js'
import { pagingOf } from './overview.js'
import type { Words } from './words.js'

/** Most XP first; of equals, who was there first: the order that learners see. */
const byRank = (a: Participant, b: Participant): number => b.xp - a.xp || (a.xpAt?.getTime() ?? Infinity) - (b.xpAt?.getTime() ?? Infinity) || (a.user < b.user ? -1 : 1)

/** The ladder with real names beside the aliases; who is hidden from the others is shown here, and holds no place. */
export const ladderView = (all: Participant[], asked: number, words: Words) => {
  const ranked = all.filter(({ launched, left }) => launched && !left).sort(byRank)
  const places = new Map(ranked.filter(({ onLadder }) => onLadder).map(({ user }, index) => [user, index + 1]))
  const pages = Math.max(1, Math.ceil(ranked.length / PAGE))
  const page = Math.min(asked, pages)
  return {
    rows: ranked.slice((page - 1) * PAGE, page * PAGE).map((each) => ({
      place: places.has(each.user) ? words.number(places.get(each.user) ?? 0) : undefined,
      href: `participants/${encodeURIComponent(each.user)}`,
      name: words.name(each), unnamed: !each.name, alias: words.alias(each), xp: words.number(each.xp), level: words.number(each.level), hidden: !each.onLadder,
    })),
    hidden: ranked.length - places.size,
    paging: pagingOf(page, pages, words, (to) => (to > 1 ? `?page=${to}` : '?')),
  }
}
