import type { Courses } from '../courses/index.js'
import type { Kit } from '../infra/index.js'
import type { Delivery, Ledger, LedgerEvent, OutboxRow } from '../ledger/index.js'
import { revokedGrade } from './grade.js'
import { recordIssued } from './issue.js'
import type { Issuer } from './issuer.js'
import type { CredentialEvent } from './model.js'
import { CredentialNotFound, ReasonMissing } from './refusals.js'
import type { CredentialStore } from './store.js'

export interface RevokeDeps {
  kit: Pick<Kit, 'now'>
  ledger: Pick<Ledger, 'events' | 'record'>
  courses: Pick<Courses, 'run'>
  issuer: Issuer
  store: Pick<CredentialStore, 'find' | 'revoke'>
}
type Revoked = Extract<CredentialEvent, { type: 'revoked' }>
const isRevocationOf = (id: string) => (event: LedgerEvent): event is Revoked => event.type === 'revoked' && (event as Revoked).data.credential === id

/**
 * The ledger is told first, the bit follows from it: at once, and by the outbox where this process dies in between.
 */
export const revoking = ({ kit, ledger, courses, issuer, store }: RevokeDeps) => {
  const setBit = async (id: string, { at, actor, data }: Revoked): Promise<void> => store.revoke(id, { at, reason: data.reason, actor: actor ?? '' })

  return {
    /** @throws CredentialNotFound, ReasonMissing */
    async revoke(id: string, reason: string, actor: string): Promise<void> {
      const why = reason.trim()
      if (!why) throw new ReasonMissing()
      const held = await store.find(id)
      if (!held) throw new CredentialNotFound({ detail: { credential: id } })
      // A credential whose issue broke off before the ledger knew of it has to be known there before it can be revoked.
      await recordIssued({ ledger, courses, issuer }, held, kit.now())
      const run = await courses.run(held.run)
      const { events } = await ledger.record({
        run: held.run, learner: held.learner, key: `revoked:${id}`, at: kit.now(), actor,
        decide: () => ({
          events: [{ type: 'revoked', data: { achievement: held.achievement, credential: id, reason: why } }],
          outbox: [{ kind: 'revocation', id: `revocation:${id}`, payload: { credential: id } }, ...revokedGrade(run, held.learner)],
        }),
      })
      const revoked = events.find(isRevocationOf(id))
      if (revoked) await setBit(id, revoked)
    },
    async deliver({ run, learner, payload }: OutboxRow): Promise<Delivery> {
      const { credential } = payload as { credential: string }
      const revoked = (await ledger.events(run, learner)).find(isRevocationOf(credential))
      if (revoked) await setBit(credential, revoked)
      return { state: 'delivered' }
    },
  }
}
