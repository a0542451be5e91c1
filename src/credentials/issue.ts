import type { Courses } from '../courses/index.js'
import type { Kit } from '../infra/index.js'
import type { Delivery, Ledger, OutboxRow } from '../ledger/index.js'
import { COURSE_ACHIEVEMENT, credentialAddress, credentialOf } from './document.js'
import { issuedGrade } from './grade.js'
import type { Issuer } from './issuer.js'
import { sign } from './sign.js'
import type { CredentialStore, StoredCredential } from './store.js'
import { storyOf, unbackedRooms } from './story.js'

export interface IssueDeps {
  kit: Pick<Kit, 'secrets' | 'i18n' | 'log' | 'now'>
  ledger: Pick<Ledger, 'events' | 'record'>
  courses: Pick<Courses, 'run' | 'course' | 'member'>
  issuer: Issuer
  store: CredentialStore
  inTurn: <T>(task: () => Promise<T>) => Promise<T>
}

/** Who did not cause an event: the machinery did. */
export const ISSUER_ACTOR = 'keyroom'

/** Nobody can guess it, and the same award always has the same: whatever is tried again ends at one credential. */
export const credentialId = (secrets: Kit['secrets'], run: string, learner: string, achievement: string): string =>
  secrets.mac('credential', JSON.stringify([run, learner, achievement])).subarray(0, 18).toString('base64url')

interface Told { ledger: Pick<Ledger, 'record'>; courses: Pick<Courses, 'run'>; issuer: Issuer }
/** Tells the ledger, and the LMS where the run has a column for it; told again, it says what it knows. */
export const recordIssued = async ({ ledger, courses, issuer }: Told, { run: id, learner, achievement, _id }: StoredCredential, at: Date): Promise<void> => {
  const run = await courses.run(id)
  await ledger.record({
    run: id, learner, key: `issued:${achievement}`, at, actor: ISSUER_ACTOR,
    decide: () => ({ events: [{ type: 'issued', data: { achievement, credential: _id } }], outbox: issuedGrade(run, learner, credentialAddress(issuer, _id)) }),
  })
}

const refused = (code: string, text?: string): Delivery => ({ state: 'failed', problem: { code, ...(text ? { text } : {}) } })

/**
 * From an outbox row to a credential: place, document, ledger. Each step finds what an earlier try has left behind, so wherever
 * one breaks the next ends at the same credential with the same bit.
 */
export const issuing = ({ kit, ledger, courses, issuer, store, inTurn }: IssueDeps) => {
  const made = async (id: string, { run: runId, learner }: OutboxRow): Promise<StoredCredential | Delivery> => {
    const [run, events, member] = await Promise.all([courses.run(runId), ledger.events(runId, learner), courses.member(runId, learner)])
    const course = await courses.course(run.course)
    const story = storyOf(events)
    if (!story) return refused('credentials/not-finished')
    const unbacked = unbackedRooms(course, story)
    if (unbacked.length > 0) return refused('credentials/self-reported-only', unbacked.join(', '))
    const { status, at } = await store.reserve({ _id: id, run: runId, learner, achievement: COURSE_ACHIEVEMENT, at: kit.now() })
    const say = kit.i18n.in(kit.i18n.pick(course.lang))
    const credential = credentialOf(issuer, kit.secrets, say, { id, user: learner, course, story, member, status })
    const signed = await inTurn(() => sign(issuer, credential, at))
    return store.keep(id, { json: JSON.stringify(signed, null, 2), course: course.id, name: credential.name, issuedAt: kit.now() })
  }

  return async (row: OutboxRow): Promise<Delivery> => {
    const { achievement } = row.payload as { achievement?: string }
    if (achievement !== COURSE_ACHIEVEMENT) return refused('credentials/no-such-achievement', achievement)
    const id = credentialId(kit.secrets, row.run, row.learner, achievement)
    const stored = (await store.find(id)) ?? (await made(id, row))
    if ('state' in stored) {
      kit.log.warn({ run: row.run, learner: row.learner, problem: stored }, 'a credential was not issued')
      return stored
    }
    await recordIssued({ ledger, courses, issuer }, stored, kit.now())
    return { state: 'delivered' }
  }
}
