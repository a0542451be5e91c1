import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

const PLATFORM = 'https://purl.imsglobal.org/spec/lti-platform-configuration'
export const TOOL = 'https://purl.imsglobal.org/spec/lti-tool-configuration'

export interface Registration { authorization?: string; body: Record<string, unknown> }
/** An LMS that takes registrations over HTTP, and may behave badly at it. */
export interface RegisteringLms {
  issuer: string
  configurationUrl: string
  /** What its configuration says, to be changed by a test. */
  configuration: Record<string, unknown>
  registrations: Registration[]
  /** Everything that it was asked. */
  asked: string[]
  /** Its answer to a registration. */
  answer: { status: number; body: unknown }
  /** Its configuration is for who has the token that registers, as Canvas's is. */
  isShy?: boolean
  /** In place of its configuration. */
  misbehave?: (res: ServerResponse) => void
}

const textOf = async (req: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const part of req) text += String(part)
  return text
}

/** Moodle's way: variables and messages listed, the deployment in the answer. */
export const aRegisteringLms = async (): Promise<RegisteringLms> => {
  const lms: RegisteringLms = { issuer: '', configurationUrl: '', configuration: {}, registrations: [], asked: [], answer: { status: 200, body: { client_id: 'c-1', [TOOL]: { deployment_id: '7' } } } }
  const server: Server = createServer(async (req, res) => {
    lms.asked.push(`${req.method} ${req.url}`)
    const sent = await textOf(req)
    if (req.url === '/openid-configuration') {
      if (lms.misbehave) return lms.misbehave(res)
      if (lms.isShy && req.headers.authorization !== 'Bearer lms-token') return void res.writeHead(401).end()
      return void res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(lms.configuration))
    }
    if (req.url === '/register' && req.method === 'POST') {
      lms.registrations.push({ authorization: req.headers.authorization, body: JSON.parse(sent) as Record<string, unknown> })
      return void res.writeHead(lms.answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(lms.answer.body))
    }
    res.writeHead(404).end()
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  lms.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  lms.configurationUrl = `${lms.issuer}/openid-configuration`
  const at = (path: string): string => `${lms.issuer}/${path}`
  lms.configuration = {
    issuer: lms.issuer, authorization_endpoint: at('auth'), token_endpoint: at('token'), jwks_uri: at('keys'), registration_endpoint: at('register'),
    scopes_supported: ['openid', 'https://purl.imsglobal.org/spec/lti-ags/scope/score', 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem', 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly'],
    id_token_signing_alg_values_supported: ['RS256'], claims_supported: ['sub', 'iss', 'name', 'email'],
    [PLATFORM]: { product_family_code: 'moodle', messages_supported: [{ type: 'LtiResourceLinkRequest' }, { type: 'LtiDeepLinkingRequest', placements: ['ContentArea', 'RichTextEditor'] }], variables: ['Context.id.history', 'Person.address.timezone'] },
  }
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return lms
}

/** Its configuration's part about LTI, changed. */
export const platformSays = (lms: RegisteringLms, change: Record<string, unknown>): void => {
  lms.configuration = { ...lms.configuration, [PLATFORM]: { ...(lms.configuration[PLATFORM] as object), ...change } }
}
