import { z } from 'zod'
import type { Say } from '../../infra/index.js'

const line = z.string().trim()
const address = line.pipe(z.url({ protocol: /^https?$/ }).max(2000))
/** One a line. */
const lines = line.transform((text) => [...new Set(text.split(/\r?\n/).map((each) => each.trim()).filter(Boolean))]).pipe(z.array(z.string().max(255)).max(200))
const ticked = z.literal('1').optional().catch(undefined).transform((value) => value === '1')
const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === '' ? undefined : value), schema.optional())
const name = line.pipe(z.string().min(1).max(100))
const issuer = address.refine((url) => !/[?#]/.test(url))

/** An LMS by hand: what its own page about the tool shows. */
export const ByHand = z.object({ name, issuer, clientId: line.pipe(z.string().min(1).max(255)), deployments: lines, authUrl: address, tokenUrl: address, jwksUrl: address, tokenAudience: optional(line.pipe(z.string().max(2000))), product: optional(line.pipe(z.string().max(100))) })
export const Edit = z.object({ name, deployments: lines, instructorsAuthor: ticked })
export const NewLink = z.object({ issuer: optional(issuer), name: optional(name), trust: ticked })
export const Import = z.object({ configuration: address })

type Values = Record<string, string | undefined>
export interface Field { name: string; label: string; hint?: string; value: string; fault?: string; kind: 'text' | 'url' | 'lines'; required: boolean }
export interface Form { fields: Field[]; faults: Field[] }

const KINDS: Record<string, Field['kind']> = { issuer: 'url', authUrl: 'url', tokenUrl: 'url', jwksUrl: 'url', deployments: 'lines', configuration: 'url' }
const NEEDED = new Set(['name', 'issuer', 'clientId', 'authUrl', 'tokenUrl', 'jwksUrl', 'configuration'])
const HINTED = new Set(['name', 'issuer', 'clientId', 'deployments', 'tokenAudience', 'configuration', 'link-issuer', 'link-name'])

/** A form as it was sent, each field with what is wrong with it. `as` where a field of that name asks for something else. */
export const formOf = (names: string[], values: Values, error: z.ZodError | undefined, t: Say, as: Record<string, string> = {}): Form => {
  const wrong = new Set(error?.issues.map(({ path }) => String(path[0])))
  const fields = names.map((each): Field => {
    const word = as[each] ?? each
    return {
      name: each, value: values[each] ?? '', kind: KINDS[each] ?? 'text', required: NEEDED.has(each) && !as[each], label: t(`platforms.fields.${word}`),
      ...(HINTED.has(word) ? { hint: t(`platforms.hints.${word}`) } : {}), ...(wrong.has(each) ? { fault: t(`platforms.faults.${KINDS[each] ?? 'text'}`) } : {}),
    }
  })
  return { fields, faults: fields.filter(({ fault }) => fault !== undefined) }
}

/** What was sent, as text: an array or an object in a field's place is nothing. */
export const sent = (body: unknown): Values => Object.fromEntries(Object.entries((body ?? {}) as object).map(([key, value]: [string, unknown]) => [key, typeof value === 'string' ? value.slice(0, 4000) : undefined]))
