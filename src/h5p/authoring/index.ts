/** Authoring: drafts of a course, their files, and what a form is made of. */
export { createAuthoring } from './authoring.js'
export { cleanParams } from './clean-params.js'
export { sniff } from './sniff.js'
