import { COURSE } from './people.js'

/** What a tool is told to be registered with this platform. */
export interface Registration {
  issuer: string
  clientId: string
  deployment: string
  authUrl: string
  tokenUrl: string
  jwksUrl: string
}
/** Addresses and names of this LMS and of the tool registered in it. */
export interface Place extends Registration {
  tool: { origin: string; login: string; launch: string; jwks: string; redirects: string[] }
  lineItems: string
  memberships: string
  lineItem(id: string): string
}
export const RESOURCE_LINK = { id: '41', title: 'The escape rooms' } as const

export const placeOf = (url: string, keyroomUrl: string): Place => {
  const keyroom = keyroomUrl.replace(/\/$/, '')
  const context = `${url}/lti/contexts/${COURSE.id}`
  return {
    issuer: url,
    clientId: 'keyroom-demo',
    deployment: '1',
    authUrl: `${url}/lti/auth`,
    tokenUrl: `${url}/lti/token`,
    jwksUrl: `${url}/lti/jwks`,
    tool: { origin: new URL(keyroom).origin, login: `${keyroom}/lti/login`, launch: `${keyroom}/lti/launch`, jwks: `${keyroom}/lti/keys`, redirects: [`${keyroom}/lti/launch`] },
    lineItems: `${context}/lineitems?tool=1`,
    memberships: `${context}/memberships`,
    // A query at the end, as Moodle has it: a client that only appends `/scores` is found out here.
    lineItem: (id) => `${context}/lineitems/${id}/lineitem?tool=1`,
  }
}
