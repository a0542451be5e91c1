import MarkdownIt from 'markdown-it'
import type { Lang, Say } from '../infra/index.js'
import type { IssuedCredential } from './shape.js'
import type { ResultKind } from './story.js'
import type { Verdict } from './verify.js'

/** No HTML, no pictures: text of an author, on a page that others trust. */
const markdown = new MarkdownIt({ html: false, linkify: false }).disable('image')

export interface CertificateView {
  state: 'valid' | 'revoked'
  revoked?: { date?: string; reason?: string }
  /** Checked just now, as people read a time. */
  checked: string
  holder?: string
  hasEmail: boolean
  name: string
  description: string
  course?: string
  /** The language its texts are in. */
  language: string
  /** Languages whose typefaces its texts need, beside the page's own. */
  scripts: Lang[]
  image?: string
  issuer: { name: string; href: string }
  issued: { date: string; iso: string }
  score?: string
  criteria: string
  outcomes: string[]
  evidence: { name: string; subtitle?: string; kind: ResultKind; label: string; narrative: string }[]
  /** What each kind that occurs means. */
  kinds: { kind: ResultKind; label: string; meaning: string }[]
  address: string
  id: string
  links: { json: string; download: string; achievement: string; linkedIn: string }
}

const dateIn = (lang: Lang, at: Date): string => new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeZone: 'UTC' }).format(at)
const timeIn = (lang: Lang, at: Date): string => new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at)
const scoreIn = (lang: Lang, value: string): string => new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 2 }).format(Number(value) / 100)

/** @see [LinkedIn, Add to Profile](https://addtoprofile.linkedin.com/) for the parameters. */
const linkedIn = ({ id, issuer, credentialSubject: { achievement } }: IssuedCredential, issued: Date): string =>
  `https://www.linkedin.com/profile/add?${new URLSearchParams({
    startTask: 'CERTIFICATION_NAME', name: achievement.name, organizationName: issuer.name,
    issueYear: String(issued.getUTCFullYear()), issueMonth: String(issued.getUTCMonth() + 1), certUrl: id, certId: id.split('/').at(-1) ?? '',
  })}`

const scriptsIn = (text: string): Lang[] => [...(/\p{Script=Han}/u.test(text) ? (['zh-CN'] as const) : []), ...(/\p{Script=Arabic}/u.test(text) ? (['ar'] as const) : [])]

const kindsOf = (credential: IssuedCredential, say: Say): CertificateView['kinds'] =>
  [...new Set(credential.evidence.map(({ genre }) => genre))].map((kind) => ({ kind, label: say(`credentials.kinds.${kind}.label`), meaning: say(`credentials.kinds.${kind}.meaning`) }))

/** All that the certificate shows, from the signed document alone. */
export const certificateView = (verdict: Extract<Verdict, { credential: IssuedCredential }>, { lang, say, home, now }: { lang: Lang; say: Say; home: string; now: Date }): CertificateView => {
  const { credential } = verdict
  const { achievement, identifier, result } = credential.credentialSubject
  const issued = new Date(credential.validFrom)
  const revoked = verdict.state === 'revoked' ? verdict.revoked : undefined
  return {
    state: verdict.state,
    ...(verdict.state === 'revoked' ? { revoked: revoked ? { date: dateIn(lang, revoked.at), reason: revoked.reason } : {} } : {}),
    checked: timeIn(lang, now),
    holder: identifier.find(({ identityType, hashed }) => identityType === 'name' && !hashed)?.identityHash,
    hasEmail: identifier.some(({ identityType }) => identityType === 'emailAddress'),
    name: achievement.name,
    description: achievement.description,
    course: achievement.alignment.find(({ targetFramework }) => targetFramework)?.targetFramework,
    language: achievement.inLanguage,
    scripts: scriptsIn(JSON.stringify(credential)),
    image: achievement.image?.id,
    issuer: { name: credential.issuer.name, href: home },
    issued: { date: dateIn(lang, issued), iso: credential.validFrom },
    ...(result[0] ? { score: scoreIn(lang, result[0].value) } : {}),
    criteria: markdown.render(achievement.criteria.narrative),
    outcomes: achievement.alignment.map(({ targetName }) => targetName),
    evidence: credential.evidence.map(({ name, description, genre, narrative }) => ({
      name, subtitle: description, kind: genre, label: say(`credentials.kinds.${genre}.label`), narrative: markdown.render(narrative),
    })),
    kinds: kindsOf(credential, say),
    address: credential.id,
    id: credential.id.split('/').at(-1) ?? '',
    links: { json: `${credential.id}.json`, download: `${credential.id}.json?download`, achievement: achievement.id, linkedIn: linkedIn(credential, issued) },
  }
}

export interface AchievementView {
  name: string
  description: string
  language: string
  image?: string
  criteria: string
  outcomes: { id: string; text: string }[]
  issuer: { name: string; href: string }
}
export const achievementView = (
  achievement: { name: string; description: string; inLanguage: string; criteria: { narrative: string }; image?: { id: string }; alignment: { targetCode: string; targetName: string }[] },
  issuer: AchievementView['issuer'],
): AchievementView => ({
  name: achievement.name,
  description: achievement.description,
  language: achievement.inLanguage,
  image: achievement.image?.id,
  criteria: markdown.render(achievement.criteria.narrative),
  outcomes: achievement.alignment.map(({ targetCode, targetName }) => ({ id: targetCode, text: targetName })),
  issuer,
})
