/** Authoring: drafts of a course, their files, and what a form is made of. */
export { createAuthoring, makeSweeper, wordsOf } from './authoring.js'
export { cleanParams } from './clean-params.js'
export { refuseRestricted } from './restricted.js'
export { HEAD, LIMITS, sniff } from './sniff.js'
