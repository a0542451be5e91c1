import type { Page } from 'playwright-core'
import { questionsIn } from '../../src/h5p/scoring/index.js'
import { chanceOf } from './chance.js'
import { CASES, type Case } from './random.js'

interface Stand { response: unknown; raw: number; max: number; score: number; maxScore: number }
export interface Compared { library: string; tried: number; differing: { seed: number; why: string }[] }

/** As many at once as a page bears without its animations falling behind. */
const AT_ONCE = 40

const standsOf = async (page: Page, library: string, cases: Case[]): Promise<(Stand | string)[]> => {
  const stands: (Stand | string)[] = []
  for (let from = 0; from < cases.length; from += AT_ONCE) stands.push(...(await standTogether(page, library, cases.slice(from, from + AT_ONCE))))
  return stands
}
const standTogether = (page: Page, library: string, cases: Case[]): Promise<(Stand | string)[]> =>
  page.evaluate(
    ([library, cases]) => {
      const { stand } = (window as unknown as { conformance: { stand(what: object): Promise<Stand> } }).conformance
      return Promise.all(cases.map((each) => stand({ library, ...each }).catch((error: unknown) => String(error))))
    },
    [library, cases] as const,
  )

/** What differs between the type's own code and the server; undefined where nothing does. */
const differenceOf = (library: string, params: object, stand: Stand | string): string | undefined => {
  if (typeof stand === 'string') return `the type fails: ${stand}`
  const [question] = questionsIn(library, params)
  // Nothing to earn is no question to the server.
  if (!question) return stand.maxScore === 0 ? undefined : `is no question, and ${stand.maxScore} points in the type`
  try {
    const { score } = question.mark(stand.response)
    return score === stand.score && score === stand.raw && question.max === stand.maxScore ? undefined : `${JSON.stringify(stand)} in the type, ${score} of ${question.max} on the server`
  } catch (error) {
    return `${JSON.stringify(stand)} in the type, refused by the server (${String(error)})`
  }
}

/** Asks the type's own code, in a page that has it, and the server for as many contents and answers by chance. */
export const compare = async (page: Page, library: string, { from, count }: { from: number; count: number }): Promise<Compared> => {
  const make = CASES[library.split(' ')[0] ?? '']
  const seeds = Array.from({ length: make ? count : 0 }, (_, index) => from + index)
  // As it would come out of a file: what is undefined isn't there.
  const cases = seeds.map((seed) => JSON.parse(JSON.stringify(make?.(chanceOf(seed)))) as Case)
  const stands = await standsOf(page, library, cases)
  const differing = seeds.flatMap((seed, index) => {
    const [made, stand] = [cases[index], stands[index]]
    const why = made && stand ? differenceOf(library, made.params, stand) : undefined
    return why && made ? [{ seed, why: `${why}; ${JSON.stringify(made.params)}` }] : []
  })
  return { library, tried: seeds.length, differing }
}
