/** Studio: a course is a file. Checks it, takes it in, gives it back as its author wrote it. */
export { checkCourse, createStudio, type Studio } from './studio.js'
export { CourseFaults, sayFault, type CourseFault } from './faults.js'
export { courseJsonSchema } from './format.js'
export type { ContentStore } from './contents.js'
export { studioRoutes, type StudioDeps } from './routes.js'
export { contentsRoutes } from './contents-pages.js'
export type { ContentsDeps } from './contents-scene.js'
export { studioAssets } from './vendor.js'
