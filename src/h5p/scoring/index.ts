/** Scoring: which questions a content asks, what of them a browser may see, and what an answer is worth. */
export type { Question } from './model.js'
export { tellsDone } from './official/index.js'
export { textOf } from './official/html.js'
export { asks, questionsIn } from './questions.js'
export { isRescored, readerOf } from './registry.js'
export { scoreQuestion } from './score.js'
export { strip } from './strip.js'
export { isObject, isOwn, isSubContent } from './sub-content.js'
