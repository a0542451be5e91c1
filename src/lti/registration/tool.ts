import { LANGS, type About, type I18n } from '../../infra/index.js'
import { MESSAGES, type Message } from '../claims.js'
import type { PlatformConfiguration } from './platform-configuration.js'

/** All that Keyroom asks of an LMS's services: columns, grades and what became of them, and the list of a course's people. */
export const SCOPES = [
  'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem',
  'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly',
  'https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly',
  'https://purl.imsglobal.org/spec/lti-ags/scope/score',
  'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
] as const

/** Values that the LMS puts in at each launch: what a copied course was copied from, and whose clock it is. */
export const CUSTOM = { context_history: '$Context.id.history', link_history: '$ResourceLink.id.history', timezone: '$Person.address.timezone' } as const

const CLAIMS = ['iss', 'sub', 'name', 'given_name', 'family_name', 'email', 'locale']
/** Always there, so no platform needs to list them. */
const CERTAIN = new Set(['iss', 'sub'])

/** Where Keyroom makes sense, of the places that a platform has: names of LTI, and of Canvas. */
const PLACEMENTS: Record<Message, string[]> = {
  LtiDeepLinkingRequest: ['ContentArea', 'assignment_selection', 'link_selection'],
  LtiResourceLinkRequest: ['course_navigation'],
  LtiSubmissionReviewRequest: [],
}

const aboutUs = ({ terms, policy, contact }: About = {}): object => ({ ...(terms ? { tos_uri: terms } : {}), ...(policy ? { policy_uri: policy } : {}), ...(contact ? { contacts: [contact] } : {}) })

/** The addresses that an LMS asks for. */
export const toolAddresses = (publicUrl: string) => ({
  login: new URL('/lti/login', publicUrl).href, launch: new URL('/lti/launch', publicUrl).href, keys: new URL('/lti/keys', publicUrl).href,
  icon: new URL('/assets/look/icon.png', publicUrl).href, configuration: new URL('/lti/config.json', publicUrl).href, register: new URL('/lti/register', publicUrl).href,
})

const listed = <T extends string>(ours: readonly T[], theirs: string[] | undefined): T[] => ours.filter((each) => !theirs || theirs.includes(each))

/** What a platform that lists its variables doesn't list, it would send back as it stands: `$ResourceLink.id.history`. */
export const customFor = (variables: string[] | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(CUSTOM).filter(([, value]) => !variables || variables.includes(value.slice(1))))

/** In one language after another: `description`, `description#ar`. @see [OIDC Dynamic Client Registration 1.0, 2.1](https://openid.net/specs/openid-connect-registration-1_0.html#LanguagesAndScripts) */
const inLanguages = (name: string, key: string, i18n: I18n): Record<string, string> =>
  Object.fromEntries(LANGS.map((lang) => [lang === 'en' ? name : `${name}#${lang}`, i18n.t(lang, key)]))

/** What Canvas asks beyond the standard: without it people stay nameless, and the link stands in every course. @see [Canvas: registration](https://developerdocs.instructure.com/services/canvas/external-tools/lti/file.registration) */
const CANVAS = 'https://canvas.instructure.com/lti/'
const canvasTool = (product: string | undefined): object => (product === 'canvas' ? { [`${CANVAS}privacy_level`]: 'public', [`${CANVAS}tool_id`]: 'keyroom' } : {})
const canvasPlaces = (placements: string[]): object => (placements.includes('course_navigation') ? { [`${CANVAS}course_navigation/default_enabled`]: false } : {})

/** A review of submissions is for platforms that know of it; where one says nothing of messages, it has the other two. */
const messagesFor = ({ messages }: Pick<PlatformConfiguration, 'messages'>, launch: string, icon: string, i18n: I18n): object[] =>
  MESSAGES.flatMap((type) => {
    const theirs = messages?.filter((each) => each.type === type)
    if (theirs ? theirs.length === 0 : type === 'LtiSubmissionReviewRequest') return []
    const placements = PLACEMENTS[type].filter((place) => theirs?.some((each) => each.placements?.includes(place)))
    return [{ type, target_link_uri: launch, icon_uri: icon, ...inLanguages('label', `platforms.tool.${type}`, i18n), ...(placements.length > 0 ? { placements } : {}), ...canvasPlaces(placements) }]
  })

/**
 * What we register as: no more than the platform has to give.
 * @see [LTI Dynamic Registration 1.0, 3.6](https://www.imsglobal.org/spec/lti-dr/v1p0#tool-configuration)
 */
export const registrationFor = (platform: Pick<PlatformConfiguration, 'scopes' | 'claims' | 'variables' | 'messages' | 'product'>, { publicUrl, about, i18n }: { publicUrl: string; about?: About; i18n: I18n }) => {
  const { login, launch, keys, icon } = toolAddresses(publicUrl)
  const scopes = listed(SCOPES, platform.scopes)
  return {
    application_type: 'web', response_types: ['id_token'], grant_types: ['implicit', 'client_credentials'], token_endpoint_auth_method: 'private_key_jwt',
    client_name: 'Keyroom', client_uri: publicUrl, logo_uri: icon, initiate_login_uri: login, redirect_uris: [launch], jwks_uri: keys, ...aboutUs(about),
    scope: scopes.join(' '),
    'https://purl.imsglobal.org/spec/lti-tool-configuration': {
      domain: new URL(publicUrl).host, target_link_uri: launch, ...inLanguages('description', 'platforms.tool.description', i18n),
      custom_parameters: customFor(platform.variables),
      claims: CLAIMS.filter((claim) => CERTAIN.has(claim) || !platform.claims || platform.claims.includes(claim)),
      messages: messagesFor(platform, launch, icon, i18n), ...canvasTool(platform.product),
    },
  }
}

/** The same for Canvas's «Paste JSON» and «Enter URL». @see [Canvas: configuring LTI 1.3](https://developerdocs.instructure.com/services/canvas/external-tools/lti/file.lti_dev_key_config) */
export const canvasConfiguration = ({ publicUrl, i18n }: { publicUrl: string; i18n: I18n }) => {
  const { login, launch, keys, icon } = toolAddresses(publicUrl)
  const text = (type: Message): string => i18n.t('en', `platforms.tool.${type}`)
  const placement = (place: string, message_type: Message) => ({ placement: place, enabled: true, message_type, target_link_uri: launch, text: text(message_type), icon_url: icon })
  return {
    title: 'Keyroom', description: i18n.t('en', 'platforms.tool.description'), oidc_initiation_url: login, target_link_uri: launch, public_jwk_url: keys,
    scopes: SCOPES, custom_fields: CUSTOM,
    extensions: [{
      platform: 'canvas.instructure.com', domain: new URL(publicUrl).host, tool_id: 'keyroom', privacy_level: 'public',
      settings: {
        platform: 'canvas.instructure.com', text: 'Keyroom', icon_url: icon,
        placements: [{ ...placement('course_navigation', 'LtiResourceLinkRequest'), default: 'disabled' }, placement('assignment_selection', 'LtiDeepLinkingRequest'), placement('link_selection', 'LtiDeepLinkingRequest')],
      },
    }],
  }
}
