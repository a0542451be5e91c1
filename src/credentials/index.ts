/** Credentials: what a finished course is worth outside: signed Open Badges, a page that verifies them, and their revocation. */
export { createCredentials, type Credentials, type CredentialsDeps, type HeldCredential } from './credentials.js'
export { credentialSlice } from './slice.js'
export { AchievementNotFound, CredentialNotFound, ReasonMissing, StatusListNotFound } from './refusals.js'
export type { CredentialEvent, CredentialState } from './model.js'
