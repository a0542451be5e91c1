import type { Reader } from '../model.js'
import { isObject, isOwn, machineNameOf } from '../sub-content.js'
import { blanks } from './blanks.js'
import { dragQuestion } from './drag-question.js'
import { dragText } from './drag-text.js'
import { markTheWords } from './mark-the-words.js'
import { multiChoice } from './multi-choice.js'
import { singleChoiceSet } from './single-choice-set.js'
import { summary } from './summary.js'
import { trueFalse } from './true-false.js'

export { toldPart } from './told.js'

/** Official types whose answers the server scores again. Their keys are in the page: they need them there. */
export const official: Reader[] = [multiChoice, trueFalse, blanks, dragText, dragQuestion, markTheWords, singleChoiceSet, summary]

/**
 * Whether a content asks each learner something else: one way of a branching scenario, a set's questions drawn by lot. What is
 * inside can't all be answered then, so the whole is reported by itself.
 */
export const asksSomeOnly = (library: string, params: unknown): boolean => {
  switch (machineNameOf(library)) {
    case 'H5P.BranchingScenario':
      return true
    case 'H5P.QuestionSet':
      return isObject(params) && Array.isArray(params.questions) && Number(params.poolSize) > 0 && Number(params.poolSize) < params.questions.length
    default:
      return false
  }
}

/** Official types without scored questions that tell by xAPI when they are done. Of any other nobody can know. */
const TELLING = new Set(
  ['ArithmeticQuiz', 'BranchingScenario', 'Crossword', 'Dictation', 'Essay', 'FindTheWords', 'Flashcards', 'GameMap', 'ImageHotspotQuestion', 'ImageMultipleHotspotQuestion', 'ImagePair', 'ImageSequencing', 'MemoryGame', 'MultiMediaChoice', 'PersonalityQuiz', 'QuestionSet', 'Questionnaire', 'SortParagraphs', 'SpeakTheWords', 'SpeakTheWordsSet']
    .map((name) => `H5P.${name}`),
)
/** Whether a content says by itself that it is done; our own types do. */
export const tellsDone = (library: string): boolean => isOwn(library) || TELLING.has(machineNameOf(library))
/** Whether a content with no scored question in it is one of those that people answer, and says when they have. An empty set is none. */
export const isToldPart = (library: string): boolean => TELLING.has(machineNameOf(library)) && machineNameOf(library) !== 'H5P.QuestionSet'
