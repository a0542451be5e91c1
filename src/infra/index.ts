/** Infra: what every room stands on, and nothing of what Keyroom is for. */
export * from './refusal.js'
export { makeSecrets, sameBytes, stableId, type Secrets } from './secrets.js'
export { makeLog, type Log } from './log.js'
export { connectMongo, type Mongo } from './mongo.js'
export { MongodFault, runningMongod, startMongod, type EmbeddedMongod } from './mongod.js'
export { makeSessions, sessionOf, SESSION_SECONDS, type Right, type Role, type Session, type Sessions } from './session.js'
export { read } from './input.js'
