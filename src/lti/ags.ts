import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { z } from 'zod'
import type { ToolKeys } from './key.js'
import type { Platform } from './registry.js'

const SCOPES = {
  score: 'https://purl.imsglobal.org/spec/lti-ags/scope/score',
  lineitem: 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem',
  read: 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly',
} as const
const TYPES = { item: 'application/vnd.ims.lis.v2.lineitem+json', items: 'application/vnd.ims.lis.v2.lineitemcontainer+json', score: 'application/vnd.ims.lis.v1.score+json' } as const
/** By this we know a column that we made, where the platform doesn't say whose it is. */
const TAG = 'keyroom'

/** What a platform answered: never its body, which may echo a person's data. */
export class AgsFault extends Error {
  constructor(readonly step: 'token' | 'lineitem' | 'score', readonly status: number, readonly retryAfter?: number) {
    super(`${step}: ${status}`)
    this.name = 'AgsFault'
  }
}
export interface Score { userId: string; timestamp: string; scoreGiven: number; scoreMaximum: number; activityProgress: string; gradingProgress: 'FullyGraded'; comment: string }
export interface Ags {
  postScore(platform: Platform, lineitem: string, score: Score): Promise<void>
  /** The column of a resource link; made where there is none and the scope allows. */
  lineItemOf(platform: Platform, lineitems: string, resourceLink: string, scope: string[], label: string): Promise<string | undefined>
}

const secondsOf = (header: string | null): number | undefined => {
  if (!header) return undefined
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.min(4 * 3600, Math.max(1, Math.ceil(seconds))) : undefined
}
/** `…/lineitem?type_id=1` → `…/lineitem/scores?type_id=1`. @see [AGS 2.0, 3.4](https://www.imsglobal.org/spec/lti-ags/v2p0#score-publish-service) */
export const scoresUrl = (lineitem: string): string => {
  const url = new URL(lineitem)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/scores`
  return url.href
}

const Token = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().catch(3600) })
const Items = z.array(z.object({ id: z.url({ protocol: /^https?$/ }), resourceLinkId: z.string().nullish(), resourceId: z.string().nullish(), tag: z.string().nullish() }))

export const createAgs = ({ keys, now = () => new Date(), timeoutMs = 8000 }: { keys: Pick<ToolKeys, 'signing'>; now?: () => Date; timeoutMs?: number }): Ags => {
  const tokens = new Map<string, { value: string; until: number }>()

  /** @see [1EdTech Security Framework 1.0, 4.1](https://www.imsglobal.org/spec/security/v1p0/#using-json-web-tokens-with-oauth-2-0-client-credentials-grant) */
  const tokenFor = async (platform: Platform, scope: string): Promise<string> => {
    const id = `${platform._id} ${scope}`
    const kept = tokens.get(id)
    if (kept && kept.until > now().getTime()) return kept.value
    const key = await keys.signing()
    const assertion = await new SignJWT({ iss: platform.clientId, sub: platform.clientId, aud: platform.tokenUrl, jti: randomUUID() })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' }).setIssuedAt(now()).setExpirationTime(new Date(now().getTime() + 60_000)).sign(key.privateKey)
    const response = await fetch(platform.tokenUrl, {
      method: 'POST', redirect: 'error', signal: AbortSignal.timeout(timeoutMs), headers: { accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion, scope }),
    })
    const parsed = response.ok ? Token.safeParse(await response.json().catch(() => undefined)) : undefined
    // A 200 that isn't a token is a platform in disorder: worth another try.
    if (!parsed?.success) throw new AgsFault('token', response.ok ? 502 : response.status, secondsOf(response.headers.get('retry-after')))
    tokens.set(id, { value: parsed.data.access_token, until: now().getTime() + Math.max(0, parsed.data.expires_in - 60) * 1000 })
    return parsed.data.access_token
  }

  /** A 401 once means that the token has ended early: one more try with a new one. */
  const call = async (step: AgsFault['step'], platform: Platform, scope: string, url: string, init: RequestInit): Promise<Response> => {
    for (const last of [false, true]) {
      const token = await tokenFor(platform, scope)
      const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs), headers: { ...init.headers, authorization: `Bearer ${token}` } })
      if (response.ok) return response
      await response.body?.cancel()
      if (response.status !== 401 || last) throw new AgsFault(step, response.status, secondsOf(response.headers.get('retry-after')))
      tokens.delete(`${platform._id} ${scope}`)
    }
    throw new AgsFault(step, 401)
  }

  return {
    async postScore(platform, lineitem, score) {
      const response = await call('score', platform, SCOPES.score, scoresUrl(lineitem), {
        method: 'POST', body: JSON.stringify(score), headers: { 'content-type': TYPES.score },
      })
      await response.body?.cancel()
    },
    async lineItemOf(platform, lineitems, resourceLink, scope, label) {
      const manages = scope.includes(SCOPES.lineitem)
      if (!manages && !scope.includes(SCOPES.read)) return undefined
      const asked = manages ? SCOPES.lineitem : SCOPES.read
      const find = async (): Promise<string | undefined> => {
        const url = new URL(lineitems)
        url.searchParams.set('resource_link_id', resourceLink)
        const found = await call('lineitem', platform, asked, url.href, { headers: { accept: TYPES.items } })
        const items = Items.safeParse(await found.json().catch(() => undefined))
        if (!items.success) throw new AgsFault('lineitem', 502)
        // Only one that is ours by name: a platform that ignores the filter would have us write into another's column.
        return items.data.find((item) => item.resourceLinkId === resourceLink || (item.tag === TAG && item.resourceId === resourceLink))?.id
      }
      const known = await find()
      if (known || !manages) return known
      const made = await call('lineitem', platform, asked, lineitems, {
        method: 'POST', body: JSON.stringify({ label, scoreMaximum: 100, resourceLinkId: resourceLink, resourceId: resourceLink, tag: TAG }),
        headers: { 'content-type': TYPES.item, accept: TYPES.item },
      })
      await made.body?.cancel()
      return find() // another node may have made one meanwhile: all take the first
    },
  }
}
