import { z } from 'zod'
import type { Listed } from '../../courses/index.js'
import { nameOf } from '../claims.js'
import type { Platform } from '../registry.js'
import { roleOf } from '../roles.js'
import { ServiceFault, type Page, type Services } from '../services.js'

const SCOPE = 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly'
const TYPE = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json'
const MOST_MEMBERS = 50_000
const MOST_PAGES = 1000
/** A platform that answers just in time each time must not hold the reading for hours. */
const PATIENCE_MS = 5 * 60_000

const words = z.string().transform((text) => text.trim().slice(0, 300) || undefined).nullish().catch(undefined)
const Person = z.object({
  user_id: z.union([z.string().min(1).max(255), z.number().int().transform(String)]),
  roles: z.array(z.string().max(500)).max(100),
  // Whoever is neither inactive nor deleted is there.
  status: z.string().nullish().catch(undefined),
  name: words, given_name: words, family_name: words, email: words,
})
/** @see [NRPS 2.0, 2.2](https://www.imsglobal.org/spec/lti-nrps/v2p0#membership-container-media-type) */
const Container = z.object({ members: z.array(Person) })
type Person = z.output<typeof Person>

/** What was read. `complete`: to the end of the list; otherwise it is longer than we take. */
export interface Reading { listed: Listed[]; complete: boolean; etag?: string }
export interface ReadDeps { services: Services; userOf: (platform: string, sub: string) => string; now: () => Date }

/** Undefined for who isn't there, or is nobody here: a guest, a test user, an administrator who looks in. */
const listedOf = (person: Person, platform: Platform, userOf: ReadDeps['userOf']): Listed | undefined => {
  const seen = roleOf(person.roles, platform)
  if (/^(?:inactive|deleted)$/i.test(person.status ?? '') || !seen || seen.preview) return undefined
  return { user: userOf(platform._id, person.user_id), platform: platform._id, sub: person.user_id, role: seen.role, name: nameOf(person), email: person.email ?? undefined }
}

/**
 * The list of members, page by page. Undefined where it hasn't changed since `etag`. Of `rel="differences"` nothing is used: it
 * names a list of its own, which few platforms keep, and what leaves by it must be found missing from the whole one anyway.
 * @throws ServiceFault, or as `fetch` does; then nothing is known of the rest
 * @see [NRPS 2.0](https://www.imsglobal.org/spec/lti-nrps/v2p0)
 */
export const readMembers = async (platform: Platform, address: string, { services, userOf, now }: ReadDeps, { etag, turned }: { etag?: string; turned: () => Promise<void> }): Promise<Reading | undefined> => {
  const asked = { step: 'members' as const, platform, scope: SCOPE, init: { headers: { accept: TYPE } } }
  const listed = new Map<string, Listed>()
  const seen = new Set<string>()
  const until = now().getTime() + PATIENCE_MS
  let first: Page<unknown> | undefined
  let people = 0
  for (let url: string | undefined = address; url; ) {
    // A list that turns in a circle has no end either.
    if (seen.has(url)) throw new ServiceFault('members', 502, undefined, 'unreadable')
    if (seen.size >= MOST_PAGES || people >= MOST_MEMBERS) return { listed: [...listed.values()], complete: false }
    if (now().getTime() > until) throw new ServiceFault('members', 504)
    seen.add(url)
    const page: Page<z.output<typeof Container>> | undefined = await services.page({ ...asked, url }, Container, seen.size === 1 ? etag : undefined)
    if (!page) return undefined
    first ??= page
    for (const person of page.data.members.slice(0, MOST_MEMBERS - people)) {
      const each = listedOf(person, platform, userOf)
      if (each) listed.set(each.user, each)
    }
    people += page.data.members.length
    url = page.next
    await turned()
  }
  // What a first page's tag says holds for that page alone.
  return { listed: [...listed.values()], complete: people <= MOST_MEMBERS, ...(seen.size === 1 && first?.etag ? { etag: first.etag } : {}) }
}
