import type { Express } from 'express'
import request from 'supertest'
import { expect } from 'vitest'
import type { Lti } from '../../src/lti/index.js'
import { aPlatform, claim, goodClaims, type TestPlatform } from '../support/platform.js'
import { aWayIn, type WayIn } from './world.js'

export const PUBLIC_URL = 'http://localhost:3000'

export interface Begun { state: string; nonce: string; cookie: string; location: URL; setCookie: string }
export interface Refused { status: number; code: string; title: string; mend: string; setCookie: unknown; text: string }

export const registrationOf = (platform: TestPlatform, deployments: string[] = ['1'], clientId = 'client-1') => ({
  issuer: platform.issuer, clientId, deployments, authUrl: `${platform.issuer}/auth`, tokenUrl: `${platform.issuer}/token`, jwksUrl: `${platform.issuer}/keys`, name: 'LMS',
})
export const register = (lti: Lti, platform: TestPlatform, deployments?: string[], clientId?: string) => lti.registry.add(registrationOf(platform, deployments, clientId))

const textOf = (html: string, pattern: RegExp): string => pattern.exec(html)?.[1] ?? ''

/** Login and launch over HTTP, as a browser's two requests. */
export const frontDoor = (app: Express, lms: TestPlatform) => {
  const fieldsOf = (platform: TestPlatform) => ({ iss: platform.issuer, login_hint: 'u1', target_link_uri: `${PUBLIC_URL}/lti/launch`, client_id: 'client-1', lti_deployment_id: '1' })
  const knock = (fields: Record<string, string | undefined> = {}, platform = lms, headers: Record<string, string> = {}) => request(app).post('/lti/login').set(headers).type('form').send({ ...fieldsOf(platform), ...fields })
  const login = async (fields: Record<string, string | undefined> = {}, platform = lms, headers: Record<string, string> = {}): Promise<Begun> => {
    const answer = await knock(fields, platform, headers)
    expect(answer.status).toBe(302)
    const location = new URL(String(answer.headers.location))
    const setCookie = String(answer.headers['set-cookie'])
    return { state: location.searchParams.get('state') ?? '', nonce: location.searchParams.get('nonce') ?? '', cookie: setCookie.split(';')[0] ?? '', location, setCookie }
  }
  const post = (id_token: string, { state, cookie }: Pick<Begun, 'state' | 'cookie'>, more: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    request(app).post('/lti/launch').set({ Cookie: cookie, ...headers }).type('form').send({ id_token, state, ...more })
  const launch = async (tweak: (claims: Record<string, unknown>) => void = () => undefined, fields: Record<string, string | undefined> = {}) => {
    const begun = await login(fields)
    const claims = goodClaims(lms.issuer, begun.nonce, PUBLIC_URL)
    tweak(claims)
    return post(await lms.sign(claims), begun)
  }
  return { knock, login, post, launch }
}

/** What a refusal's page says. */
export const pageOf = (answer: { status: number; text: string; headers: Record<string, unknown> }): Refused => ({
  status: answer.status, code: textOf(answer.text, /data-code="([^"]+)"/), title: textOf(answer.text, /<h1>([^<]*)<\/h1>/), mend: textOf(answer.text, /<p class="lead">([^<]*)<\/p>/),
  setCookie: answer.headers['set-cookie'], text: answer.text,
})
export const rolesAre = (...roles: string[]) => (claims: Record<string, unknown>): void => void (claims[claim('roles')] = roles)

/** The way in with an LMS registered, and the door to it. */
export const anOpenDoor = async (): Promise<{ way: WayIn; lms: TestPlatform; door: ReturnType<typeof frontDoor> }> => {
  const way = await aWayIn({ publicUrl: PUBLIC_URL })
  const lms = await aPlatform()
  await register(way.lti, lms)
  return { way, lms, door: frontDoor(way.app, lms) }
}
