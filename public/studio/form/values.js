/** What a form is made of, without a page: parameters, where fields lie in them, what they begin with, when they show. */

export const at = (value, path) => path.reduce((inside, part) => inside?.[part], value)

/** The same with one thing changed; what isn't on the way there is shared, so that a hundred steps back cost little. */
export const put = (value, [part, ...rest], fresh) => {
  if (part === undefined) return fresh
  const copy = Array.isArray(value) ? [...value] : typeof part === 'number' && value === undefined ? [] : { ...value }
  const inside = put(value?.[part], rest, fresh)
  if (inside === undefined && !Array.isArray(copy)) delete copy[part]
  else copy[part] = inside
  return copy
}

/** A name for what has none yet: answers are kept by it. */
export const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** A copy of a row; the contents inside it get names of their own. */
export const copyOf = (value) => {
  if (Array.isArray(value)) return value.map(copyOf)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copyOf(each)]))
  if (typeof copy.library === 'string' && copy.subContentId) copy.subContentId = newId()
  return copy
}

/** Contents inside that have no name, or another's: a file written by hand. Answers couldn't be kept apart. */
export const withIds = (value, seen = new Set()) => {
  if (Array.isArray(value)) {
    const fresh = value.map((each) => withIds(each, seen))
    return fresh.every((each, index) => each === value[index]) ? value : fresh
  }
  if (typeof value !== 'object' || value === null) return value
  const isInside = typeof value.library === 'string' && 'params' in value
  const id = isInside && (typeof value.subContentId !== 'string' || value.subContentId === '' || seen.has(value.subContentId)) ? newId() : value.subContentId
  if (isInside) seen.add(id)
  const entries = Object.entries(value).map(([key, each]) => [key, withIds(each, seen)])
  if (id === value.subContentId && entries.every(([key, each]) => each === value[key])) return value
  return { ...Object.fromEntries(entries), ...(isInside ? { subContentId: id } : {}) }
}

/** H5P writes a group of one field as that field alone. */
export const onlyField = ({ type, fields = [], isSubContent }) => (type === 'group' && fields.length === 1 && !isSubContent ? fields[0] : undefined)

const clone = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

const startOfList = (field) => {
  if (Array.isArray(field.default)) return clone(field.default)
  const rows = field.defaultNum ?? field.min ?? (field.optional ? 0 : 1)
  return Array.from({ length: Math.min(rows, field.max ?? rows) }, () => startOf(field.field) ?? null)
}

/** What a field holds before anyone has touched it; undefined: nothing. */
export const startOf = (field) => {
  const only = onlyField(field)
  if (only) return startOf(only)
  switch (field.type) {
    case 'group':
      // One that may be left out begins when something is written in it.
      if (field.optional && field.default === undefined) return undefined
      return field.default === undefined ? startOfAll(field.fields ?? []) : clone(field.default)
    case 'list':
      return startOfList(field)
    case 'boolean':
      return field.default ?? (field.optional ? undefined : false)
    default:
      return clone(field.default)
  }
}
export const startOfAll = (fields) => Object.fromEntries(fields.map((field) => [field.name, startOf(field)]).filter(([, value]) => value !== undefined))

/** Where a field's value lies below its group. */
export const pathIn = (scope, field) => (scope.single ? scope.path : [...scope.path, field.name])

/** `../behaviour/mode`, seen from a group: the path of what is meant. */
const findPath = (scope, way) => {
  let here = scope
  const parts = way.split('/')
  while (parts[0] === '..') {
    here = here?.parent
    parts.shift()
  }
  let path
  let fields = here?.fields
  let single = here?.single
  for (const part of parts) {
    const field = fields?.find(({ name }) => name === part)
    if (!field) return undefined
    path = single ? (path ?? here.path) : [...(path ?? here.path), part]
    fields = field.fields
    single = Boolean(onlyField(field))
  }
  return path
}

const meets = (value, { equals }) => {
  const wanted = Array.isArray(equals) ? equals : [equals]
  const is = typeof value === 'object' && value !== null && typeof value.library === 'string' ? value.library : value
  return wanted.some((each) => each === is || String(each) === String(is ?? ''))
}

/** Whether a field shows, now that the others hold what they hold. */
export const shows = (field, scope, root) => {
  if (field.widget === 'none') return false
  const { rules = [], type = 'and' } = field.showWhen ?? {}
  if (rules.length === 0) return true
  const met = rules.map((rule) => {
    const path = findPath(scope, rule.field)
    // A rule about a field that isn't there hides nothing.
    return path === undefined || meets(at(root, path), rule)
  })
  return type === 'or' ? met.some(Boolean) : met.every(Boolean)
}

const NO_WORDS = new Set(['library', 'subContentId', 'path', 'mime', 'copyright', 'license', 'licenseVersion', 'metadata', 'behaviour'])
const FIRST = ['title', 'heading', 'label', 'question', 'text', 'task', 'name', 'term']
const plain = (html) => new DOMParser().parseFromString(html.replace(/<\/(p|li|h\d|div)>/gi, ' '), 'text/html').body.textContent.replace(/\s+/g, ' ').trim()

/** The first words somebody wrote in a value: what a closed row shows of itself. */
export const wordsIn = (value) => {
  if (typeof value === 'string') return ['true', 'false'].includes(value) || /^#[0-9a-f]{3,8}$/i.test(value) ? '' : plain(value)
  if (Array.isArray(value)) return value.map(wordsIn).find(Boolean) ?? ''
  if (typeof value !== 'object' || value === null) return ''
  if (typeof value.library === 'string') return wordsIn(value.params)
  const keys = Object.keys(value).filter((key) => !NO_WORDS.has(key))
  const rank = (key) => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length)
  return keys.sort((a, b) => rank(a) - rank(b)).map((key) => wordsIn(value[key])).find(Boolean) ?? ''
}

/** `params.questions.0.text` and its parts. */
export const nameOf = (path) => path.join('.')
export const idOf = (path) => `f-${path.join('-')}`

const isEmptyHtml = (value) => typeof value === 'string' && value.includes('<') && !/<(img|hr|table)\b/i.test(value) && plain(value) === ''
/** Nobody has written anything here. */
export const isEmpty = (value) => value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0) || isEmptyHtml(value)

/** The fields in the order of the page: the important ones, those under «More», and the words a learner's page needs. */
export const inSections = (fields) => ({
  main: fields.filter(({ common, importance }) => !common && importance !== 'low'),
  more: fields.filter(({ common, importance }) => !common && importance === 'low'),
  common: fields.filter(({ common }) => common),
})

/** Small enough to stand beside a text. */
export const isBeside = ({ type }) => type === 'boolean' || type === 'number'

/** Rows of one line: a short text, and what is switched or counted beside it. */
export const isLine = (field) => {
  const { type, fields = [] } = field ?? {}
  const [first] = fields
  if (type !== 'group' || fields.length < 2 || fields.length > 4 || first?.type !== 'text' || first.widget === 'textarea') return false
  if ((first.tags ?? []).some((tag) => ['table', 'h2', 'h3', 'img', 'blockquote'].includes(tag))) return false
  const others = fields.slice(1)
  return others.some(isBeside) && others.every((each) => isBeside(each) || (each.optional && ['text', 'group'].includes(each.type)))
}

/** A field whose gaps are written between stars says so in its own words. */
export const takesGaps = ({ type, keyroom, description = '', important = {} }) =>
  type === 'text' && (keyroom === 'gaps' || /(^|[^*])\*[^\s*][^*]*\*/.test(`${description} ${important.description ?? ''} ${important.example ?? ''}`))

/** `*one/another:tip*`: the gaps of a text as they are read. */
export const gapsIn = (text) =>
  [...plain(text ?? '').matchAll(/\*([^*]+)\*/g)].map(([, inside]) => {
    const [answers, ...tip] = inside.split(/(?<!\\):/)
    return { answers: answers.split(/(?<!\\)\//).map((answer) => answer.replace(/\\([/:])/g, '$1').trim()).filter(Boolean), tip: tip.join(':').trim() }
  })
