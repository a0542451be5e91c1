/** Demo: a small, honest LTI 1.3 platform to launch from. A process of its own in the demo, in-process in tests. */
export { createDemoLms, type DemoLms, type DemoLmsOptions } from './lms.js'
export { COURSE, PEOPLE, personOf, type Person } from './people.js'
export type { Registration } from './place.js'
export type { Score } from './store.js'
