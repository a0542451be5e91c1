import type { Context, LineItem, Tool } from './model.js'

/** What a tool is told to be registered with this platform. */
export interface Registration {
  issuer: string
  clientId: string
  deployment: string
  authUrl: string
  tokenUrl: string
  jwksUrl: string
}
/** Addresses of this LMS. */
export interface Place extends Omit<Registration, 'clientId' | 'deployment'> {
  registerUrl: string
  lineItems(context: string, tool: Tool): string
  lineItem(item: Pick<LineItem, 'id' | 'context'>, tool: Tool): string
  memberships(context: string): string
  coursePage(context: Pick<Context, 'id'>): string
}
export const RESOURCE_LINK = { id: '41', title: 'The escape rooms' } as const
/** The client id of the tool that is registered by hand. */
export const HAND_CLIENT = 'keyroom-demo'

export const placeOf = (url: string): Place => {
  const context = (id: string) => `${url}/lti/contexts/${id}`
  return {
    issuer: url,
    authUrl: `${url}/lti/auth`,
    tokenUrl: `${url}/lti/token`,
    jwksUrl: `${url}/lti/jwks`,
    registerUrl: `${url}/lti/register`,
    lineItems: (id, { deployment }) => `${context(id)}/lineitems?tool=${deployment}`,
    // A query at the end, as Moodle has it: a client that only appends `/scores` is found out here.
    lineItem: (item, { deployment }) => `${context(item.context)}/lineitems/${item.id}/lineitem?tool=${deployment}`,
    memberships: (id) => `${context(id)}/memberships`,
    coursePage: ({ id }) => `${url}/courses/${id}`,
  }
}
