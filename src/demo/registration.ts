import { randomBytes } from 'node:crypto'
import express, { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { MESSAGES, type Message, type Tool } from './model.js'
import type { Place } from './place.js'
import { OFFERED } from './scopes.js'
import { ServiceFault } from './service-fault.js'
import type { Settings } from './settings.js'
import type { Tools } from './tools.js'

const TOOL = 'https://purl.imsglobal.org/spec/lti-tool-configuration'
const PLATFORM = 'https://purl.imsglobal.org/spec/lti-platform-configuration'
const CLAIMS = ['sub', 'iss', 'name', 'given_name', 'family_name', 'email']
const TOKEN_SECONDS = 3600

const url = z.url({ protocol: /^https?$/ }).max(2000)
const isMessage = (type: string): type is Message => MESSAGES.some((known) => known === type)
/** @see [Dynamic Registration 1.0, 3.5.1](https://www.imsglobal.org/spec/lti-dr/v1p0#openid-configuration-0) */
const Wanted = z.object({
  application_type: z.literal('web'),
  response_types: z.array(z.string()).refine((types) => types.includes('id_token')),
  grant_types: z.array(z.string()).refine((types) => types.includes('implicit') && types.includes('client_credentials')),
  initiate_login_uri: url, jwks_uri: url, redirect_uris: z.array(url).min(1).max(20),
  client_name: z.string().min(1).max(200),
  token_endpoint_auth_method: z.literal('private_key_jwt'),
  logo_uri: url.optional(), scope: z.string().default(''),
  [TOOL]: z.object({
    domain: z.string().min(1), target_link_uri: url, description: z.string().optional(),
    custom_parameters: z.record(z.string(), z.string()).default({}),
    claims: z.array(z.string()),
    messages: z.array(z.object({ type: z.string(), target_link_uri: url.optional(), label: z.string().optional(), placements: z.array(z.string()).optional() }).loose()),
  }).loose(),
}).loose()

const configuration = (place: Place): Record<string, unknown> => ({
  issuer: place.issuer, authorization_endpoint: place.authUrl, token_endpoint: place.tokenUrl, jwks_uri: place.jwksUrl, registration_endpoint: place.registerUrl,
  token_endpoint_auth_methods_supported: ['private_key_jwt'], token_endpoint_auth_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid', ...OFFERED], response_types_supported: ['id_token'], response_modes_supported: ['form_post'],
  subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'], claims_supported: CLAIMS,
  [PLATFORM]: {
    product_family_code: 'keyroom-demo-lms', version: '1',
    messages_supported: [{ type: 'LtiResourceLinkRequest' }, { type: 'LtiDeepLinkingRequest', placements: ['ContentArea'] }, { type: 'LtiSubmissionReviewRequest' }],
    variables: ['ResourceLink.id', 'ResourceLink.id.history', 'Context.id', 'Context.id.history', 'Person.address.timezone', 'User.id'],
  },
})

const toolOf = (asked: z.infer<typeof Wanted>, state: Tool['state']): Omit<Tool, 'clientId' | 'deployment'> => {
  const said = asked[TOOL] as { target_link_uri: string; claims: string[]; custom_parameters: Record<string, string>; messages: { type: string; target_link_uri?: string; label?: string }[] }
  return {
    name: asked.client_name, state, origin: new URL(said.target_link_uri).origin, login: asked.initiate_login_uri, launch: said.target_link_uri, jwks: asked.jwks_uri,
    redirects: asked.redirect_uris, scopes: asked.scope.split(' ').filter((scope) => OFFERED.includes(scope)), claims: said.claims, custom: said.custom_parameters,
    messages: said.messages.flatMap(({ type, target_link_uri, label }) => (isMessage(type) ? [{ type, target: target_link_uri, label }] : [])), logo: asked.logo_uri,
  }
}

export interface Registering {
  /** A token for one registration within the hour. */
  token(): string
  /** The tool's own link, with what the tool needs to register itself. */
  linkFor(toolLink: string): string
  routes: Router
}
/** @see [Dynamic Registration 1.0](https://www.imsglobal.org/spec/lti-dr/v1p0) */
export const makeRegistering = ({ place, tools, settings, now }: { place: Place; tools: Tools; settings: Settings; now: () => Date }): Registering => {
  const tokens = new Map<string, number>()
  const configurationUrl = `${place.issuer}/.well-known/openid-configuration`
  const token = (): string => {
    const made = randomBytes(24).toString('base64url')
    tokens.set(made, now().getTime() + TOKEN_SECONDS * 1000)
    return made
  }
  const register = (req: Request, res: Response): void => {
    const given = /^Bearer (\S+)$/i.exec(req.get('authorization') ?? '')?.[1] ?? ''
    if ((tokens.get(given) ?? 0) < now().getTime()) throw new ServiceFault(401, 'invalid_token', 'A registration token of this LMS is needed, unused')
    const asked = Wanted.safeParse(req.body)
    if (!asked.success) {
      const [issue] = asked.error.issues
      throw new ServiceFault(400, 'invalid_client_metadata', `${issue?.path.join('.')}: ${issue?.message}`)
    }
    tokens.delete(given)
    const tool = tools.add(toolOf(asked.data, settings.registration))
    res.status(201).json({ ...asked.data, client_id: tool.clientId, scope: tool.scopes.join(' '), [TOOL]: { ...(asked.data[TOOL] as object), deployment_id: tool.deployment } })
  }
  return {
    token,
    linkFor(toolLink) {
      const link = new URL(toolLink)
      link.searchParams.set('openid_configuration', configurationUrl)
      link.searchParams.set('registration_token', token())
      return link.href
    },
    routes: Router()
      .get('/.well-known/openid-configuration', (_req, res) => void res.json(configuration(place)))
      .post('/lti/register', express.json({ limit: '64kb' }), register),
  }
}
