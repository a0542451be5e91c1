import { randomBytes } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { CLAIM, DL_CLAIM, type Saying } from './claims.js'
import { ItemFault, linkOf } from './content-items.js'
import type { Courses } from './courses.js'
import type { Link } from './model.js'
import type { Settings } from './settings.js'
import { verifySaid, type ToolKeySets } from './tool-keys.js'
import type { Tools } from './tools.js'

const REQUEST_SECONDS = 3600

/** What a tool answered, and what became of it. */
export interface DeepLinkingAnswer {
  context: string
  links: Link[]
  /** Why nothing was made. */
  refused?: string
  /** What the tool wants the person to read. */
  message?: string
  error?: string
  payload?: JWTPayload
}
export interface DeepLinking {
  /** The settings of a request; from then on its answer is waited for. */
  begin(saying: Saying): Record<string, unknown>
  answer(token: string, to: string): Promise<DeepLinkingAnswer>
  answers: DeepLinkingAnswer[]
}
interface Waiting { context: string; clientId: string; data: string; settings: Settings['deepLinking']; until: number }

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

interface Deps { issuer: string; courses: Courses; tools: Tools; keySets: ToolKeySets; settings: Settings; now: () => Date }

/** From the LMS to the tool and back with links. @see [Deep Linking 2.0, 4](https://www.imsglobal.org/spec/lti-dl/v2p0#workflow) */
export const makeDeepLinking = ({ issuer, courses, tools, keySets, settings, now }: Deps): DeepLinking => {
  const waiting = new Map<string, Waiting>()
  const nonces = new Set<string>()
  const answers: DeepLinkingAnswer[] = []

  /** @throws ItemFault saying what the standard asks and the answer lacks */
  const read = (payload: JWTPayload, asked: Waiting): unknown[] => {
    const tool = tools.of(asked.clientId)
    const said = (name: string) => payload[`${CLAIM}${name}`]
    if (said('message_type') !== 'LtiDeepLinkingResponse') throw new ItemFault('message_type is not LtiDeepLinkingResponse')
    if (said('version') !== '1.3.0') throw new ItemFault('version is not 1.3.0')
    if (said('deployment_id') !== tool?.deployment) throw new ItemFault('deployment_id is another')
    if (payload[`${DL_CLAIM}data`] !== asked.data) throw new ItemFault('data is not what was sent')
    const nonce = text(payload.nonce)
    if (!nonce || nonces.has(nonce)) throw new ItemFault('nonce is missing or was used before')
    nonces.add(nonce)
    const items = payload[`${DL_CLAIM}content_items`] ?? []
    if (!Array.isArray(items)) throw new ItemFault('content_items is not a list')
    if (items.length > 1 && asked.settings.accept_multiple === false) throw new ItemFault('several items where one is accepted')
    const foreign = (items as { type?: unknown }[]).find(({ type }) => !asked.settings.accept_types.includes(String(type)))
    if (foreign) throw new ItemFault(`an item of type ${String(foreign.type)} is not accepted`)
    return items as unknown[]
  }
  const answered = async (token: string, to: string): Promise<DeepLinkingAnswer> => {
    const asked = waiting.get(to)
    const tool = tools.of(asked?.clientId)
    if (!asked || !tool || asked.until < now().getTime()) return { context: '', links: [], refused: 'nothing was asked at this address, or it was answered' }
    try {
      const payload = await verifySaid(token, tool, keySets, { audience: issuer, now })
      const links = read(payload, asked).map((item) => linkOf(item, tool))
      // Only a whole answer ends the asking.
      waiting.delete(to)
      return {
        context: asked.context, payload, message: text(payload[`${DL_CLAIM}msg`]), error: text(payload[`${DL_CLAIM}errormsg`]),
        links: links.map((link) => courses.addLink(asked.context, link)),
      }
    } catch (error) {
      return { context: asked.context, links: [], refused: error instanceof Error ? error.message : String(error) }
    }
  }
  return {
    answers,
    begin({ context, tool }) {
      for (const [id, { until }] of waiting) if (until < now().getTime()) waiting.delete(id)
      const id = randomBytes(18).toString('base64url')
      const { data = randomBytes(12).toString('base64url'), deep_link_return_url = `${issuer}/lti/contexts/${context.id}/deep-linking/${id}`, ...asked } = settings.deepLinking
      waiting.set(id, { context: context.id, clientId: tool.clientId, data, settings: asked, until: now().getTime() + REQUEST_SECONDS * 1000 })
      return { ...asked, data, deep_link_return_url }
    },
    async answer(token, to) {
      const answer = await answered(token, to)
      answers.push(answer)
      return answer
    },
  }
}
