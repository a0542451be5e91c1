import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import type { DemoLms } from '../../src/demo/index.js'

export const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/'
export const DL = 'https://purl.imsglobal.org/spec/lti-dl/claim/'
export const AGS = 'https://purl.imsglobal.org/spec/lti-ags/'
export const NRPS = 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly'

/** A tool that is a key set and a private key, and answers every address with that. */
export const aTool = async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'tool', alg: 'RS256', use: 'sig' }
  const server = createServer((_req, res) => res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] })))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const sign = (payload: JWTPayload, header: Record<string, unknown> = {}): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'tool', ...header }).sign(privateKey)
  const now = () => Math.floor(Date.now() / 1000)
  return {
    url, sign,
    /** A token for the LMS's services, or the refusal. */
    async token(lms: DemoLms, scope: string, clientId = lms.registration().clientId): Promise<string> {
      const { tokenUrl } = lms.registration()
      const client_assertion = await sign({ iss: clientId, sub: clientId, aud: tokenUrl, jti: crypto.randomUUID(), iat: now(), exp: now() + 60 })
      const res = await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion, scope }) })
      return ((await res.json()) as { access_token?: string; error?: string }).access_token ?? `refused with ${res.status}`
    },
    close: () => server.close(),
  }
}
export type ATool = Awaited<ReturnType<typeof aTool>>

export const signIn = async (lms: DemoLms, person: string): Promise<string> => {
  const res = await fetch(`${lms.url}/session`, { method: 'POST', body: new URLSearchParams({ person }), redirect: 'manual' })
  return res.headers.get('set-cookie')?.split(';')[0] ?? ''
}
/** The fields of a form that sends itself. */
export const fieldsOf = (html: string): Record<string, string> =>
  Object.fromEntries([...html.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
