import { defaultTreeAdapter, html, parseFragment, type DefaultTreeAdapterMap } from 'parse5'

type Node = DefaultTreeAdapterMap['childNode']

const textarea = defaultTreeAdapter.createElement('textarea', html.NS.HTML, [])
const isText = (node: Node): node is DefaultTreeAdapterMap['textNode'] => node.nodeName === '#text'

/** A text as a browser shows it that holds entities, and no tags. */
export const textOf = (source: string): string => parseFragment(textarea, source, {}).childNodes.flatMap((node) => (isText(node) ? [node.value] : [])).join('')

/** The pieces of text in HTML, in their order: a tag ends a piece. */
export const piecesOf = (source: string): string[] => {
  const inside = (nodes: Node[]): string[] =>
    nodes.flatMap((node) => {
      if (isText(node)) return [node.value]
      return 'childNodes' in node && node.nodeName !== 'script' ? inside(node.childNodes) : []
    })
  return inside(parseFragment(source).childNodes)
}
