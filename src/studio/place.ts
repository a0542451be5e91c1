import { isNode, LineCounter, parseDocument, type Document } from 'yaml'

/** Where something stands in a text, both counted from 1. */
export interface Place { line?: number; column?: number }
export type FieldPath = (string | number)[]

/** Where a field stands; a missing one: where its parent does. */
export const placeOf = (document: Document, lines: LineCounter, at: FieldPath): Place => {
  for (let depth = at.length; depth >= 0; depth--) {
    const node = depth === 0 ? document.contents : document.getIn(at.slice(0, depth), true)
    if (!isNode(node) || !node.range) continue
    const { line, col } = lines.linePos(node.range[0])
    return { line, column: col }
  }
  return {}
}

/** `pages.0.blocks.1.params` as its parts. */
const partsOf = (field: string): FieldPath => (field === '' ? [] : field.split(/[.[\]]+/).filter(Boolean).map((part) => (/^\d+$/.test(part) ? Number(part) : part)))

/** Where a field stands in a JSON text, which is YAML too. */
export const placeInJson = (text: string, field: string): Place => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  return placeOf(document, lines, partsOf(field))
}

/** Where a text stops being JSON: as the parser's message says, and where it names no position, where YAML stumbles too. */
export const placeOfBreak = (text: string, message: string): Place => {
  const said = /position (\d+)/.exec(message)?.[1]
  const lines = new LineCounter()
  const at = parseDocument(text, { lineCounter: lines, prettyErrors: false }).errors[0]?.pos[0]
  const offset = said === undefined ? at : Number(said)
  if (offset === undefined) return {}
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}
