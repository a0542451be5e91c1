/** An author's HTML, rebuilt from the tags its field allows: what is pasted and what is kept. The server cleans again. */

const SAME = { b: 'strong', i: 'em', del: 's', strike: 's' }
const DROPPED = new Set(['script', 'style', 'template', 'iframe', 'object', 'svg', 'math', 'title', 'head', 'noscript', 'meta', 'link'])
const BLOCKS = new Set(['p', 'div', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'pre', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'hr', 'section', 'article', 'header', 'footer', 'main', 'aside', 'dl', 'dt', 'dd', 'figure'])
const PARTS = { ul: ['li'], ol: ['li'], table: ['thead', 'tbody', 'tr', 'th', 'td'] }
/** The tags Squire writes in, where H5P writes others. */
const TO_EDITOR = { strong: 'b', em: 'i' }

/** What a field of rich text takes: H5P names `strong` and means `b` too, `ul` and means `li`. */
export const rulesOf = ({ tags = [], enterMode }) => {
  const named = tags.map((tag) => SAME[tag.toLowerCase()] ?? tag.toLowerCase())
  const block = enterMode === 'p' || named.includes('p') ? 'p' : 'div'
  return { block, bare: enterMode !== 'p' && block === 'div', allowed: new Set([...named.flatMap((tag) => [tag, ...(PARTS[tag] ?? [])]), 'br', block]) }
}

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\u200b', '')
const linkOf = (element) => {
  const address = (element.getAttribute('href') ?? '').trim()
  return /^(https?:\/\/|mailto:|tel:)[^\s]+$/i.test(address) ? address : undefined
}
const spansOf = (element) => ['colspan', 'rowspan'].map((name) => [name, Number(element.getAttribute(name))]).filter(([, n]) => n > 1).map(([name, n]) => ` ${name}="${n}"`).join('')

const isBlock = (node) => node.nodeType === 1 && BLOCKS.has(node.localName)
const holdsBlocks = (element) => [...element.childNodes].some(isBlock)

const walk = (parent, rules, names) => [...parent.childNodes].map((node) => one(node, rules, names)).join('')

const one = (node, rules, names) => {
  if (node.nodeType === 3) return escape(node.data)
  if (node.nodeType !== 1 || DROPPED.has(node.localName)) return ''
  const tag = SAME[node.localName] ?? node.localName
  const name = names[tag] ?? tag
  if (tag === 'br' || tag === 'hr') return rules.allowed.has(tag) ? `<${tag}>` : ''
  const inside = walk(node, rules, names)
  if (tag === 'a') {
    const address = linkOf(node)
    return rules.allowed.has('a') && address && inside ? `<a href="${escape(address).replaceAll('"', '&quot;')}" target="_blank" rel="noopener">${inside}</a>` : inside
  }
  if (rules.allowed.has(tag)) return inside === '' && !['td', 'th'].includes(tag) ? '' : `<${name}${spansOf(node)}>${inside}</${name}>`
  // A block we don't know is a paragraph, unless it only holds others.
  if (isBlock(node) && inside !== '' && !holdsBlocks(node)) return `<${rules.block}>${inside}</${rules.block}>`
  return inside
}

const parse = (html) => new DOMParser().parseFromString(html, 'text/html').body

/** As the editor wants it. */
export const toEditor = (html, rules) => walk(parse(html), rules, TO_EDITOR)

const emptyEnds = (block) => new RegExp(`^(<${block}>(<br>|&nbsp;|\\s)*</${block}>)+|(<${block}>(<br>|&nbsp;|\\s)*</${block}>)+$`, 'g')
/** As it is kept: without empty ends, and bare where H5P keeps one line bare. */
export const toKeep = (html, rules) => {
  const clean = walk(parse(html), rules, {}).replace(new RegExp(`<br></${rules.block}>`, 'g'), `</${rules.block}>`).replace(emptyEnds(rules.block), '').trim()
  const only = new RegExp(`^<${rules.block}>((?:(?!</?${rules.block}>).)*)</${rules.block}>$`, 's').exec(clean)
  return rules.bare && only ? only[1] : clean
}
