import express, { Router, type Request, type Response } from 'express'
import type { Launches } from './launches.js'
import type { Pages } from './pages.js'
import type { LmsSessions } from './sessions.js'
import type { Tools } from './tools.js'

export interface OidcDeps { tools: Tools; launches: Launches; sessions: LmsSessions; pages: Pages }

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/**
 * The authorisation endpoint. Who asks wrongly gets the LMS's own page; once the client and its address are known, errors go there.
 * @see [Security Framework 1.0, 5.1.1.2](https://www.imsglobal.org/spec/security/v1p0/#step-2-authentication-request)
 */
export const oidcRoutes = ({ tools, launches, sessions, pages }: OidcDeps): Router => {
  const authorise = async (req: Request, res: Response): Promise<void> => {
    const asked: Record<string, unknown> = { ...req.query, ...(req.body as Record<string, unknown> | undefined) }
    const tool = tools.of(asked.client_id)
    if (tool?.state !== 'active') return pages.problem(req, res, 400, 'client')
    const redirect = text(asked.redirect_uri)
    if (!tool.redirects.includes(redirect)) return pages.problem(req, res, 400, 'redirect')
    const state = text(asked.state)
    const refuse = (error: string, error_description: string) => pages.post(req, res, redirect, { error, error_description, state })

    if (asked.scope !== 'openid') return refuse('invalid_scope', 'scope must be openid')
    if (asked.response_type !== 'id_token') return refuse('unsupported_response_type', 'response_type must be id_token')
    if (asked.response_mode !== 'form_post') return refuse('invalid_request', 'response_mode must be form_post')
    if (asked.prompt !== 'none') return refuse('invalid_request', 'prompt must be none')
    const nonce = text(asked.nonce)
    if (!nonce) return refuse('invalid_request', 'nonce is missing')
    const person = sessions.whoIs(req)
    if (!person || asked.login_hint !== person.id) return refuse('login_required', 'another person, or nobody, is signed in')
    const begun = launches.take(text(asked.lti_message_hint), person, tool.clientId)
    if (!begun) return refuse('invalid_request', 'lti_message_hint is unknown or was used before')
    pages.post(req, res, redirect, { id_token: await launches.idToken(person, nonce, begun), state })
  }
  return Router().get('/auth', authorise).post('/auth', express.urlencoded({ extended: false, limit: '16kb' }), authorise)
}
