import { closest, distance } from 'fastest-levenshtein'
import { isCollection, LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { readPiece } from '../h5p/index.js'
import { crossCheck } from './cross-check.js'
import { CourseFaults, type CourseFault } from './faults.js'
import type { Folder } from './folder.js'
import { COURSE_YAML, CourseFile, courseJsonSchema, MAX_FILE, TOO_LARGE } from './format.js'
import { placeOf } from './place.js'

const FILE = COURSE_YAML
/** All names the format knows, for «did you mean». */
const namesIn = (schema: unknown): string[] => {
  if (!schema || typeof schema !== 'object') return []
  const own = 'properties' in schema && schema.properties && typeof schema.properties === 'object' ? Object.keys(schema.properties) : []
  return [...own, ...Object.values(schema).flatMap(namesIn)]
}
const NAMES = [...new Set(namesIn(courseJsonSchema()))]
const meant = (given: string): string => {
  const near = closest(given, NAMES)
  return distance(given, near) <= Math.max(2, given.length / 3) ? ` Did you mean "${near}"?` : ''
}

const KINDS: Record<string, string> = { string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'a group of fields' }

/** A fault of the schema in plain words, with the mend. */
const wordsFor = (issue: z.core.$ZodIssue, isThere: boolean): string => {
  switch (issue.code) {
    case 'invalid_type': return isThere ? `must be ${KINDS[issue.expected] ?? issue.expected}` : `is missing: add ${KINDS[issue.expected] ?? issue.expected}`
    case 'too_small': return issue.origin === 'string' ? 'must not be empty' : issue.origin === 'array' ? `needs at least ${issue.minimum}` : `must be ${issue.minimum} or more`
    case 'too_big': return issue.origin === 'string' ? `is too long: ${issue.maximum} characters at most` : issue.origin === 'array' ? `takes at most ${issue.maximum}` : `must be ${issue.maximum} or less`
    case 'invalid_value': return issue.values.length > 1 ? `must be one of: ${issue.values.join(', ')}` : issue.message
    case 'invalid_union': return 'must be 1, 2, 3 or 4'
    default: return issue.message
  }
}
const faultsOf = (error: z.ZodError, document: Document, lines: LineCounter): CourseFault[] =>
  error.issues.flatMap((issue): CourseFault[] => {
    const at = issue.path.filter((part) => typeof part !== 'symbol')
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ file: FILE, ...placeOf(document, lines, [...at, key]), field: [...at, key].join('.'), message: `is not a field of the format.${meant(key)}` }))
    return [{ file: FILE, ...placeOf(document, lines, at), field: at.join('.'), message: wordsFor(issue, document.hasIn(at)) }]
  })

/** Reads and checks a course folder, all but its H5P parameters. @throws CourseFaults with everything that's wrong. */
export const readCourse = async (folder: Folder): Promise<CourseFile> => {
  const piece = folder.files.get(FILE)
  if (!piece) throw new CourseFaults([{ file: FILE, field: '', message: 'is not in the folder; a course begins with it.' }])
  if (piece.bytes > MAX_FILE) throw new CourseFaults([{ file: FILE, field: '', message: TOO_LARGE }])
  const text = (await readPiece(piece)).toString('utf8')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const broken = document.errors.map(({ pos, message }) => ({ file: FILE, line: lines.linePos(pos[0]).line, column: lines.linePos(pos[0]).col, field: '', message }))
  if (broken.length > 0) throw new CourseFaults(broken)
  if (!isCollection(document.contents)) throw new CourseFaults([{ file: FILE, line: 1, column: 1, field: '', message: 'must be a list of fields such as "title: …".' }])
  const parsed = CourseFile.safeParse(document.toJS({ maxAliasCount: 100 }))
  if (!parsed.success) throw new CourseFaults(faultsOf(parsed.error, document, lines))
  const faults = (await crossCheck(folder, parsed.data)).map(({ at, message }) => ({ file: FILE, ...placeOf(document, lines, at), field: at.join('.'), message }))
  if (faults.length > 0) throw new CourseFaults(faults)
  return parsed.data
}
