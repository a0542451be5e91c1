import { cookiesOf, form, must, type Answered, type Send } from './http.js'
import { CLIENT, type Platform } from './platform.js'

/** A tool to be launched, and how its answer to the launch leads to the first page. */
export interface Tool { login: string; target: string; status: number; next(launched: Answered): string | undefined }

/** What a browser does from the click in the LMS to the first page: login, launch, page. */
export const launch = async (send: Send, tool: Tool, platform: Platform, user: string): Promise<Answered> => {
  const login = must(302, await send(tool.login, form({ iss: platform.issuer, login_hint: user, target_link_uri: tool.target, client_id: CLIENT, lti_message_hint: 'link-1' })))
  const asked = new URL(login.headers.location ?? '').searchParams
  const state = asked.get('state') ?? ''
  const token = await platform.idToken(tool.target, user, asked.get('nonce') ?? '')
  const launched = must(tool.status, await send(tool.target, form({ id_token: token, state }, { cookie: cookiesOf(login) })))
  const next = tool.next(launched)
  if (!next) throw new Error(`the launch leads nowhere: ${launched.body.slice(0, 500)}`)
  return must(200, await send(new URL(next, tool.target).href, { headers: { cookie: cookiesOf(launched) } }))
}
