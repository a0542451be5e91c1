import { MESSAGES, type Tool } from './model.js'
import { HAND_CLIENT } from './place.js'
import type { Store } from './store.js'
import { OFFERED } from './scopes.js'

/** Tools that ask for more than names and grades are told where a link comes from, and what time it is there. */
const CUSTOM = { link_history: '$ResourceLink.id.history', context_history: '$Context.id.history', timezone: '$Person.address.timezone' }

/** Keyroom as `npm run demo` has it: registered by hand, from the start. */
const handTool = (keyroomUrl: string): Tool => {
  const keyroom = keyroomUrl.replace(/\/$/, '')
  return {
    clientId: HAND_CLIENT, deployment: '1', name: 'Keyroom', state: 'active', origin: new URL(keyroom).origin,
    login: `${keyroom}/lti/login`, launch: `${keyroom}/lti/launch`, jwks: `${keyroom}/lti/keys`, redirects: [`${keyroom}/lti/launch`],
    scopes: OFFERED, custom: CUSTOM, messages: MESSAGES.map((type) => ({ type })),
  }
}

export interface Tools {
  byHand: Tool
  all(): Tool[]
  of(clientId: unknown): Tool | undefined
  add(tool: Omit<Tool, 'clientId' | 'deployment'>): Tool
  setState(clientId: string, state: Tool['state']): void
}
export const makeTools = (store: Store, keyroomUrl: string): Tools => {
  const byHand = handTool(keyroomUrl)
  const all = () => [byHand, ...store.state.tools]
  const of: Tools['of'] = (clientId) => all().find((tool) => tool.clientId === clientId)
  return {
    byHand, all, of,
    add(registered) {
      const id = store.nextId()
      const tool = { ...registered, clientId: `client-${id}`, deployment: id }
      store.state.tools.push(tool)
      store.save()
      return tool
    },
    setState(clientId, state) {
      const tool = of(clientId)
      if (tool) tool.state = state
      store.save()
    },
  }
}
