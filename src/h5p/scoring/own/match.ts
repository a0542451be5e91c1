import { z } from 'zod'
import { read } from '../../../infra/index.js'
import type { Fault } from '../../model.js'
import { reader } from '../model.js'
import { Explained, explanation, withoutKeys } from './explained.js'
import { mixed } from './mixed.js'

const Picture = z.looseObject({ path: z.string() }).optional()
const Pair = z.looseObject({ left: z.string().optional(), leftImage: Picture, leftAlt: z.string().optional(), right: z.string().optional(), rightImage: Picture, rightAlt: z.string().optional() })
const Shown = z.object({ text: z.string().optional(), image: Picture, alt: z.string().optional() })
const Match = Explained.extend({
  kind: z.enum(['pairs', 'categories']).default('pairs'),
  pairs: z.array(Pair).default([]),
  categories: z.array(z.looseObject({ title: z.string().default(''), cards: z.array(Shown).default([]) })).default([]),
  extras: z.array(z.string().nullish()).default([]),
})
type Match = z.output<typeof Match>
/** What is put somewhere, or where it is put. */
type Side = z.output<typeof Shown>

const sides = ({ left, leftImage, leftAlt, right, rightImage, rightAlt }: z.output<typeof Pair>): [place: Side, card: Side] => [
  { text: left, image: leftImage, alt: leftAlt },
  { text: right, image: rightImage, alt: rightAlt },
]
/** Each place, and the cards that belong there. */
const places = ({ kind, pairs, categories }: Match): { place: Side; cards: Side[] }[] =>
  kind === 'pairs' ? pairs.map((pair) => ({ place: sides(pair)[0], cards: [sides(pair)[1]] })) : categories.map(({ title, cards }) => ({ place: { text: title }, cards }))
const extras = ({ extras }: Match): Side[] => extras.flatMap((text) => (text ? [{ text }] : []))
/** All cards, as the learner has them before any is put. */
const deck = (match: Match): Side[] => mixed([...places(match).flatMap(({ cards }) => cards), ...extras(match)].map(({ text, image, alt }) => ({ text, image, alt })))

/** Cards that look the same are the same. */
const same = (one: Side, other: Side): boolean => (one.text ?? '') === (other.text ?? '') && one.image?.path === other.image?.path

const hasFace = ({ text, image }: Side): boolean => Boolean(text) || image !== undefined
const faultsOf = (match: Match): Fault[] => {
  const path = match.kind
  const all = places(match)
  if (all.length < 2) return [{ path, message: `needs two ${path} at least` }]
  const faceless = all.findIndex(({ place, cards }) => ![place, ...cards].every(hasFace))
  if (faceless >= 0) return [{ path: `${path}.${faceless}`, message: 'needs a text or a picture on each card' }]
  const unsaid = all.findIndex(({ place, cards }) => [place, ...cards].some(({ image, alt, text }) => image && !alt && !text))
  return unsaid >= 0 ? [{ path: `${path}.${unsaid}`, message: 'needs an alternative text for its picture' }] : []
}

/** A response is the list of `[card, place]`, by their places in what was shown. Each card that is right is a point. */
export const match = reader<Match>({
  machineName: 'Keyroom.Match',
  kind: 'verified',
  params: Match,
  max: (params) => places(params).reduce((sum, { cards }) => sum + cards.length, 0),
  mark(params, response) {
    const [cards, targets] = [deck(params), places(params)]
    const Put = z.object({ put: z.array(z.tuple([z.int().min(0).max(cards.length - 1), z.int().min(0).max(targets.length - 1)])).max(cards.length) })
    const { put } = read(Put, { put: response })
    const left = targets.map((target) => [...target.cards])
    const right = [...new Map(put)].filter(([card, place]) => {
      const [open, face] = [left[place] ?? [], cards[card]]
      const at = face ? open.findIndex((each) => same(each, face)) : -1
      if (at >= 0) open.splice(at, 1) // one card fills one gap, though another looks the same
      return at >= 0
    }).length
    return { score: right, correct: right === put.length && left.every((open) => open.length === 0), feedback: [] }
  },
  earned: explanation,
  shown(params) {
    const { pairs: _pairs, categories: _categories, extras: _extras, ...open } = withoutKeys(params)
    const known = Match.safeParse(params)
    return known.success ? { ...open, places: places(known.data).map(({ place }) => place), cards: deck(known.data) } : open
  },
  faults: faultsOf,
})
