const VOID = new Set(['br', 'hr'])
const ALLOWED = new Set([
  'p', 'div', 'span', 'strong', 'b', 'em', 'i', 'u', 's', 'sub', 'sup', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'h2', 'h3', 'h4', 'h5',
  'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td', ...VOID,
])
/** Elements whose very content is no text. */
const SWALLOWED = /<(script|style|template|noscript|iframe|object|svg|math|textarea|title)\b[^]*?(?:<\/\1\s*>|$)/gi
/** A tag ends before the next begins: else each of many that never end would be looked for to the end of the text. */
const TOKEN = /<!--[^]*?(?:-->|$)|<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|'[^']*'|[^<>"'])*)>/gi
/** Deeper than any text of an author's. */
const DEEPEST = 50

const escapeText = (text: string): string =>
  text.replace(/&(?!(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});)/gi, '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The one attribute kept: where a link leads, on the web. */
const linkOf = (attributes: string): string => {
  const href = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes)
  const address = (href?.[1] ?? href?.[2] ?? '').trim()
  return /^https?:\/\/[^\s"'<>]+$/i.test(address) ? ` href="${escapeText(address)}" target="_blank" rel="noopener noreferrer"` : ''
}

/**
 * An author's HTML, rebuilt from the few tags that carry meaning. Whatever isn't known is dropped or shown as text: the
 * result holds nothing but escaped text and tags written here, in balance.
 */
export const cleanHtml = (html: string): string => {
  const source = html.replace(SWALLOWED, '')
  const open: string[] = []
  let clean = ''
  let at = 0
  for (const token of source.matchAll(TOKEN)) {
    clean += escapeText(source.slice(at, token.index))
    at = token.index + token[0].length
    const [, slash, name = '', attributes = ''] = token
    const tag = name.toLowerCase()
    if (!ALLOWED.has(tag)) continue
    if (VOID.has(tag)) clean += `<${tag}>`
    else if (!slash) {
      if (open.length >= DEEPEST) continue
      open.push(tag)
      clean += `<${tag}${tag === 'a' ? linkOf(attributes) : ''}>`
    } else if (open.includes(tag)) {
      let last: string | undefined
      do clean += `</${(last = open.pop()) ?? tag}>`
      while (last !== tag)
    }
  }
  return clean + escapeText(source.slice(at)) + open.reverse().map((tag) => `</${tag}>`).join('')
}
