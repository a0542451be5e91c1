import { randomBytes } from 'node:crypto'
import { importJWK, SignJWT, type JWTPayload } from 'jose'
import { COURSE, emailOf, type Person, rolesOf } from './people.js'
import { RESOURCE_LINK, type Place } from './place.js'
import type { Store } from './store.js'

const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/'
const AGS = 'https://purl.imsglobal.org/spec/lti-ags/'
const LAUNCH_SECONDS = 300

/** A launch that was begun: its hint is good once, and only for the person it was begun by. */
interface Begun { person: string; target: 'iframe' | 'window'; locale: string; until: number }

export interface Launches {
  /** The parameters of a third-party initiated login (OIDC Core 4; Security Framework 1.0, 5.1.1.1). */
  begin(person: Person, target: Begun['target'], locale: string): Record<string, string>
  /** Takes the hint: a second time it is unknown. */
  take(hint: string | undefined, person: Person): Begun | undefined
  idToken(person: Person, nonce: string, begun: Pick<Begun, 'target' | 'locale'>): Promise<string>
  /** Any claims, signed with the platform's key: for tests of what a tool must refuse. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>
  claims(person: Person, nonce: string, begun: Pick<Begun, 'target' | 'locale'>): JWTPayload
  /** Tests may give a person other roles. */
  roles: Map<string, string[]>
}

export const makeLaunches = (place: Place, { state }: Store, now: () => Date): Launches => {
  const begun = new Map<string, Begun>()
  const roles = new Map<string, string[]>()
  const columns = () => state.lineItems.filter((item) => item.resourceLinkId === RESOURCE_LINK.id)

  const claims: Launches['claims'] = (person, nonce, { target, locale }) => {
    const iat = Math.floor(now().getTime() / 1000)
    const [own, ...more] = columns()
    return {
      iss: place.issuer, aud: place.clientId, sub: person.id, nonce, iat, exp: iat + 60,
      name: person.name, given_name: person.given, family_name: person.family, email: emailOf(person),
      [`${CLAIM}message_type`]: 'LtiResourceLinkRequest',
      [`${CLAIM}version`]: '1.3.0',
      [`${CLAIM}deployment_id`]: place.deployment,
      [`${CLAIM}target_link_uri`]: place.tool.launch,
      [`${CLAIM}roles`]: roles.get(person.id) ?? rolesOf(person),
      [`${CLAIM}context`]: { id: COURSE.id, label: COURSE.label, title: COURSE.title, type: ['http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection'] },
      [`${CLAIM}resource_link`]: { id: RESOURCE_LINK.id, title: RESOURCE_LINK.title },
      [`${CLAIM}tool_platform`]: { guid: 'demo-lms', name: 'Demo LMS', product_family_code: 'keyroom-demo-lms', version: '1' },
      [`${CLAIM}launch_presentation`]: { document_target: target, locale, return_url: `${place.issuer}/course` },
      [`${AGS.slice(0, -1)}/claim/endpoint`]: {
        scope: ['lineitem', 'lineitem.readonly', 'result.readonly', 'score'].map((name) => `${AGS}scope/${name}`),
        lineitems: place.lineItems,
        // Named only where the link has exactly one column (AGS 2.0, 3.1).
        ...(own && more.length === 0 ? { lineitem: place.lineItem(own.id) } : {}),
      },
      'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice': { context_memberships_url: place.memberships, service_versions: ['2.0'] },
    }
  }
  const sign: Launches['sign'] = async (payload, header = {}) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: state.key.kid, ...header }).sign(await importJWK(state.key, 'RS256'))

  return {
    roles, claims, sign,
    begin(person, target, locale) {
      for (const [hint, { until }] of begun) if (until < now().getTime()) begun.delete(hint)
      const hint = randomBytes(18).toString('base64url')
      begun.set(hint, { person: person.id, target, locale, until: now().getTime() + LAUNCH_SECONDS * 1000 })
      return {
        iss: place.issuer, login_hint: person.id, lti_message_hint: hint, target_link_uri: place.tool.launch,
        client_id: place.clientId, lti_deployment_id: place.deployment,
      }
    },
    take(hint, person) {
      const found = hint ? begun.get(hint) : undefined
      if (!hint || !found || found.person !== person.id || found.until < now().getTime()) return undefined
      begun.delete(hint)
      return found
    },
    idToken: (person, nonce, which) => sign(claims(person, nonce, which)),
  }
}
