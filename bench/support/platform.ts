import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import type { Ctx } from '../model.js'

const claim = (name: string): string => `https://purl.imsglobal.org/spec/lti/claim/${name}`
export const CLIENT = 'bench-client'
export const DEPLOYMENT = '1'

export interface Platform { issuer: string; authUrl: string; tokenUrl: string; jwksUrl: string; idToken(target: string, user: string, nonce: string): Promise<string> }

/** An LMS as far as a launch needs it: a key, its set over HTTP, and fresh id_tokens. */
export const openPlatform = async (ctx: Ctx): Promise<Platform> => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' }] })
  const server = createServer((_req, res) => void res.setHeader('content-type', 'application/json').end(keys)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ctx.after(() => (server.closeAllConnections(), server.close()))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const claimsOf = (target: string, user: string, nonce: string): JWTPayload => {
    const now = Math.floor(Date.now() / 1000)
    return {
      iss: issuer, aud: CLIENT, sub: user, nonce, iat: now, exp: now + 300, name: `Person ${user}`, given_name: 'Person', family_name: user, email: `${user}@bench.example`,
      [claim('message_type')]: 'LtiResourceLinkRequest', [claim('version')]: '1.3.0', [claim('deployment_id')]: DEPLOYMENT, [claim('target_link_uri')]: target,
      [claim('roles')]: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'],
      [claim('resource_link')]: { id: 'link-1', title: 'The escape rooms' }, [claim('context')]: { id: 'course-1', title: 'Teaching' },
      [claim('launch_presentation')]: { document_target: 'iframe', locale: 'en', return_url: `${issuer}/course` },
    }
  }
  return {
    issuer, authUrl: `${issuer}/auth`, tokenUrl: `${issuer}/token`, jwksUrl: `${issuer}/keys`,
    idToken: (target, user, nonce) => new SignJWT(claimsOf(target, user, nonce)).setProtectedHeader({ alg: 'RS256', kid: 'bench' }).sign(privateKey),
  }
}
