import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { z } from 'zod'
import type { ToolKeys } from './key.js'
import { readWithin } from './read-within.js'
import type { Platform } from './registry.js'

/** What was asked of a platform when it refused. */
export type Step = 'token' | 'lineitem' | 'score' | 'result' | 'members'
/** A platform's refusal: its status, and never its body, which may echo a person's data. */
export class ServiceFault extends Error {
  /** `reason`: OAuth's own code where no token was given. */
  constructor(readonly step: Step, readonly status: number, readonly retryAfter?: number, readonly reason?: string) {
    super(`${step}: ${status}${reason ? ` ${reason}` : ''}`)
    this.name = 'ServiceFault'
  }
}
export interface Asked { step: Step; platform: Platform; scope: string; url: string; init?: RequestInit }
/** A platform's services, called with a token of the scope that each needs. */
export interface Services {
  /** The answer, which is a good one. @throws ServiceFault */
  call(asked: Asked): Promise<Response>
  /** What it says, in the shape it must have. @throws ServiceFault, 502 for any other shape */
  read<T>(asked: Asked, shape: z.ZodType<T>): Promise<T>
  /** One page of a list; undefined where it hasn't changed since `etag`. @throws ServiceFault, also where the next page is another host's: our token stays with the platform */
  page<T>(asked: Asked, shape: z.ZodType<T>, etag?: string): Promise<Page<T> | undefined>
  /** Page after page, as long as the platform names a next one. */
  pages<T>(asked: Asked, shape: z.ZodType<T>): AsyncGenerator<T>
}
export interface Page<T> { data: T; next?: string; etag?: string }

/** Far more than a page of a large course takes. */
const LARGEST = 8 * 1024 * 1024
const MOST_PAGES = 1000

const secondsOf = (header: string | null): number | undefined => {
  if (!header) return undefined
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.min(4 * 3600, Math.max(1, Math.ceil(seconds))) : undefined
}
/** JSON, or undefined for what is none. @throws ServiceFault 502 where it has no end */
const jsonOf = async (step: Step, response: Response): Promise<unknown> => {
  const read = await readWithin((response.body ?? []) as AsyncIterable<Uint8Array>, LARGEST, () => new ServiceFault(step, 502))
  try {
    return JSON.parse(read.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
/** @see [RFC 8288, 3](https://www.rfc-editor.org/rfc/rfc8288#section-3) */
const nextOf = (response: Response, url: string): string | undefined => {
  const link = /<([^>]*)>\s*;[^<]*\brel="?next"?/i.exec(response.headers.get('link') ?? '')?.[1]
  return link && URL.canParse(link, url) ? new URL(link, url).href : undefined
}

const Token = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().catch(3600) })
/** Its codes are words of the standard, so they can be told on. @see [RFC 6749, 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2) */
const Refusal = z.object({ error: z.string().regex(/^[a-z_]{1,40}$/) })

interface Deps { keys: Pick<ToolKeys, 'signing'>; now: () => Date; timeoutMs: number }
interface Tokens { of(platform: Platform, scope: string): Promise<string>; forget(platform: Platform, scope: string, token: string): void }

/** A token for each platform and scope, kept as long as it lasts; all who need one meanwhile wait for one request. */
const createTokens = ({ keys, now, timeoutMs }: Deps): Tokens => {
  const kept = new Map<string, { value: string; until: number }>()
  const asked = new Map<string, Promise<string>>()
  const idOf = ({ _id, tokenUrl }: Platform, scope: string): string => `${_id} ${tokenUrl} ${scope}`

  /** @see [1EdTech Security Framework 1.0, 4.1](https://www.imsglobal.org/spec/security/v1p0/#using-json-web-tokens-with-oauth-2-0-client-credentials-grant) */
  const ask = async (platform: Platform, scope: string): Promise<string> => {
    const key = await keys.signing()
    const assertion = await new SignJWT({ iss: platform.clientId, sub: platform.clientId, aud: platform.tokenAudience ?? platform.tokenUrl, jti: randomUUID() })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' }).setIssuedAt(now()).setExpirationTime(new Date(now().getTime() + 60_000)).sign(key.privateKey)
    const response = await fetch(platform.tokenUrl, {
      method: 'POST', redirect: 'error', signal: AbortSignal.timeout(timeoutMs), headers: { accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion, scope }),
    })
    const said = await jsonOf('token', response)
    const token = response.ok ? Token.safeParse(said) : undefined
    // A 200 that isn't a token is a platform in disorder: worth another try.
    if (!token?.success) throw new ServiceFault('token', response.ok ? 502 : response.status, secondsOf(response.headers.get('retry-after')), Refusal.safeParse(said).data?.error)
    kept.set(idOf(platform, scope), { value: token.data.access_token, until: now().getTime() + Math.max(0, token.data.expires_in - 60) * 1000 })
    return token.data.access_token
  }
  return {
    async of(platform, scope) {
      const id = idOf(platform, scope)
      const known = kept.get(id)
      if (known && known.until > now().getTime()) return known.value
      const asking = asked.get(id) ?? ask(platform, scope).finally(() => asked.delete(id))
      asked.set(id, asking)
      return asking
    },
    // Who held the old one too must not take away the new one that another has got meanwhile.
    forget(platform, scope, token) {
      const id = idOf(platform, scope)
      if (kept.get(id)?.value === token) kept.delete(id)
    },
  }
}

/** Calls platforms' services; an answer that never comes is thrown as `fetch` throws it. */
export const createServices = ({ keys, now = () => new Date(), timeoutMs = 8000 }: Partial<Deps> & Pick<Deps, 'keys'>): Services => {
  const tokens = createTokens({ keys, now, timeoutMs })

  /** A 401 once means that the token has ended early: one more try with a new one. */
  const call: Services['call'] = async ({ step, platform, scope, url, init }) => {
    for (const last of [false, true]) {
      const token = await tokens.of(platform, scope)
      const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs), headers: { ...(init?.headers as Record<string, string> | undefined), authorization: `Bearer ${token}` } })
      if (response.ok || response.status === 304) return response
      await response.body?.cancel()
      if (response.status !== 401 || last) throw new ServiceFault(step, response.status, secondsOf(response.headers.get('retry-after')))
      tokens.forget(platform, scope, token)
    }
    throw new ServiceFault(step, 401)
  }
  const shaped = async <T>({ step }: Asked, response: Response, shape: z.ZodType<T>): Promise<T> => {
    const read = shape.safeParse(await jsonOf(step, response))
    if (!read.success) throw new ServiceFault(step, 502, undefined, 'unreadable')
    return read.data
  }
  const page: Services['page'] = async (asked, shape, etag) => {
    const headers = { ...(asked.init?.headers as Record<string, string> | undefined), ...(etag ? { 'if-none-match': etag } : {}) }
    const response = await call({ ...asked, init: { ...asked.init, headers } })
    if (response.status === 304) return void (await response.body?.cancel())
    const next = nextOf(response, asked.url)
    if (next && new URL(next).origin !== new URL(asked.url).origin) throw new ServiceFault(asked.step, 502, undefined, 'foreign_page')
    return { data: await shaped(asked, response, shape), next, etag: response.headers.get('etag') ?? undefined }
  }
  return {
    call, page,
    read: async (asked, shape) => shaped(asked, await call(asked), shape),
    async *pages(asked, shape) {
      const seen = new Set<string>()
      for (let url: string | undefined = asked.url; url && !seen.has(url) && seen.size < MOST_PAGES; ) {
        seen.add(url)
        const found: Page<z.output<typeof shape>> | undefined = await page({ ...asked, url }, shape)
        if (!found) return
        yield found.data
        url = found.next
      }
    },
  }
}
