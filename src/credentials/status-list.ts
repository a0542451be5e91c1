import { gunzipSync, gzipSync } from 'node:zlib'
import type { Issuer } from './issuer.js'

/**
 * Entries of a list. Fewer would tell by whose list was fetched who is being checked, and verifiers refuse it.
 * @see [Bitstring Status List 1.0, 3.2](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslist)
 */
export const LIST_ENTRIES = 131_072

/** The first bit is the leftmost one of the first byte. */
export const encodeList = (revoked: Iterable<number>): string => {
  const bits = Buffer.alloc(LIST_ENTRIES / 8)
  for (const index of revoked) bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7))
  return `u${gzipSync(bits).toString('base64url')}` // multibase, base64url without padding
}

/** Whether the bit at `index` is set. */
export const bitIn = (encodedList: string, index: number): boolean => {
  const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'))
  return ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0
}

export const listAddress = (issuer: Pick<Issuer, 'home'>, list: number): string => `${issuer.home}/status/${list}`

/** What a credential says of where its status stands. */
export const statusEntry = (issuer: Pick<Issuer, 'home'>, list: number, index: number) => ({
  id: `${listAddress(issuer, list)}#${index}`,
  type: 'BitstringStatusListEntry',
  statusPurpose: 'revocation',
  statusListIndex: String(index),
  statusListCredential: listAddress(issuer, list),
})

/** The list as a credential, unsigned. */
export const listCredential = (issuer: Issuer, list: number, revoked: Iterable<number>, validFrom: Date) => ({
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  id: listAddress(issuer, list),
  type: ['VerifiableCredential', 'BitstringStatusListCredential'],
  issuer: issuer.did,
  validFrom: validFrom.toISOString(),
  credentialSubject: {
    id: `${listAddress(issuer, list)}#list`,
    type: 'BitstringStatusList',
    statusPurpose: 'revocation',
    encodedList: encodeList(revoked),
  },
})
