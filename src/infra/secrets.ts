import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

/** Keys for one purpose each, all derived from KEYROOM_SECRET (HKDF, RFC 5869), so that one leaking says nothing of the others. */
export interface Secrets {
  key(purpose: string): Buffer
  /** HMAC-SHA-256 under the purpose's key. */
  mac(purpose: string, text: string): Buffer
  /** A signed, readable token: base64url(JSON).base64url(MAC). `ttl` in seconds. Not encrypted: put no secret in it. */
  sign(purpose: string, payload: object, ttl: number, now?: Date): string
  /** The payload of a token we signed for this purpose and that hasn't expired; else undefined. */
  verify<T extends object>(purpose: string, token: string, now?: Date): (T & { exp: number }) | undefined
  /** AES-256-GCM, for what must rest encrypted (passwords of shared locks, private keys). */
  encrypt(purpose: string, clear: string): string
  /** @throws when the text was not encrypted by us for this purpose. */
  decrypt(purpose: string, sealed: string): string
}

export const makeSecrets = (secret: string): Secrets => {
  const keys = new Map<string, Buffer>()
  const key = (purpose: string): Buffer => {
    const known = keys.get(purpose)
    if (known) return known
    const made = Buffer.from(hkdfSync('sha256', secret, 'keyroom', purpose, 32))
    keys.set(purpose, made)
    return made
  }
  const mac = (purpose: string, text: string): Buffer => createHmac('sha256', key(purpose)).update(text).digest()
  return {
    key,
    mac,
    sign(purpose, payload, ttl, now = new Date()) {
      const body = Buffer.from(JSON.stringify({ ...payload, exp: Math.floor(now.getTime() / 1000) + ttl })).toString('base64url')
      return `${body}.${mac(`token:${purpose}`, body).toString('base64url')}`
    },
    verify<T extends object>(purpose: string, token: string, now = new Date()) {
      const [body, given, rest] = token.split('.')
      if (!body || !given || rest !== undefined) return undefined
      if (!sameBytes(Buffer.from(given, 'base64url'), mac(`token:${purpose}`, body))) return undefined
      const payload = JSON.parse(Buffer.from(body, 'base64url').toString()) as T & { exp: number }
      return payload.exp > now.getTime() / 1000 ? payload : undefined
    },
    encrypt(purpose, clear) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key(`seal:${purpose}`), iv)
      const sealed = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    decrypt(purpose, sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key(`seal:${purpose}`), bytes.subarray(0, 12), { authTagLength: 16 })
      decipher.setAuthTag(bytes.subarray(12, 28))
      return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8')
    },
  }
}

/** Equal bytes, in constant time for equal lengths. */
export const sameBytes = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

/** A stable, URL-safe id of 20 characters (120 bits) from parts that together are unique. */
export const stableId = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').replace(/[-_]/g, 'x').slice(0, 20)
