import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { missing } from './files.js'
import { nameOf } from './libraries.js'

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
    options: z.array(z.union([z.string(), z.looseObject({ value: z.string() })])).optional(), fields: z.array(FieldShape).optional(), field: FieldShape.optional(),
  }),
)
const Manifest = z.object({ machineName: z.string(), majorVersion: z.number(), minorVersion: z.number() })

/** By library: «Keyroom.Choice 1.0». */
export type Semantics = Map<string, Field[]>

/** What the libraries in a folder say of their parameters; those that take none say nothing. */
export const readSemantics = async (dir: string): Promise<Semantics> => {
  const semantics: Semantics = new Map()
  for (const folder of await readdir(dir)) {
    const [manifest, fields] = await Promise.all(['library.json', 'semantics.json'].map((name) => readFile(path.join(dir, folder, name), 'utf8').catch(missing)))
    if (manifest && fields) semantics.set(nameOf(Manifest.parse(JSON.parse(manifest))), z.array(FieldShape).parse(JSON.parse(fields)))
  }
  return semantics
}
