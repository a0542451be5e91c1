import type { Issuer } from './issuer.js'
import { sign, type Signed } from './sign.js'
import { listCredential } from './status-list.js'
import type { CredentialStore } from './store.js'

export type SignedList = Signed<ReturnType<typeof listCredential>>
export interface StatusLists {
  /** The list as it stands now, signed; undefined for a number no credential points to. */
  signed(list: number): Promise<SignedList | undefined>
}
export interface StatusListDeps {
  issuer: Issuer
  store: Pick<CredentialStore, 'hasList' | 'revocations' | 'revokedIn'>
  inTurn: <T>(task: () => Promise<T>) => Promise<T>
  now: () => Date
}

/** Signs a list again only when a revocation came in, on whichever node: their number tells, since none is ever taken back. */
export const createStatusLists = ({ issuer, store, inTurn, now }: StatusListDeps): StatusLists => {
  const cache = new Map<number, { revocations: number; signed: SignedList }>()
  return {
    async signed(list) {
      const revocations = await store.revocations(list)
      const cached = cache.get(list)
      if (cached?.revocations === revocations) return cached.signed
      if (!(await store.hasList(list))) return undefined
      const revoked = await store.revokedIn(list)
      const signed = await inTurn(() => sign(issuer, listCredential(issuer, list, revoked, issuer.since), now()))
      cache.set(list, { revocations: revoked.length, signed })
      return signed
    },
  }
}
