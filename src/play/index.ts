/** Play: from a launch to the key of the next room. Knows nothing of how a platform is told about it. */
export type * from './model.js'
export type * from './service.js'
