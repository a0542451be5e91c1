/** Demo: a small, honest LTI 1.3 platform to launch from. A process of its own in the demo, in-process in tests. */
export { createDemoLms, type DemoLms, type DemoLmsOptions } from './lms.js'
export { COURSE, PEOPLE, personOf, type Person } from './people.js'
export type { DeepLinkingAnswer } from './deep-linking.js'
export type { Asked } from './launches.js'
export type { Context, LineItem, Link, Score, Tool } from './model.js'
export { RESOURCE_LINK, type Registration } from './place.js'
