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
  options?: (string | { value: string })[]
  fields?: Field[]
  field?: Field
  /** What else H5P's semantics says of a field: label, description, importance, widget, tags, … */
  [more: string]: unknown
}
const FieldShape: z.ZodType<Field> = z.lazy(() =>
  z.looseObject({
    name: z.string(), type: z.string(), optional: z.boolean().optional(), default: z.unknown().optional(), min: z.number().optional(), max: z.number().optional(), maxLength: z.number().optional(),
    options: z.array(z.union([z.string(), z.looseObject({ value: z.coerce.string() })])).optional(), fields: z.array(FieldShape).optional(), field: FieldShape.optional(),
  }),
)
/** By library: «Keyroom.Choice 1.0». */
export interface Semantics { get(library: string): Field[] | undefined }

/** A `semantics.json`, parsed. @throws SyntaxError, ZodError */
export const parseSemantics = (text: string): Field[] => z.array(FieldShape).parse(JSON.parse(text))
