import type { Reader } from '../model.js'

/** Official types whose answers the server scores again. Their keys are in the page: they need them there. */
export const official: Reader[] = []
