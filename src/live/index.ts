/** Live: who hears what. The server decides it from a signed ticket; a browser can only listen. */
export { createLive, type Live, type LiveKit } from './live.js'
export { liveAssets } from './assets.js'
export type { Audience } from './audience.js'
