import { createHash, randomBytes } from 'node:crypto'
import type { Mongo } from '../../infra/index.js'
import { RegistrationRefused } from './refusals.js'

/** A link of the administrator's that registers one LMS, once. Only its token's hash is kept. */
export interface RegistrationLink {
  _id: string
  /** The only issuer it is for; absent: whichever comes. */
  issuer?: string
  /** What the administrator will call the platform. */
  name?: string
  /** The platform may launch at once, without another look. */
  trust: boolean
  at: Date
  expires: Date
}
export interface RegistrationLinks {
  make(link: Pick<RegistrationLink, 'issuer' | 'name' | 'trust'>): Promise<{ token: string; expires: Date }>
  /** Whether it could be used now. @throws RegistrationRefused */
  look(token: string): Promise<RegistrationLink>
  /** Holds it for one registration: of two at once only one has it. @throws RegistrationRefused */
  hold(token: string): Promise<RegistrationLink>
  /** It has done its work. */
  spend(id: string, platform: string): Promise<void>
  /** What it was held for failed: it may be used again. */
  release(id: string): Promise<void>
  /** Those that still wait, the newest first. */
  waiting(): Promise<RegistrationLink[]>
  withdraw(id: string): Promise<void>
}
interface LinkDoc extends RegistrationLink { heldUntil?: Date; usedAt?: Date; platform?: string; forget: Date }

const HOUR_MS = 3_600_000
const LASTS_MS = 24 * HOUR_MS
/** So long a link that is used or over still says so, rather than that it never was. */
const REMEMBERED_MS = 14 * 24 * HOUR_MS
/** Longer than a registration takes; a node that died mid-way frees its link after it. */
const HELD_MS = 60_000

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')
/** An issuer is compared as it stands; that people type a slash after it changes nothing. */
export const sameIssuer = (a: string, b: string): boolean => a.replace(/\/$/, '') === b.replace(/\/$/, '')

export const createRegistrationLinks = async ({ db }: Pick<Mongo, 'db'>, now: () => Date): Promise<RegistrationLinks> => {
  const links = db.collection<LinkDoc>('lti_registration_links')
  await links.createIndex({ forget: 1 }, { expireAfterSeconds: 0 })
  const later = (ms: number): Date => new Date(now().getTime() + ms)
  const usable = () => ({ usedAt: { $exists: false }, expires: { $gt: now() }, $or: [{ heldUntil: { $exists: false } }, { heldUntil: { $lte: now() } }] })
  /** Why a token opens nothing. */
  const refusalOf = async (_id: string): Promise<RegistrationRefused> => {
    const link = await links.findOne({ _id })
    return new RegistrationRefused(!link ? 'lti/registration-unknown-link' : !link.usedAt && link.expires <= now() ? 'lti/registration-expired' : 'lti/registration-used')
  }
  const found = async (_id: string, link: RegistrationLink | null): Promise<RegistrationLink> => {
    if (!link) throw await refusalOf(_id)
    return link
  }
  return {
    async make({ issuer, name, trust }) {
      const [token, expires] = [randomBytes(32).toString('base64url'), later(LASTS_MS)]
      await links.insertOne({ _id: hashOf(token), ...(issuer ? { issuer } : {}), ...(name ? { name } : {}), trust, at: now(), expires, forget: later(LASTS_MS + REMEMBERED_MS) })
      return { token, expires }
    },
    look: async (token) => found(hashOf(token), await links.findOne({ _id: hashOf(token), ...usable() })),
    hold: async (token) => found(hashOf(token), await links.findOneAndUpdate({ _id: hashOf(token), ...usable() }, { $set: { heldUntil: later(HELD_MS) } })),
    async spend(_id, platform) {
      await links.updateOne({ _id }, { $set: { usedAt: now(), platform }, $unset: { heldUntil: '' } })
    },
    async release(_id) {
      await links.updateOne({ _id }, { $unset: { heldUntil: '' } })
    },
    waiting: () => links.find({ usedAt: { $exists: false }, expires: { $gt: now() } }).sort({ at: -1 }).limit(50).toArray(),
    async withdraw(_id) {
      await links.deleteOne({ _id, usedAt: { $exists: false } })
    },
  }
}
