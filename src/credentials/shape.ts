import { z } from 'zod'
import { CONTEXTS } from './document.js'
import { RESULT_KINDS } from './story.js'

const types = (...needed: string[]) => z.array(z.string()).refine((all) => needed.every((type) => all.includes(type)))

const Identity = z.object({ hashed: z.boolean(), identityHash: z.string(), identityType: z.string() })
const Achievement = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  criteria: z.object({ narrative: z.string() }),
  image: z.object({ id: z.string() }).optional(),
  inLanguage: z.string(),
  alignment: z.array(z.object({ targetName: z.string(), targetFramework: z.string().optional() })),
})

/** Anything that calls itself a verifiable credential, and by whom. */
export const AnyCredential = z.object({
  type: types('VerifiableCredential'),
  issuer: z.union([z.string(), z.object({ id: z.string() })]).transform((issuer) => (typeof issuer === 'string' ? issuer : issuer.id)),
})

/** A credential as we issue it: what its page shows. Its contexts are exactly ours; with `isInOurWords`, no word in it can be given another meaning. */
export const IssuedCredential = z.object({
  '@context': z.tuple([z.literal(CONTEXTS[0]), z.literal(CONTEXTS[1]), z.literal(CONTEXTS[2])]),
  id: z.string(),
  type: types('VerifiableCredential', 'AchievementCredential'),
  issuer: z.object({ id: z.string(), name: z.string() }),
  validFrom: z.iso.datetime(),
  credentialSubject: z.object({
    id: z.string().optional(),
    identifier: z.array(Identity).default([]),
    achievement: Achievement,
    result: z.array(z.object({ value: z.string() })),
  }),
  evidence: z.array(z.object({ name: z.string(), description: z.string().optional(), genre: z.enum(RESULT_KINDS), narrative: z.string() })),
  credentialStatus: z.object({ statusListIndex: z.string().regex(/^\d{1,6}$/), statusListCredential: z.string() }),
  proof: z.union([z.looseObject({}), z.tuple([z.looseObject({})])]),
})
export type IssuedCredential = z.output<typeof IssuedCredential>

/** Deeper than any of ours, and shallow enough to be read without harm. */
const DEPTH = 12
export const isDeep = (value: unknown, left = DEPTH): boolean =>
  typeof value === 'object' && value !== null && (left === 0 || Object.values(value).some((each) => isDeep(each, left - 1)))

/** A term of our contexts; never a keyword of JSON-LD, a full address, or a prefixed one. */
const TERM = /^[A-Za-z]\w*$/
const speaksTerms = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || (Array.isArray(value) ? value.every(speaksTerms) : Object.entries(value).every(([name, each]) => TERM.test(name) && speaksTerms(each)))

/**
 * Whether each word means what its page takes it for. A signature is over what a document means: a context further in, a keyword or
 * a full address would let another name stand where the holder's is read, while the holder's own is still what was signed.
 */
export const isInOurWords = (document: object): boolean => Object.entries(document).every(([name, each]) => name === '@context' || (TERM.test(name) && speaksTerms(each)))
