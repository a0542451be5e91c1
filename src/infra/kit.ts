import type { I18n } from './i18n.js'
import type { RateLimits } from './limits.js'
import type { Log } from './log.js'
import type { Mongo } from './mongo.js'
import type { Secrets } from './secrets.js'
import type { Sessions } from './session.js'
import type { Views } from './views.js'

/** Who runs this Keyroom, in what the administrator has set of it: terms of use, privacy policy, whom to write to. */
export interface About { terms?: string; policy?: string; contact?: string }
/** What rooms stand on, made once at composition and handed down. */
export interface Kit {
  config: { publicUrl: string; contentOrigin?: string; dataDir: string; h5pFiles?: 'disk' | 'gridfs'; corePath?: string; editorPath?: string; h5pHub?: boolean; openRegistration?: boolean; about?: About; demo: boolean; redisUrl?: string }
  log: Log
  mongo: Mongo
  secrets: Secrets
  sessions: Sessions
  i18n: I18n
  views: Views
  limits: RateLimits
  now: () => Date
}
