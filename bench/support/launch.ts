import { cookiesOf, form, must, type Answered, type Send } from './http.js'
import { CLIENT, type Platform } from './platform.js'

/** A tool to be launched, and how its answer to the launch leads to the first page. */
export interface Tool { login: string; target: string; status: number; next(launched: Answered): string | undefined }

export interface Begun { state: string; nonce: string; cookie: string }

/** The login, up to where the LMS is asked who this is. */
export const loginBy = async (send: Send, tool: Tool, platform: Platform, user: string): Promise<Begun> => {
  const login = must(302, await send(tool.login, form({ iss: platform.issuer, login_hint: user, target_link_uri: tool.target, client_id: CLIENT, lti_message_hint: 'link-1' })))
  const asked = new URL(login.headers.location ?? '').searchParams
  return { state: asked.get('state') ?? '', nonce: asked.get('nonce') ?? '', cookie: cookiesOf(login) }
}

/** The launch that answers it. */
export const enterBy = async (send: Send, tool: Tool, platform: Platform, user: string, { state, nonce, cookie }: Begun): Promise<Answered> => {
  const token = await platform.idToken(tool.target, user, nonce)
  return must(tool.status, await send(tool.target, form({ id_token: token, state }, { cookie })))
}

/** What a browser does from the click in the LMS to the first page: login, launch, page. */
export const launch = async (send: Send, tool: Tool, platform: Platform, user: string): Promise<Answered> => {
  const launched = await enterBy(send, tool, platform, user, await loginBy(send, tool, platform, user))
  const next = tool.next(launched)
  if (!next) throw new Error(`the launch leads nowhere: ${launched.body.slice(0, 500)}`)
  return must(200, await send(new URL(next, tool.target).href, { headers: { cookie: cookiesOf(launched) } }))
}
