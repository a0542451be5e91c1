/** Links: where a resource link leads, who is asked when nobody has said so yet, and the ways in and out of student view. */
export { reviewAnswer } from './review.js'
export { linkAnswer, setupRoutes } from './setup.js'
export { studentViewRoutes } from './student-view.js'
