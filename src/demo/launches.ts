import { randomBytes } from 'node:crypto'
import { importJWK, SignJWT, type JWTPayload } from 'jose'
import { claimsOf, targetOf, type Saying } from './claims.js'
import type { Courses } from './courses.js'
import type { DeepLinking } from './deep-linking.js'
import type { Message } from './model.js'
import { personOf, rolesOf, STUDENT_VIEW, type Person } from './people.js'
import type { Place } from './place.js'
import type { Settings } from './settings.js'
import type { Store } from './store.js'
import type { Tools } from './tools.js'

const LAUNCH_SECONDS = 300

/** What is to be opened, and how. */
export interface Asked {
  message?: Message
  context?: string
  /** Absent: the tool alone, as deep linking does. */
  link?: string
  /** The client id of the tool, where no link says it. */
  tool?: string
  target?: 'iframe' | 'window'
  locale?: string
  /** Staff who look at the course as a student. */
  asStudent?: boolean
  /** Of a submission review. */
  review?: { person: string; lineItem: string }
}
/** A launch that was begun: its hint is good once, and only for the person it was begun by. */
interface Begun { person: string; clientId: string; asked: Asked; until: number }

export interface Launches {
  /** The parameters of a third-party initiated login (OIDC Core 4; Security Framework 1.0, 5.1.1.1), and where they go. */
  begin(person: Person, asked: Asked): { login: string; fields: Record<string, string> }
  /** Takes the hint: a second time, or for another tool, it is unknown. */
  take(hint: string | undefined, person: Person, clientId: string): Asked | undefined
  idToken(person: Person, nonce: string, asked: Asked): Promise<string>
  /** Any claims, signed with the platform's key: for tests of what a tool must refuse. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>
  claims(person: Person, nonce: string, asked: Asked): JWTPayload
  /** Tests may give a person other roles. */
  roles: Map<string, string[]>
}
export interface LaunchDeps { place: Place; store: Store; courses: Courses; tools: Tools; deepLinking: DeepLinking; settings: Settings; now: () => Date }

export const makeLaunches = ({ place, store, courses, tools, deepLinking, settings, now }: LaunchDeps): Launches => {
  const { state } = store
  const begun = new Map<string, Begun>()
  const roles = new Map<string, string[]>()
  const rolesHere = (person: Person, asStudent = false): string[] => (asStudent ? STUDENT_VIEW : (roles.get(person.id) ?? rolesOf(person)))

  /** Everything said of the places by their ids. @throws where one isn't there */
  const sayingOf = (person: Person, { message = 'LtiResourceLinkRequest', target = 'iframe', locale = 'en', asStudent, review, ...asked }: Asked): Saying => {
    const link = courses.link(asked.link)
    const context = courses.of(link?.context ?? asked.context)
    const tool = tools.of(link?.tool ?? asked.tool ?? tools.byHand.clientId)
    if (!context || !tool || (asked.link !== undefined && !link)) throw new Error('The demo LMS has no such course, link or tool')
    const item = review && state.lineItems.find(({ id }) => id === review.lineItem)
    const reviewed = personOf(review?.person)
    return { person, roles: rolesHere(person, asStudent), message, tool, context, link, target, locale, settings, ...(item && reviewed ? { review: { person: reviewed, item } } : {}) }
  }
  const claims: Launches['claims'] = (person, nonce, asked) => {
    const saying = sayingOf(person, asked)
    const iat = Math.floor(now().getTime() / 1000)
    const settingsOfDeepLinking = saying.message === 'LtiDeepLinkingRequest' ? deepLinking.begin(saying) : undefined
    return {
      iss: place.issuer, aud: saying.tool.clientId, sub: person.id, nonce, iat, exp: iat + 60,
      ...claimsOf({ ...saying, deepLinking: settingsOfDeepLinking }, place, state.lineItems),
    }
  }
  const sign: Launches['sign'] = async (payload, header = {}) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: state.key.kid, ...header }).sign(await importJWK(state.key, 'RS256'))

  return {
    roles, claims, sign,
    begin(person, asked) {
      const saying = sayingOf(person, asked)
      for (const [hint, { until }] of begun) if (until < now().getTime()) begun.delete(hint)
      const hint = randomBytes(18).toString('base64url')
      begun.set(hint, { person: person.id, clientId: saying.tool.clientId, asked, until: now().getTime() + LAUNCH_SECONDS * 1000 })
      return {
        login: saying.tool.login,
        fields: {
          iss: place.issuer, login_hint: person.id, lti_message_hint: hint, target_link_uri: targetOf(saying),
          client_id: saying.tool.clientId, lti_deployment_id: saying.tool.deployment,
          ...(settings.storage ? { lti_storage_target: '_parent' } : {}),
        },
      }
    },
    take(hint, person, clientId) {
      const found = hint ? begun.get(hint) : undefined
      if (!hint || found?.person !== person.id || found.clientId !== clientId || found.until < now().getTime()) return undefined
      begun.delete(hint)
      return found.asked
    },
    idToken: (person, nonce, asked) => sign(claims(person, nonce, asked)),
  }
}
