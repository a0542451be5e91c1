import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser'
import { describe, expect, it } from 'vitest'
import { LANGS, readCatalogue } from '../../src/infra/index.js'
import { ROOT } from '../support/root.js'

const dir = path.join(ROOT, 'locales')
const english = readCatalogue(dir, 'en')
/** Names and marks that are the same in every language. */
const SAME = /^[\p{P}\p{S}\d\s]*$|^Keyroom$|^(XP|TIP|DOK|CSV|H5P|LMS|LinkedIn|Open Badges)\b/u
const isWords = (text: string): boolean => /\p{L}{2,}/u.test(text.replace(/\{[^]*\}/gu, '')) && !SAME.test(text)

const argumentsIn = (elements: MessageFormatElement[]): string[] =>
  elements.flatMap((element) => {
    if (element.type === TYPE.literal || element.type === TYPE.pound) return []
    if (element.type === TYPE.select || element.type === TYPE.plural) return [element.value, ...Object.values(element.options).flatMap((option) => argumentsIn(option.value))]
    if (element.type === TYPE.tag) return argumentsIn(element.children)
    return [element.value]
  })
const namesIn = (text: string): string[] => [...new Set(argumentsIn(parse(text, { ignoreTag: true })))].sort()

describe.each(LANGS.filter((lang) => lang !== 'en'))('the catalogue in %s', (lang) => {
  const own = readCatalogue(dir, lang)
  it('has the sentences that English has, and no others', () => {
    expect([...own.keys()].filter((key) => !english.has(key))).toEqual([])
    expect([...english.keys()].filter((key) => !own.has(key))).toEqual([])
  })
  it('takes the same values in each', () => {
    const differing = [...english].filter(([key, text]) => JSON.stringify(namesIn(text)) !== JSON.stringify(namesIn(own.get(key) ?? ''))).map(([key]) => key)
    expect(differing).toEqual([])
  })
  it('is translated', () => {
    const copied = [...english].filter(([key, text]) => isWords(text) && own.get(key) === text).map(([key]) => key)
    expect(copied).toEqual([])
  })
})

it('every sentence that a view or a script of the server asks for by name is there', () => {
  const files = (folder: string, ending: RegExp): string[] =>
    readdirSync(path.join(ROOT, folder), { recursive: true }).map(String).filter((name) => ending.test(name)).map((name) => path.join(ROOT, folder, name))
  const asked = [...files('views', /\.eta$/), ...files('src', /\.ts$/)].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bt\(\s*'([a-z][\w-]*(?:\.[\w-]+)+)'/g)].map(([, key = '']) => ({ key, file: path.relative(ROOT, file) })),
  )
  expect(asked.length).toBeGreaterThan(50)
  expect(asked.filter(({ key }) => !english.has(key))).toEqual([])
})

it('every refusal has a title and a mend', () => {
  const codes = readdirSync(path.join(ROOT, 'src'), { recursive: true }).map(String).filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...readFileSync(path.join(ROOT, 'src', name), 'utf8').matchAll(/code = '([a-z\d-]+)\/([a-z-]+)'|^ {2}'(lti)\/([a-z-]+)': \d/gm)])
    .map(([, file, name, ltiFile, ltiName]) => `${file ?? ltiFile}.problems.${name ?? ltiName}`)
  expect(codes.length).toBeGreaterThan(20)
  expect([...codes, 'infra.problems.unforeseen', 'infra.problems.malformed', 'infra.problems.too-large'].flatMap((code) => [`${code}.title`, `${code}.mend`]).filter((key) => !english.has(key))).toEqual([])
})
