import type { Page } from 'playwright-core'
import { questionsIn } from '../../src/h5p/scoring/index.js'
import { chanceOf, type Chance } from './chance.js'
import { containerOf, containing, drawsLots } from './containers.js'
import { CASES, type Case } from './random.js'

type Question = ReturnType<typeof questionsIn>[number]
interface Stand { response: unknown; raw: number; max: number; score: number; maxScore: number }
/** A content as it stands, and what it reports of the questions in it. */
interface Whole extends Stand { inside: Record<string, Stand> }
/** `questions`: in all contents together, for the server to score. */
export interface Compared { library: string; tried: number; questions: number; differing: { seed: number; why: string }[] }

/** As many at once as a page bears without its animations falling behind. */
const AT_ONCE = 40
const CONTAINERS_AT_ONCE = 10

/** Cases by chance of a type, or of a container as its package has it; undefined for any other. */
export const makerOf = (library: string, params: object): ((chance: Chance) => Case) | undefined => {
  const container = containerOf(library, params)
  return container ? (chance) => containing(container, chance) : CASES[library.split(' ')[0] ?? '']
}

const standsOf = async (page: Page, library: string, cases: Case[]): Promise<(Whole | string)[]> => {
  const stands: (Whole | string)[] = []
  const atOnce = cases.some(({ parts }) => parts) ? CONTAINERS_AT_ONCE : AT_ONCE
  for (let from = 0; from < cases.length; from += atOnce) stands.push(...(await standTogether(page, library, cases.slice(from, from + atOnce))))
  return stands
}
const standTogether = (page: Page, library: string, cases: Case[]): Promise<(Whole | string)[]> =>
  page.evaluate(
    ([library, cases]) => {
      const { stand } = (window as unknown as { conformance: { stand(what: object): Promise<Whole> } }).conformance
      return Promise.all(cases.map((each) => stand({ library, ...each }).catch((error: unknown) => String(error))))
    },
    [library, cases] as const,
  )

/** What differs between a type's own code and the server; undefined where nothing does. */
const differenceOf = (question: Question | undefined, stand: Stand): string | undefined => {
  // Nothing to earn is no question to the server.
  if (!question) return stand.maxScore === 0 ? undefined : `is no question, and ${stand.maxScore} points in the type`
  try {
    const { score } = question.mark(stand.response)
    return score === stand.score && score === stand.raw && question.max === stand.maxScore ? undefined : `${JSON.stringify(stand)} in the type, ${score} of ${question.max} on the server`
  } catch (error) {
    return `${JSON.stringify(stand)} in the type, refused by the server (${String(error)})`
  }
}
/** The same of each question in a container, and of the sum of all. */
const differencesIn = (questions: Question[], { inside, score, maxScore }: Whole, parts: object, params: object): string | undefined => {
  if (drawsLots(params)) return questions.length === 0 ? undefined : 'is drawn by lot, and scored'
  for (const id of Object.keys(parts)) {
    const [question, stand] = [questions.find(({ item }) => item === id), inside[id]]
    const why = stand ? differenceOf(question, stand) : `${id} isn't in the container's report`
    if (why) return why
  }
  const sum = questions.reduce((all, { item, mark, max }) => ({ score: all.score + mark(inside[item]?.response).score, max: all.max + max }), { score: 0, max: 0 })
  return sum.score === score && sum.max === maxScore ? undefined : `${score} of ${maxScore} in the container, ${sum.score} of ${sum.max} on the server`
}

/** Asks the type's own code, in a page that has it, and the server for as many contents and answers by chance. */
export const compare = async (page: Page, library: string, params: object, { from, count }: { from: number; count: number }): Promise<Compared> => {
  const make = makerOf(library, params)
  const seeds = Array.from({ length: make ? count : 0 }, (_, index) => from + index)
  // As it would come out of a file: what is undefined isn't there.
  const cases = seeds.map((seed) => JSON.parse(JSON.stringify(make?.(chanceOf(seed)))) as Case)
  const stands = await standsOf(page, library, cases)
  const asked = cases.map(({ params }) => questionsIn(library, params))
  const differing = seeds.flatMap((seed, index) => {
    const [made, stand, questions = []] = [cases[index], stands[index], asked[index]]
    if (!made || !stand) return []
    const why = typeof stand === 'string' ? `the type fails: ${stand}` : made.parts ? differencesIn(questions, stand, made.parts, made.params) : differenceOf(questions[0], stand)
    return why ? [{ seed, why: `${why}; ${JSON.stringify(made.params)}` }] : []
  })
  return { library, tried: seeds.length, questions: asked.flat().length, differing }
}
