import { askedIn, at, objects, type Params } from './answers.js'
import type { Chance } from './chance.js'
import { CASES, type Answered, type Case } from './random.js'

/** A list of questions in slides, chapters: at least one in each. */
const grouped = (chance: Chance, all: Params[]): Params[][] =>
  all.reduce<Params[][]>((groups, one, index) => (index === 0 || chance.yes() ? [...groups, [one]] : [...groups.slice(0, -1), [...(groups.at(-1) ?? []), one]]), [])
const asColumn = (questions: Params[]): Params => ({ content: questions.map((content) => ({ content, useSeparator: 'auto' })) })

/** By type: a container as its package has it, with other questions in it. */
const CONTAINERS: Record<string, (whole: Params, questions: Params[], chance: Chance) => Params> = {
  'H5P.Column': (whole, questions) => ({ ...whole, ...asColumn(questions) }),
  // A pool of fewer than all is reported by itself: then the server has to ask nothing.
  'H5P.QuestionSet': (whole, questions, chance) => ({ ...whole, questions, randomQuestions: chance.yes(), ...(chance.yes() ? { poolSize: chance.whole(0, questions.length + 1) } : {}) }),
  'H5P.InteractiveBook'(whole, questions, chance) {
    const [chapter] = objects(whole.chapters)
    return { ...whole, chapters: grouped(chance, questions).map((inside, index) => ({ ...chapter, params: asColumn(inside), subContentId: `chapter-${index}` })) }
  },
  'H5P.CoursePresentation'(whole, questions, chance) {
    const slides = grouped(chance, questions).map((inside) => ({ elements: inside.map((action) => ({ x: 5, y: 5, width: 80, height: 80, action, displayAsButton: chance.yes(0.3), buttonSize: 'big' })), slideBackgroundSelector: {} }))
    return { ...whole, presentation: { ...(whole.presentation as Params), slides: [{ elements: [], slideBackgroundSelector: {} }, ...slides] } }
  },
  'H5P.InteractiveVideo'(whole, questions, chance) {
    const interactions = questions.map((action, index) => ({ x: 10, y: 10, width: 20, height: 15, duration: { from: index + 1, to: index + 3 }, pause: true, displayType: chance.one(['button', 'poster']), label: '', libraryTitle: '', action, adaptivity: {}, visuals: {} }))
    return { ...whole, interactiveVideo: { ...(whole.interactiveVideo as Params), assets: { interactions }, summary: { displayAt: 3 } } }
  },
}

/** What a container is made of: its package's own parameters, and the types of question that came with it. */
export interface Container { machineName: string; params: Params; libraries: string[] }
export const containerOf = (library: string, params: object): Container | undefined => {
  const machineName = library.split(' ')[0] ?? ''
  if (!CONTAINERS[machineName]) return undefined
  const names = askedIn(library, params).map((asked) => asked.machineName)
  const named = [...new Set(JSON.stringify(params).match(/H5P\.\w+ \d+\.\d+/g))]
  return { machineName, params: params as Params, libraries: named.filter((each) => names.includes(each.split(' ')[0] ?? '')) }
}

/** A container by chance, with one to four questions by chance in it, each answered. */
export const containing = ({ machineName, params, libraries }: Container, chance: Chance): Case => {
  const salt = chance.whole(0, 1e9)
  const parts: Record<string, Answered> = {}
  const waits: number[] = []
  const questions = chance.times(1, 4, (index): Params => {
    const library = chance.one(libraries)
    const { params: asked = {}, state, fill, presses, wait = 0 } = CASES[library.split(' ')[0] ?? '']?.(chance) ?? {}
    const subContentId = `part-${salt}-${index}`
    parts[subContentId] = { fill, presses }
    waits.push(wait)
    // As the core hands on what was saved of a part.
    return { library, params: asked, subContentId, metadata: { title: library }, ...(state === undefined ? {} : { userDatas: { state } }) }
  })
  return { params: CONTAINERS[machineName]?.(params, questions, chance) ?? {}, parts, wait: Math.max(...waits) }
}
/** Whether some questions are drawn by lot and others left out. */
export const drawsLots = (params: object): boolean => {
  const [pool, all] = [Number(at(params, 'poolSize')), objects(at(params, 'questions')).length]
  return pool > 0 && pool < all
}
