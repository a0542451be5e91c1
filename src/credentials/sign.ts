import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import type { Issuer } from './issuer.js'

export type Signed<T extends object> = T & { proof: [Record<string, unknown>] }

/**
 * Signs a credential with the issuer's key (`eddsa-rdfc-2022`).
 * @see [VC Data Integrity EdDSA Cryptosuites 1.0, 3.2](https://www.w3.org/TR/vc-di-eddsa/#eddsa-rdfc-2022)
 */
export const sign = async <T extends object>(issuer: Issuer, credential: T, date: Date): Promise<Signed<T>> => {
  const suite = new DataIntegrityProof({ signer: issuer.signer, date, cryptosuite })
  const { proof, ...rest } = await vc.issue({ credential: structuredClone(credential), suite, documentLoader: issuer.documentLoader })
  // The official JSON Schema of AchievementCredential takes a list of proofs only; verifiers take both.
  return { ...rest, proof: [proof] } as Signed<T>
}

export interface SignatureCheck { valid: boolean; reason?: string }

/**
 * Whether the document is, word for word, what the issuer signed. The status is not looked at here: a signature stays good when
 * a credential is revoked, and the verify page says both.
 */
export const checkSignature = async (issuer: Pick<Issuer, 'documentLoader'>, credential: object, now: Date): Promise<SignatureCheck> => {
  const suite = new DataIntegrityProof({ cryptosuite })
  const checkStatus = async (): Promise<{ verified: boolean }> => ({ verified: true })
  const result = await vc.verifyCredential({ credential: structuredClone(credential), suite, documentLoader: issuer.documentLoader, now, checkStatus })
  return result.verified ? { valid: true } : { valid: false, reason: (result.error?.errors?.[0] ?? result.error)?.message }
}
