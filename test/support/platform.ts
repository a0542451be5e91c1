import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose'

const LTI = 'https://purl.imsglobal.org/spec/lti/claim/'
export const claim = (name: string): string => `${LTI}${name}`

export interface Answer { status: number; body?: unknown; headers?: Record<string, string> }
export interface TestPlatform {
  issuer: string
  privateKey: CryptoKey
  publicPemLike: string
  keySetReads: number
  scores: { timestamp: string; scoreGiven: number; userId: string; comment: string }[]
  scoreAddresses: string[]
  /** Answers to the next scores; then 200. */
  answers: Answer[]
  tokensGiven: number
  sign(payload: JWTPayload, header?: Record<string, unknown>): Promise<string>
  close(): Promise<void>
}
const bodyOf = async (req: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const part of req) text += String(part)
  return text
}

/** A platform with its own key, its key set and its grade service over HTTP. */
export const aPlatform = async (): Promise<TestPlatform> => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }
  const platform: TestPlatform = {
    issuer: '', privateKey, publicPemLike: JSON.stringify(jwk), keySetReads: 0, scores: [], scoreAddresses: [], answers: [], tokensGiven: 0,
    sign: (payload, header = {}) => new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(privateKey),
    close: () => new Promise((done) => void server.close(() => done())),
  }
  const server: Server = createServer(async (req, res) => {
    const json = ({ status, body, headers }: Answer): void => void res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body ?? {}))
    const sent = await bodyOf(req)
    if (req.url === '/keys') return (platform.keySetReads++, json({ status: 200, body: { keys: [jwk] } }))
    if (req.url === '/token') return (platform.tokensGiven++, json({ status: 200, body: { access_token: `t${platform.tokensGiven}`, expires_in: 3600 } }))
    if (req.url?.includes('/scores') && req.headers['content-type'] === 'application/vnd.ims.lis.v1.score+json') {
      platform.scores.push(JSON.parse(sent) as TestPlatform['scores'][number])
      platform.scoreAddresses.push(req.url)
      return json(platform.answers.shift() ?? { status: 200 })
    }
    json({ status: 404 })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  platform.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return platform
}

/** The claims of a launch that nothing is wrong with. */
export const goodClaims = (issuer: string, nonce: string, publicUrl: string): Record<string, unknown> => {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: issuer, aud: 'client-1', sub: 'u1', nonce, iat: now, exp: now + 60, name: 'Ana',
    [claim('message_type')]: 'LtiResourceLinkRequest', [claim('version')]: '1.3.0', [claim('deployment_id')]: '1',
    [claim('target_link_uri')]: `${publicUrl}/lti/launch`, [claim('roles')]: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'],
    [claim('resource_link')]: { id: 'link-1' }, [claim('context')]: { id: 'course-1', title: 'Teaching' },
    [claim('launch_presentation')]: { return_url: `${issuer}/back?sesskey=SECRETKEY` },
  }
}
