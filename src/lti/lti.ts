import { Router } from 'express'
import type { Course, Courses, Run } from '../courses/index.js'
import type { Kit } from '../infra/index.js'
import type { Ledger, OutboxDraft, OutboxRow, Standing } from '../ledger/index.js'
import { createTraces, doctorRoutes, type Traces } from './doctor/index.js'
import { userOf, type Arrival } from './enter.js'
import { deepLinkingAnswer, deepLinkingRoutes, type NewCourse } from './deep-linking/index.js'
import { LOGIN_SECONDS } from './gate.js'
import type { GradesConsole } from './grade-console.js'
import { createGradeService } from './grade-service.js'
import { createKeySets } from './key-sets.js'
import { openToolKeys } from './key.js'
import { startProvider } from './provider.js'
import { platformPages } from './platforms/index.js'
import { createRegistrationLinks, registrationRoutes, type RegistrationLinks } from './registration/index.js'
import { linkAnswer, reviewAnswer, setupRoutes, studentViewRoutes } from './links/index.js'
import { createRegistry, type Registry } from './registry.js'
import { createRoster, type Roster } from './roster/index.js'
import { createServices } from './services.js'
import { ltiRoutes } from './routes.js'
import { windowRoutes } from './windows.js'

export interface LtiDeps {
  courses: Courses
  ledger: Pick<Ledger, 'record' | 'standings' | 'outbox'>
  /** What the LMS's columns should say of a learner, by all rooms below; absent: nothing is filled in afterwards. */
  gradesOf?: (run: Run, course: Course, standing: Standing) => OutboxDraft[]
  /** What follows from an arrival in the rooms below; the answer waits for it. */
  onLaunch: (arrival: Arrival) => Promise<void>
  /** A run's list of members was read, or could not be. */
  rosterChanged?: (run: string) => void
  /** Makes a course for an author who starts one from the LMS; absent: none is offered. */
  newCourse?: NewCourse
  /** How patient we are with platforms; tests are less so. */
  keyCooldownMs?: number
  keyTimeoutMs?: number
  serviceTimeoutMs?: number
  registrationTimeoutMs?: number
}
export interface Lti {
  /** To be mounted at `/lti`, before any body parser. */
  routes: Router
  registry: Registry
  /** Links that register an LMS, once each. */
  links: RegistrationLinks
  /** `/admin/platforms`. */
  adminRoutes: Router
  /** Launches that failed: `/admin/launches`, behind an administrator's session; and each by its code. */
  doctor: { routes: Router; traces: Traces }
  /** Origins that may frame us. */
  framers(): string[]
  /** What an LMS checks our requests by, as `/lti/keys` gives it. */
  publicKey(): Promise<{ kid: string; pem: string }>
  /** Makes a new key: published at once, signing a day later. Its id. */
  rotateKey(): Promise<string>
  /** Who is in a run by the LMS's own list; what it opens of the network is begun by `start`, and ended by `close`. */
  roster: Roster
  /** What a person may do about grades. */
  grades: GradesConsole
  /** Begins to send grades; to each platform so many at once. */
  startGrades(options?: { concurrency?: number; pollMs?: number }): void
}

/** What stopped a grade and lies in the settings of either side, so that it may have been mended since. */
const MENDABLE = new Set(['lti/no-line-item', 'lti/lineitem-refused', 'lti/token-refused', 'lti/platform-disabled', 'lti/unknown-platform', 'lti/no-member'])
/** A column that was gone may be another by now. */
const isMendable = ({ state, problem }: OutboxRow): boolean =>
  state === 'failed' && (MENDABLE.has(problem?.code ?? '') || (problem?.code === 'lti/score-refused' && problem.status === 404))

/** Grades stopped by the settings are tried again: this learner's at their launch, everyone's at a member of staff's. */
const healing = ({ ledger: { outbox }, onLaunch }: LtiDeps, roster: Roster, { log }: Kit) => async (arrival: Arrival): Promise<void> => {
  await onLaunch(arrival)
  roster.arrived(arrival)
  if (!arrival.hasGrades || arrival.preview || arrival.role === 'mentor') return
  const mine = arrival.role === 'participant' ? { learner: arrival.user } : {}
  const heal = async (): Promise<void> => {
    const rows = await outbox.rows({ run: arrival.run, kind: 'grade', ...mine })
    await outbox.retryAll(rows.filter(isMendable).map(({ id }) => id))
  }
  void heal().catch((error: unknown) => log.error({ err: error }, 'stopped grades can’t be tried again'))
}

export const createLti = async (kit: Kit, deps: LtiDeps): Promise<Lti> => {
  const { mongo, secrets, config, now } = kit
  const nonces = mongo.db.collection<{ _id: string; at: Date }>('lti_nonces')
  // Kept longer than a nonce of ours lives, so none can be used again once forgotten.
  await nonces.createIndex({ at: 1 }, { expireAfterSeconds: 3 * LOGIN_SECONDS })
  const [registry, keys, links, traces] = await Promise.all([createRegistry(mongo, now), openToolKeys(mongo, secrets, now), createRegistrationLinks(mongo, now), createTraces(kit)])
  await startProvider(secrets.key('lti-cookie').toString('base64url'), LOGIN_SECONDS + 60)
  const gate = { registry, secrets, now, publicUrl: config.publicUrl, keySets: createKeySets({ cooldownMs: deps.keyCooldownMs, timeoutMs: deps.keyTimeoutMs }) }
  const services = createServices({ keys, now, timeoutMs: deps.serviceTimeoutMs })
  const grades = createGradeService({ kit, db: mongo.db, services, registry, courses: deps.courses, ledger: deps.ledger, gradesOf: deps.gradesOf ?? (() => []) })
  const roster = await createRoster({ db: mongo.db, services, registry, courses: deps.courses, userOf, changed: deps.rosterChanged, log: kit.log, now })
  const registration = { registry, links, kit, i18n: kit.i18n, now, publicUrl: config.publicUrl, about: config.about, demo: config.demo, open: config.openRegistration ?? false, timeoutMs: deps.registrationTimeoutMs }
  const entering = { kit, courses: deps.courses, arrived: healing(deps, roster, kit) }
  const choosing = { kit, courses: deps.courses, registry, keys, newCourse: deps.newCourse }
  const answers = { LtiResourceLinkRequest: linkAnswer(entering), LtiDeepLinkingRequest: deepLinkingAnswer(choosing), LtiSubmissionReviewRequest: reviewAnswer({ ...entering, isColumnOf: grades.isColumnOf }) }
  return {
    registry, links,
    adminRoutes: platformPages(kit, { registry, links, keys, traces, timeoutMs: deps.registrationTimeoutMs }),
    doctor: { routes: doctorRoutes({ kit, registry, traces }), traces },
    framers: registry.framers,
    publicKey: async () => {
      const { kid, publicPem } = await keys.signing()
      return { kid, pem: publicPem }
    },
    rotateKey: () => keys.rotate(),
    routes: Router().use(registrationRoutes(registration), windowRoutes({ kit, nonces }), ltiRoutes({ kit, courses: deps.courses, gate, keys, nonces, traces, also: Router().use(setupRoutes(entering), studentViewRoutes(entering), await deepLinkingRoutes(choosing)), answers })),
    roster,
    grades: grades.console,
    startGrades: grades.start,
  }
}
