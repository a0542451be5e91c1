import type { Chance } from './chance.js'

/** What is typed and pressed. */
export interface Answered {
  fill?: { selector: string; values: string[] }
  presses?: { selector: string; share: number }[]
}
/** A content and an answer by chance: parameters, and how the answer gets into the type. */
export interface Case extends Answered {
  params: object
  state?: unknown
  /** In a container: the same by question. */
  parts?: Record<string, Answered>
  /** Milliseconds until the type has taken it in. */
  wait?: number
}

const WORDS = ['Oslo', 'cat', 'Straße', 'naïve', 'two words', 'a', 'photosynthesis', 'R&amp;D', '42', '北京', 'it’s', 'x-ray', 'Copenhagen']
const flags = (chance: Chance, names: string[]): Record<string, boolean> => Object.fromEntries(names.filter(() => chance.yes(0.8)).map((name) => [name, chance.yes()]))

const multiChoice = (chance: Chance): Case => {
  const answers = chance.times(1, 6, (index) => ({
    text: `<div>${index} ${chance.one(WORDS)}</div>`, tipsAndFeedback: {},
    ...(chance.yes(0.95) ? { correct: chance.yes(0.4) } : {}),
    ...(chance.yes(0.15) ? { weight: chance.whole(1, 3) } : {}),
  }))
  const behaviour = {
    ...flags(chance, ['singlePoint', 'randomAnswers']),
    ...(chance.yes() ? { type: chance.one(['auto', 'multi', 'single']) } : {}),
    ...(chance.yes(0.3) ? { passPercentage: chance.whole(0, 100) } : {}),
  }
  const right = answers.filter(({ correct }, index) => correct ?? index === 0).length
  const single = behaviour.type === 'single' || ((behaviour.type ?? 'auto') === 'auto' && right === 1)
  const picks = chance.some(answers.map((_, index) => index))
  return { params: { question: '<p>?</p>', answers, behaviour, ...(chance.yes(0.1) ? { weight: chance.whole(1, 3) } : {}) }, state: { answers: single ? picks.slice(0, 1) : picks } }
}

/** A word with a letter changed, left out, put in or swapped. */
const slipped = (chance: Chance, word: string): string => {
  const at = chance.whole(0, Math.max(0, word.length - 2))
  const [before, after] = [word.slice(0, at), word.slice(at)]
  return chance.one([before + after.slice(1), `${before}q${after}`, `${before}q${after.slice(1)}`, before + after.charAt(1) + after.charAt(0) + after.slice(2)])
}
const typed = (chance: Chance, word: string): string => {
  const plain = word.replaceAll('&amp;', '&')
  return chance.one([plain, plain, plain.toUpperCase(), ` ${plain} `, slipped(chance, plain), slipped(chance, slipped(chance, plain)), '', chance.one(WORDS)])
}
const gap = (chance: Chance): { text: string; answers: string[] } => {
  const answers = chance.times(1, 3, () => chance.one(WORDS))
  return { answers, text: `*${answers.join(chance.one(['/', ' / ']))}${chance.yes(0.2) ? ':a tip' : ''}*` }
}
const blanks = (chance: Chance): Case => {
  const gaps = chance.times(1, 6, () => gap(chance))
  const sentence = (text: string): string => `<p>${chance.one(['', 'Here ', '** '])}${text}${chance.one(['.', '', ' and', '*'])}</p>`
  const questions = chance.yes(0.2) ? [`<p>${gaps.map(({ text }) => text).join(chance.one(['', ' ']))}</p>`] : gaps.map(({ text }) => sentence(text))
  return {
    params: { text: '<p>Fill in.</p>', questions, behaviour: flags(chance, ['caseSensitive', 'acceptSpellingErrors']) },
    fill: { selector: 'input.h5p-text-input', values: gaps.map(({ answers }) => typed(chance, chance.one(answers))) },
  }
}

const dragText = (chance: Chance): Case => {
  const extra = (): string => chance.one(['', '', ':tip', '\\+well done', '\\-alas', ':tip\\+good\\-bad', ' '])
  const words = chance.times(1, 5, () => chance.one(WORDS))
  const distractors = chance.times(0, 2, () => chance.one(WORDS))
  const places = words.map((_, index) => index)
  const draggables = chance.some([...words, ...distractors].map((_, index) => index))
  const state = draggables.slice(0, places.length).map((draggable, index) => ({ draggable, droppable: places[index] }))
  return {
    params: { taskDescription: '<p>Drag.</p>', textField: words.map((word) => `A *${word}${extra()}* here${chance.one(['', '\n', '.'])}`).join(' '), distractors: distractors.map((word) => `*${word}*`).join(' ') },
    state,
  }
}

const dragQuestion = (chance: Chance): Case => {
  const zones = chance.whole(1, 4)
  const all = Array.from({ length: zones }, (_, index) => String(index))
  const elements = chance.times(1, 5, (index) => ({
    x: 1, y: 50, width: 5, height: 2, dropZones: chance.yes(0.9) ? (chance.yes() ? all : chance.some(all)) : [], multiple: chance.yes(0.3), backgroundOpacity: 100,
    type: { library: 'H5P.AdvancedText 1.1', params: { text: `<p>${index}</p>` }, subContentId: `element-${index}`, metadata: {} },
  }))
  const blank = chance.yes(0.1)
  const dropZones = all.map((label) => ({ x: 1, y: 1, width: 5, height: 5, label, showLabel: true, tipsAndFeedback: {}, single: false, autoAlign: false, backgroundOpacity: 100, correctElements: blank ? [] : chance.some(elements.map((_, index) => String(index))) }))
  const answers = elements.map(({ dropZones: allowed, multiple }) => {
    const placed = chance.some(allowed)
    return (multiple ? placed : placed.slice(0, 1)).map((zone) => ({ x: 1, y: 1, dz: Number(zone) }))
  })
  const state = { answers: answers.map((each, index) => (each.length > 0 && (elements[index]?.dropZones.length ?? 0) > 0 ? each : undefined)) }
  return { params: { question: { settings: { size: { width: 620, height: 310 }, questionTitle: '?' }, task: { elements, dropZones } }, behaviour: flags(chance, ['singlePoint', 'applyPenalties']) }, state }
}

const markTheWords = (chance: Chance): Case => {
  const word = (): string => chance.one([...WORDS, '**', '*'])
  const marked = (): string => chance.one([`*${chance.one(WORDS.filter((each) => !each.includes(' ')))}*`, word(), `“${word()}”`, `*${word()}*,`, `(*${word()}*)`, `<strong>*${word()}*</strong>`, `**${word()}**`, `${word()}&nbsp;*${word()}*`, `*${word()}*s`])
  const paragraphs = chance.times(1, 3, () => `<p>${chance.times(1, 8, marked).join(chance.one([' ', ' ', '<br>', '\n']))}</p>`)
  return { params: { taskDescription: '<p>Mark.</p>', textField: paragraphs.join('') }, presses: chance.times(0, 5, () => ({ selector: '[role=option]', share: chance.share() })) }
}

const singleChoiceSet = (chance: Chance): Case => {
  const choices = chance.times(1, 4, (index) => ({ subContentId: `choice-${index}`, question: `<p>${index}</p>`, answers: chance.times(2, 4, (answer) => `<p>${answer}</p>`) }))
  const answered = chance.whole(0, choices.length)
  const presses = choices.slice(0, answered).map((_, index) => ({ selector: `.h5p-sc-slide:nth-child(${index + 1}) .h5p-sc-alternative`, share: chance.share() }))
  return { params: { choices, behaviour: { autoContinue: true, timeoutCorrect: 500, timeoutWrong: 500, soundEffectsEnabled: false } }, presses, wait: 3000 }
}

const summary = (chance: Chance): Case => {
  const summaries = chance.times(1, 3, (index) => ({ subContentId: `group-${index}`, summary: chance.times(2, 4, (each) => `<p>${index} ${each}</p>`) }))
  const presses = summaries.flatMap((_, index) => chance.times(0, 3, () => ({ selector: `.h5p-panel:nth-of-type(${index + 1}) .summary-claim-unclicked`, share: chance.share() })))
  return { params: { intro: '?', summaries }, presses, wait: 500 }
}

/** By type: contents and answers by chance. */
export const CASES: Record<string, (chance: Chance) => Case> = {
  'H5P.MultiChoice': multiChoice,
  'H5P.TrueFalse': (chance) => ({ params: { question: '<p>?</p>', ...(chance.yes(0.9) ? { correct: chance.one(['true', 'false']) } : {}) }, state: chance.one([{ answer: true }, { answer: false }, {}]) }),
  'H5P.Blanks': blanks,
  'H5P.DragText': dragText,
  'H5P.DragQuestion': dragQuestion,
  'H5P.MarkTheWords': markTheWords,
  'H5P.SingleChoiceSet': singleChoiceSet,
  'H5P.Summary': summary,
}
