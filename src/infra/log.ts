import { pino, type Logger } from 'pino'

export type Log = Logger

/** Names under which a secret or a person could reach the log; their values never do. */
const HUSHED = ['id_token', 'state', 'nonce', 'token', 'password', 'key', 'cookie', 'authorization', 'secret', 'email', 'name', 'return_url', 'login_hint', 'lti_message_hint']

export const makeLog = (level: string): Log =>
  pino({ level, base: undefined, redact: { paths: HUSHED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[hushed]' } })
