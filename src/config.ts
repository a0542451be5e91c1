import path from 'node:path'
import { z } from 'zod'
import type { About } from './infra/index.js'

/** An empty variable in a `.env` file means «not set». */
const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

const origin = z.url({ protocol: /^https?$/, error: 'must be an http(s) address such as https://keyroom.example.edu' })
  .transform((url) => new URL(url).origin)

const page = z.url({ protocol: /^https?$/, error: 'must be a web address such as https://example.edu/privacy' })

const Environment = z.object({
  PORT: z.coerce.number({ error: 'must be a port number' }).int().min(1).max(65535).default(3000),
  PUBLIC_URL: optional(origin),
  CONTENT_ORIGIN: optional(origin),
  MONGODB_URI: optional(z.string().regex(/^mongodb(\+srv)?:\/\//, 'must start with mongodb:// or mongodb+srv://')),
  MONGOD_BINARY: optional(z.string()),
  REDIS_URL: optional(z.string().regex(/^rediss?:\/\//, 'must start with redis:// or rediss://')),
  DATA_DIR: z.string().default('./.data'),
  H5P_FILES: optional(z.enum(['disk', 'gridfs'], 'must be disk or gridfs')),
  CORE_PATH: optional(z.string()),
  EDITOR_PATH: optional(z.string()),
  H5P_HUB: optional(z.enum(['1'], 'must be 1 or empty')),
  TERMS_URL: optional(page),
  POLICY_URL: optional(page),
  CONTACT_EMAIL: optional(z.email('must be an e-mail address')),
  OPEN_REGISTRATION: optional(z.enum(['1'], 'must be 1 or empty')),
  RETENTION_MONTHS: optional(z.coerce.number({ error: 'must be a number of months' }).int().min(0).max(1200)),
  KEYROOM_SECRET: optional(z.string()),
  KEYROOM_DEMO: optional(z.enum(['1'])),
  TRUST_PROXY: z.coerce.number({ error: 'must be the number of proxies in front of Keyroom' }).int().min(0).max(5).default(0),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug']).default('info'),
  NODE_ENV: optional(z.string()),
})

/** All that Keyroom is told from outside, checked. */
export interface Config {
  port: number
  /** The origin the world reaches us at: `https://keyroom.example.edu`, no trailing slash. */
  publicUrl: string
  contentOrigin?: string
  /** Absent: Keyroom starts its own mongod under `dataDir`. */
  mongodbUri?: string
  mongodBinary?: string
  redisUrl?: string
  /** Absolute. */
  dataDir: string
  /** Where H5P files are kept: below `dataDir`, or in MongoDB, which several nodes share. Absent: on disk. */
  h5pFiles?: 'disk' | 'gridfs'
  /** Folders of an unpacked h5p-php-library and h5p-editor-php-library. Absent: what `h5p:setup` installed. */
  corePath?: string
  editorPath?: string
  /** Content types may be fetched from the H5P Hub: Keyroom then calls it, with the language and an id of this installation. */
  h5pHub?: boolean
  /** Told to an LMS that registers. */
  about?: About
  /** An LMS may register without the administrator's link; it waits until they approve it. */
  openRegistration?: boolean
  /** How long who left a course is kept; 0: for ever. Absent: two years. */
  retentionMonths?: number
  secret: string
  /** A demo: weak secrets are allowed and the demo LMS may sign in anyone. */
  demo: boolean
  /** How many proxies in front are trusted to name the client's address. */
  trustProxy: number
  logLevel: 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug'
}

/** Every fault of the environment at once, each in a plain sentence. */
export class ConfigFault extends Error {
  constructor(readonly faults: string[]) {
    super(`Keyroom can't start:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
  }
}

const DEMO_SECRET = 'demo-secret-for-one-machine-only-never-in-production'

/** Strong enough to sign sessions with: 32 characters or more, and not one character over and over. */
const isStrong = (secret: string): boolean => secret.length >= 32 && new Set(secret).size >= 10 && !/change[-_ ]?me|demo-secret/i.test(secret)

/**
 * Reads the environment, the only place that does.
 * @throws ConfigFault that names every fault, and the mend.
 */
export const readConfig = (env: NodeJS.ProcessEnv = process.env): Config => {
  const parsed = Environment.safeParse(env)
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
  const demo = env.KEYROOM_DEMO === '1'
  if (!demo && !isStrong(env.KEYROOM_SECRET ?? '')) {
    faults.push('KEYROOM_SECRET must be at least 32 random characters; make one with: openssl rand -base64 48')
  }
  if (!demo && !env.PUBLIC_URL) faults.push('PUBLIC_URL must be the address the LMS reaches Keyroom at, such as https://keyroom.example.edu')
  if (!parsed.success || faults.length > 0) throw new ConfigFault(faults)
  const e = parsed.data
  return {
    port: e.PORT,
    publicUrl: e.PUBLIC_URL ?? `http://localhost:${e.PORT}`,
    contentOrigin: e.CONTENT_ORIGIN,
    mongodbUri: e.MONGODB_URI,
    mongodBinary: e.MONGOD_BINARY,
    redisUrl: e.REDIS_URL,
    dataDir: path.resolve(e.DATA_DIR),
    h5pFiles: e.H5P_FILES ?? (e.MONGODB_URI ? 'gridfs' : 'disk'),
    corePath: e.CORE_PATH && path.resolve(e.CORE_PATH),
    editorPath: e.EDITOR_PATH && path.resolve(e.EDITOR_PATH),
    h5pHub: e.H5P_HUB === '1',
    about: { terms: e.TERMS_URL, policy: e.POLICY_URL, contact: e.CONTACT_EMAIL },
    openRegistration: e.OPEN_REGISTRATION === '1',
    retentionMonths: e.RETENTION_MONTHS,
    secret: e.KEYROOM_SECRET ?? DEMO_SECRET,
    demo,
    trustProxy: e.TRUST_PROXY,
    logLevel: e.LOG_LEVEL,
  }
}
