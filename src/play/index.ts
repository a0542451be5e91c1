/** Play: from a launch to the key of the next room. Knows nothing of how a platform is told about it. */
export { playRoutes, type PlayPagesDeps } from './routes.js'
export { phoneRoutes, type PhoneDeps } from './qr-routes.js'
export { createPlay, type PlayDeps } from './play.js'
export { gradeId, gradeIn, gradesOf, playedIn, type Played } from './grading.js'
export { playSlice } from './slice.js'
export { courseScore, isRoomDone, pagesOf, roomBefore, roomsDone, type Pages } from './progress.js'
export type * from './model.js'
export type * from './service.js'
