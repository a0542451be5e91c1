import { Router } from 'express'
import type { Courses, Run } from '../courses/index.js'
import type { Kit } from '../infra/index.js'
import type { Ledger, OutboxDraft, Standing } from '../ledger/index.js'
import { COURSE_ACHIEVEMENT, credentialAddress } from './document.js'
import { issuedGrade, revokedGrade } from './grade.js'
import { issuerRoutes } from './issuer-routes.js'
import { openIssuer, type DidDocument } from './issuer.js'
import { issuing } from './issue.js'
import { oneAtATime } from './one-at-a-time.js'
import { revoking } from './revoke.js'
import { createStatusLists } from './status-lists.js'
import { openStore, type CredentialFilter, type StoredCredential } from './store.js'
import { createVerifier } from './verify.js'
import { verifyRoutes } from './verify-routes.js'

/** A credential that was issued, as lists show it. */
export interface HeldCredential {
  id: string
  /** Its page, for everybody who has the address. */
  address: string
  run: string
  learner: string
  achievement: string
  /** The version of the course it was issued for. */
  course: string
  name: string
  issuedAt: Date
  revoked?: { at: Date; reason: string; actor: string }
}
export interface CredentialsDeps {
  ledger: Ledger
  courses: Pick<Courses, 'run' | 'course' | 'current' | 'member' | 'picture'>
  /** Who it says it is to the world. */
  issuerName?: string
}
export interface Credentials {
  /** Begins to issue what the outbox asks for. */
  start(options?: { pollMs?: number }): void
  /** Mounted at `/`: `/verify…`, `/issuers/…`. */
  routes: Router
  /** What a learner holds from a run, revoked ones too. */
  of(run: string, learner: string): Promise<HeldCredential[]>
  list(filter: CredentialFilter): Promise<HeldCredential[]>
  /** For everyone to see from now on, with the reason. Again, it changes nothing. @throws CredentialNotFound, ReasonMissing */
  revoke(id: string, reason: string, actor: string): Promise<void>
  /** For the LMS, where the run has a column for it: that the learner holds the course's credential, or no more. */
  gradesOf(run: Run, standing: Standing): OutboxDraft[]
  didDocument(): DidDocument
}

/** Opens the issuer with its key, and the collection `credentials`. */
export const createCredentials = async (kit: Kit, { ledger, courses, issuerName = 'Keyroom' }: CredentialsDeps): Promise<Credentials> => {
  const { mongo, secrets, config, now } = kit
  const issuer = await openIssuer({ mongo, secrets, publicUrl: config.publicUrl, name: issuerName, now: now() })
  const store = await openStore(mongo.db)
  const inTurn = oneAtATime()
  const lists = createStatusLists({ issuer, store, inTurn, now })
  const verifier = createVerifier({ issuer, store, lists, inTurn, now })
  const issue = issuing({ kit, ledger, courses, issuer, store, inTurn })
  const { revoke, deliver } = revoking({ kit, ledger, courses, issuer, store })

  const shown = ({ _id, run, learner, achievement, course, name, issuedAt, revoked }: StoredCredential): HeldCredential => ({
    id: _id, address: credentialAddress(issuer, _id), run, learner, achievement, course, name, issuedAt, ...(revoked ? { revoked } : {}),
  })
  const list = async (filter: CredentialFilter): Promise<HeldCredential[]> => (await store.list(filter)).map(shown)

  return {
    start({ pollMs } = {}) {
      // One at a time anyway: more workers would only wait in line.
      ledger.outbox.deliver('credential', issue, { concurrency: 1, pollMs })
      ledger.outbox.deliver('revocation', deliver, { concurrency: 1, pollMs })
    },
    routes: Router().use(verifyRoutes({ kit, issuer, store, verifier }), issuerRoutes({ kit, issuer, courses, lists })),
    of: (run, learner) => list({ run, learner }),
    list,
    revoke,
    gradesOf(run, { learner, credentials }) {
      const held = credentials.issued[COURSE_ACHIEVEMENT]
      if (!held) return []
      return held.revoked ? revokedGrade(run, learner) : issuedGrade(run, learner, credentialAddress(issuer, held.credential))
    },
    didDocument: () => issuer.didDocument,
  }
}
