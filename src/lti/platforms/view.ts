import type { I18n, Lang, Say } from '../../infra/index.js'
import type { Trace } from '../doctor/index.js'
import type { KeyState } from '../key.js'
import { toolAddresses, type RegistrationLink } from '../registration/index.js'
import type { Platform } from '../registry.js'
import type { Form } from './forms.js'
import type { Trouble } from './troubles.js'

/** How people read: their language, its dates, its words. */
export interface Reader { t: Say; lang: Lang; has: I18n['has'] }

const whenIn = (lang: Lang) => {
  const format = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' })
  return (at: Date | undefined): string | undefined => at && format.format(at)
}
/** The dots that staff pages have for a state. */
const DOTS = { active: 'finished', pending: 'pending', disabled: 'not-started' } as const

const stateView = ({ state = 'active' }: Pick<Platform, 'state'>, t: Say) => ({ state, dot: DOTS[state], label: t(`platforms.state.${state}`) })

/** A grade's problem in the words that instructors have for it. */
const problemView = (problem: Trouble['problem'], { t, has }: Reader): string | undefined => {
  if (!problem) return undefined
  const key = `console.codes.${problem.code.replace(/^lti\//, '')}`
  return has(key) ? t(key) : t('console.codes.other', { code: problem.code })
}
const troubleView = (trouble: Trouble | undefined, reader: Reader) =>
  trouble && { counts: reader.t('platforms.trouble', { failed: trouble.failed, retrying: trouble.retrying }), last: problemView(trouble.problem, reader), at: whenIn(reader.lang)(trouble.problem?.at) }

const productName = (product: string | undefined): string | undefined => product && (({ moodle: 'Moodle', canvas: 'Canvas', desire2learn: 'Brightspace', blackboardlearn: 'Blackboard' } as Record<string, string>)[product.toLowerCase()] ?? product)

const rowView = (platform: Platform, trouble: Trouble | undefined, reader: Reader) => {
  const { t, lang } = reader
  const when = whenIn(lang)
  return {
    id: platform._id, name: platform.name, issuer: platform.issuer, product: productName(platform.product), ...stateView(platform, t),
    deployments: t('platforms.deployments.count', { count: platform.deployments.length }),
    asking: platform.asking?.length ? t('platforms.deployments.ask', { count: platform.asking.length }) : undefined,
    lastLaunch: when(platform.lastLaunch) ?? t('platforms.never'), lastGrade: when(platform.lastGrade) ?? t('platforms.never'),
    trouble: troubleView(trouble, reader),
  }
}

const linkView = ({ _id, issuer, name, trust, expires }: RegistrationLink, { t, lang }: Reader) => ({
  id: _id, what: t('platforms.links.for', { what: name ?? issuer ?? '', named: name || issuer ? 'yes' : 'no' }), trust: trust ? t('platforms.links.trusted') : undefined, until: t('platforms.links.until', { at: whenIn(lang)(expires) ?? '' }),
})

/** The list: who waits stands first, and apart. */
export const listView = ({ platforms, troubles, links, linkForm, said }: { platforms: Platform[]; troubles: Map<string, Trouble>; links: RegistrationLink[]; linkForm: Form; said?: string }, reader: Reader) => {
  const rows = platforms.map((platform) => rowView(platform, troubles.get(platform._id), reader))
  return { said, waiting: rows.filter(({ state }) => state === 'pending'), rows: rows.filter(({ state }) => state !== 'pending'), links: links.map((link) => linkView(link, reader)), linkForm }
}

const factsOf = (platform: Platform, t: Say, when: (at?: Date) => string | undefined) =>
  [
    { label: t('platforms.fields.issuer'), value: platform.issuer, code: true }, { label: t('platforms.fields.clientId'), value: platform.clientId, code: true },
    { label: t('platforms.fields.authUrl'), value: platform.authUrl, code: true }, { label: t('platforms.fields.tokenUrl'), value: platform.tokenUrl, code: true },
    { label: t('platforms.fields.jwksUrl'), value: platform.jwksUrl, code: true }, { label: t('platforms.fields.tokenAudience'), value: platform.tokenAudience, code: true },
    { label: t('platforms.product'), value: productName(platform.product) }, { label: t('platforms.registered'), value: when(platform.registeredAt) },
    { label: t('platforms.lastLaunch'), value: when(platform.lastLaunch) ?? t('platforms.never') }, { label: t('platforms.lastGrade'), value: when(platform.lastGrade) ?? t('platforms.never') },
  ].filter(({ value }) => value !== undefined)

/** Addresses of a platform on other hosts than its own: for the administrator to see before they say yes. */
const otherHosts = ({ issuer, authUrl, tokenUrl, jwksUrl }: Platform): string[] => {
  const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '')
  return [...new Set([authUrl, tokenUrl, jwksUrl].map(hostOf))].filter((host) => host !== hostOf(issuer))
}

export interface One { platform: Platform; trouble?: Trouble; refused: Trace[]; keysReadAt?: Date; form: Form; instructorsAuthor: boolean; said?: string; bad?: string }

/** One platform, whole. */
export const oneView = ({ platform, trouble, refused, keysReadAt, form, instructorsAuthor, said, bad }: One, reader: Reader) => {
  const { t, lang } = reader
  const when = whenIn(lang)
  const hosts = otherHosts(platform)
  return {
    id: platform._id, name: platform.name, said, bad, ...stateView(platform, t), why: t(`platforms.why.${platform.state ?? 'active'}`),
    facts: factsOf(platform, t, when), hosts: hosts.length > 0 ? t('platforms.hosts', { hosts: hosts.join(', '), issuer: new URL(platform.issuer).host }) : undefined,
    asking: (platform.asking ?? []).map(({ deployment, at }) => ({ deployment, at: when(at) })),
    trouble: troubleView(trouble, reader),
    refused: refused.map(({ code, refusal, last, params }) => ({ code, at: when(last), title: t(`${refusal.replace('/', '.problems.')}.title`, params) })),
    keysRead: keysReadAt ? t('platforms.keys.readAt', { at: when(keysReadAt) ?? '' }) : t('platforms.keys.neverRead'),
    form, instructorsAuthor,
  }
}

export const keysView = (keys: KeyState[], readAt: Date | undefined, said: string | undefined, { t, lang }: Reader) => {
  const when = whenIn(lang)
  return {
    said, readAt: readAt ? t('platforms.keys.readAt', { at: when(readAt) ?? '' }) : t('platforms.keys.neverRead'), coming: keys.some(({ state }) => state === 'coming'),
    rows: keys.map(({ kid, state, signsFrom, publishedUntil }) => ({ kid, dot: ({ signing: 'finished', coming: 'pending', retiring: 'not-started' } as const)[state], state: t(`platforms.keys.state.${state}`), since: when(signsFrom), until: when(publishedUntil) ?? t('platforms.keys.open') })),
  }
}

/** What an LMS asks for, each to be copied. */
export const guideView = (publicUrl: string, t: Say) => {
  const { login, launch, keys, icon, configuration } = toolAddresses(publicUrl)
  return {
    addresses: [['launch', launch], ['login', login], ['redirect', launch], ['keys', keys], ['icon', icon], ['configuration', configuration]].map(([id = '', value = '']) => ({ id, value, label: t(`platforms.guide.${id}.label`), hint: t(`platforms.guide.${id}.hint`) })),
    custom: 'context_history=$Context.id.history\nlink_history=$ResourceLink.id.history\ntimezone=$Person.address.timezone',
  }
}
