import { z } from 'zod'

/** A field of H5P's semantics, as far as checking needs it. @see [semantics](https://h5p.org/semantics) */
export interface Field {
  name: string
  type: string
  optional?: boolean
  default?: unknown
  min?: number
  max?: number
  maxLength?: number
  /** Of a number: how many may follow the point, and the distance from one allowed value to the next. */
  decimals?: number
  step?: number
  /** Of a text: what it must match. */
  regexp?: { pattern: string; modifiers?: string }
  options?: (string | { value: string })[]
  fields?: Field[]
  field?: Field
  /** What else H5P's semantics says of a field: label, description, importance, widget, tags, … */
  [more: string]: unknown
}
/** Official types write some numbers and a yes as text, and leave out the name of what a list holds. */
const Num = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/).transform(Number)])
const Yes = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
const FieldShape: z.ZodType<Field> = z.lazy(() =>
  z.looseObject({
    name: z.string().default('item'), type: z.string(), optional: Yes.optional(), default: z.unknown().optional(), min: Num.optional(), max: Num.optional(), maxLength: Num.optional(), decimals: Num.optional(), step: Num.optional(),
    regexp: z.looseObject({ pattern: z.string(), modifiers: z.string().optional() }).optional().catch(undefined),
    options: z.array(z.union([z.string(), z.looseObject({ value: z.coerce.string() })])).optional(), fields: z.array(FieldShape).optional(), field: FieldShape.optional(),
  }),
)
/** What may be chosen in a field, by value. */
export const valuesOf = ({ options = [] }: Pick<Field, 'options'>): string[] => options.map((option) => (typeof option === 'string' ? option : option.value))
/** By library: «Keyroom.Choice 1.0». */
export interface Semantics { get(library: string): Field[] | undefined }

/** A `semantics.json`, parsed. @throws SyntaxError, ZodError */
export const parseSemantics = (text: string): Field[] => z.array(FieldShape).parse(JSON.parse(text))
