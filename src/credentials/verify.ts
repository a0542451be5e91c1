import { createHash } from 'node:crypto'
import { credentialAddress } from './document.js'
import type { Issuer } from './issuer.js'
import { AnyCredential, isDeep, isInOurWords, IssuedCredential } from './shape.js'
import { checkSignature } from './sign.js'
import { bitIn, listAddress } from './status-list.js'
import type { StatusLists } from './status-lists.js'
import type { CredentialStore, StoredCredential } from './store.js'

/** What there is to say of a credential, checked this moment. */
export type Verdict =
  | { state: 'valid'; credential: IssuedCredential }
  | { state: 'revoked'; credential: IssuedCredential; revoked?: { at: Date; reason: string } }
  /** Not what was signed, by a letter or by all of it. */
  | { state: 'changed' }
  | { state: 'another-issuer'; issuer: string }
  | { state: 'not-a-credential' }

export interface Verifier {
  /** A credential at its own address. */
  stored(held: StoredCredential): Promise<Verdict>
  /** A credential somebody brought along. */
  given(text: string): Promise<Verdict>
}
export interface VerifierDeps {
  issuer: Issuer
  store: Pick<CredentialStore, 'find'>
  lists: StatusLists
  inTurn: <T>(task: () => Promise<T>) => Promise<T>
  now: () => Date
}

/** Signatures found good, by the document's hash: what was signed once stays signed. */
const REMEMBERED = 2000

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const createVerifier = ({ issuer, store, lists, inTurn, now }: VerifierDeps): Verifier => {
  const good = new Set<string>()
  const isSigned = async (text: string, document: object): Promise<boolean> => {
    const hash = createHash('sha256').update(text).digest('base64url')
    if (good.has(hash)) return true
    const { valid } = await inTurn(() => checkSignature(issuer, document, now()))
    if (!valid) return false
    const [oldest] = good
    if (good.size >= REMEMBERED && oldest !== undefined) good.delete(oldest)
    good.add(hash)
    return true
  }

  /** The bit is read from the very list that we give to everybody. */
  const isRevoked = async ({ statusListCredential, statusListIndex }: IssuedCredential['credentialStatus']): Promise<boolean> => {
    const list = Number(statusListCredential.slice(listAddress(issuer, 0).length - 1))
    const signed = await lists.signed(list)
    return signed !== undefined && bitIn(signed.credentialSubject.encodedList, Number(statusListIndex))
  }

  const check = async (text: string): Promise<Verdict> => {
    const document = parse(text)
    const any = AnyCredential.safeParse(document)
    if (!any.success) return { state: 'not-a-credential' }
    if (any.data.issuer !== issuer.did) return { state: 'another-issuer', issuer: any.data.issuer }
    const parsed = IssuedCredential.safeParse(document)
    if (!parsed.success || isDeep(document) || !isInOurWords(document as object) || !(await isSigned(text, document as object))) return { state: 'changed' }
    const credential = parsed.data
    if (!(await isRevoked(credential.credentialStatus))) return { state: 'valid', credential }
    const held = await store.find(credential.id.slice(credentialAddress(issuer, '').length))
    return { state: 'revoked', credential, revoked: held?.revoked }
  }

  return {
    given: check,
    async stored(held) {
      const verdict = await check(held.json)
      // Signed, but at another's address: somebody moved it.
      if ('credential' in verdict && verdict.credential.id !== credentialAddress(issuer, held._id)) return { state: 'changed' }
      return 'credential' in verdict ? verdict : { state: 'changed' }
    },
  }
}
