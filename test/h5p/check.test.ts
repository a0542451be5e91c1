import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleanParams } from '../../src/h5p/authoring/index.js'
import { makeCheck } from '../../src/h5p/check.js'
import { parseSemantics, type Field } from '../../src/h5p/semantics.js'
import { questionsIn } from '../../src/h5p/scoring/index.js'
import { ROOT } from '../support/root.js'

const FIELDS: Record<string, Field[]> = Object.fromEntries(Object.entries({
  'H5P.Box 1.2': [{ name: 'title', type: 'text', optional: true }, { name: 'inside', type: 'library', options: ['H5P.Part 1.16'], optional: true }, { name: 'parts', type: 'list', optional: true, max: 2, field: { name: 'part', type: 'library', options: ['H5P.Part 1.16', 'H5P.Box 1.2'] } }],
  'H5P.Part 1.16': [{ name: 'text', type: 'text', widget: 'html', tags: ['p'], optional: true }],
}).map(([library, fields]) => [library, parseSemantics(JSON.stringify(fields))]))
const semantics = { get: (library: string) => FIELDS[library] }
const check = makeCheck(semantics)
const EVIL = '<p>a<img src=x onerror=alert(1)></p>'
const part = (library: string) => ({ library, subContentId: 'one', params: { text: EVIL } })

/** H5P's core cuts a name at its spaces and dots: all of these are «H5P.Part 1.16» to a browser. */
const LOOSE = ['H5P.Part 1.16 y', 'H5P.Part 1.16.5', 'H5P.Part 01.16', 'H5P.Part 1.16\n', 'H5P.Part 1.16 H5P.Box 1.2']

describe('a name that only begins like a type’s', () => {
  it.each(LOOSE)('%j brings nothing in, wherever it stands, and is told of there', (library) => {
    for (const [path, params] of [['inside', { inside: part(library) }], ['parts.0', { parts: [part(library)] }], ['parts.0.params.inside', { parts: [{ library: 'H5P.Box 1.2', params: { inside: part(library) } }] }], ['nowhere.x', { nowhere: { x: part(library) } }], ['title', { title: part(library) }]] as const) {
      expect(JSON.stringify(cleanParams(semantics, 'H5P.Box 1.2', params))).not.toContain('onerror')
      expect(JSON.stringify(cleanParams(semantics, 'H5P.Box 1.2', params))).not.toContain('<p>a')
      expect(check('H5P.Box 1.2', params)).toContainEqual({ path, message: 'must name a library' })
    }
  })
  it.each(LOOSE)('%j is no content of its own', (library) => {
    expect(JSON.stringify(cleanParams(semantics, library, { text: EVIL }))).not.toContain('onerror')
    expect(check(library, {})).toEqual([{ path: '', message: 'must name a library' }])
  })
})

describe('a type that isn’t installed', () => {
  const message = 'H5P.Absent 1.2 is not installed: ask your administrator to install it'
  it('is named, with the mend, as the whole and inside', () => {
    expect(check('H5P.Absent 1.2', {})).toEqual([{ path: '', message }])
    expect(check('H5P.Box 1.2', { parts: [{ library: 'H5P.Absent 1.2', params: {} }] })).toContainEqual({ path: 'parts.0.params', message })
    expect(check('H5P.Box 1.2', { inside: { library: 'H5P.Absent 1.2' } })).toContainEqual({ path: 'inside.params', message })
    expect(check('H5P.Box 1.2', { nowhere: [{ library: 'H5P.Absent 1.2', params: {} }] })).toEqual([{ path: 'nowhere.0', message }])
  })
  it('a place still open is no fault', () => expect(check('H5P.Box 1.2', { inside: {}, parts: [{ library: '', params: {} }] })).toEqual([]))
})

describe('what has another shape than its field', () => {
  it.each([
    ['a list where text belongs', { title: [EVIL] }], ['text where a content belongs', { inside: EVIL }], ['what no field speaks of', { other: { deep: [EVIL] } }], ['text where a list belongs', { parts: EVIL }],
    ['a content’s own title', { inside: { library: 'H5P.Part 1.16', params: {}, metadata: { title: EVIL } } }],
  ])('holds nothing that runs either: %s', (_what, params) => expect(JSON.stringify(cleanParams(semantics, 'H5P.Box 1.2', params))).not.toContain('onerror'))
  it.each(['select', 'number', 'boolean', 'image', 'file', 'video', 'audio', 'theirOwn'])('in a field of type %s, too; what fits stays as it is', (type) => {
    const clean = (value: unknown) => cleanParams({ get: () => parseSemantics(JSON.stringify([{ name: 'it', type, ...(type === 'select' ? { options: ['<', '<='] } : {}) }])) }, 'H5P.Other 1.0', { it: value })
    for (const evil of [EVIL, [EVIL], { path: `x"><img src=x onerror=alert(1)>`, mime: EVIL }]) expect(JSON.stringify(clean(evil))).not.toMatch(/<img|\\">/)
    const fits = { select: '<=', number: 1.5, boolean: false }[type] ?? { path: 'https://films.example/a?b=1&c=2', mime: 'video/mp4', copyright: { title: 'A & B' } }
    expect(clean(fits)).toEqual(type === 'theirOwn' ? { it: { ...(fits as object), path: 'https://films.example/a?b=1&amp;c=2', copyright: { title: 'A &amp; B' } } } : { it: fits })
  })
})

describe('a field of another’s type', () => {
  const faults = (field: object, value: unknown) => makeCheck({ get: () => parseSemantics(JSON.stringify([{ name: 'it', ...field }])) })('H5P.Other 1.0', { it: value })
  it.each([
    [{ type: 'number', min: 2 }, 1, 'must not be less than 2'],
    [{ type: 'number', max: 2 }, '3', 'must not be more than 2'],
    [{ type: 'number', decimals: 0 }, 1.5, 'must not have more than 0 decimals'],
    [{ type: 'number', step: 5 }, 8, 'must go in steps of 5'],
    [{ type: 'text', maxLength: 3 }, 'abcd', 'must not be longer than 3 characters'],
    [{ type: 'text', regexp: { pattern: '^\\d+$', modifiers: 'i' } }, 'x', 'must be of the form asked for'],
    [{ type: 'text', regexp: { pattern: '^(a+)+$' } }, `${'a'.repeat(5000)}b`, 'must be of the form asked for'],
    [{ type: 'select', options: [{ value: 'a', label: 'A' }, 'b'] }, 'c', 'must be one of a, b'],
    [{ type: 'select', multiple: true, options: ['a', 'b'] }, ['a', 'c'], 'must be one of a, b'],
    [{ type: 'list', min: 2, field: { type: 'text' } }, ['a'], 'needs 2 at least'],
    [{ type: 'list', max: 1, field: { type: 'text' } }, ['a', 'b'], 'must not have more than 1'],
    [{ type: 'text' }, undefined, 'is missing'],
    [{ type: 'library', options: ['H5P.Part 1.16'] }, '', 'is missing'],
  ])('asks for more than its shape, which is said and refuses nothing: %j', (field, value, message) => expect(faults(field, value)).toEqual([{ path: 'it', message, soft: true }]))
  it.each([
    [{ type: 'number', min: 1, max: 2, decimals: 1 }, '1.5'], [{ type: 'text', maxLength: 3 }, 'a&amp;b'], [{ type: 'text', optional: true }, ''], [{ type: 'text', default: 'a' }, undefined], [{ type: 'text', widget: 'showWhen' }, undefined], [{ type: 'number', widget: 'none' }, undefined], [{ type: 'group', optional: true, fields: [{ name: 'a', type: 'group', fields: [{ name: 'b', type: 'text' }, { name: 'c', type: 'text' }] }, { name: 'd', type: 'text' }] }, { a: {} }],
    [{ type: 'select', options: [] }, ['7']], [{ type: 'select', options: ['1'] }, 1], [{ type: 'text', regexp: { pattern: '(?P<php>a)' } }, 'b'], [{ type: 'text', regexp: { pattern: 'A', modifiers: 'ii' } }, 'a'], [{ type: 'list' }, undefined], [{ type: 'image' }, undefined],
  ])('is content with %j', (field, value) => expect(faults(field, value)).toEqual([]))
  it.each([[{ type: 'text' }, {}], [{ type: 'number' }, 'x'], [{ type: 'boolean' }, []], [{ type: 'select', options: ['a'] }, [{}]], [{ type: 'list' }, 'a'], [{ type: 'group', fields: [{ name: 'a', type: 'text' }, { name: 'b', type: 'text' }] }, 'x'], [{ type: 'file' }, 'x']])('is refused where its shape is wrong: %j', (field, value) => {
    expect(faults(field, value).filter(({ soft }) => !soft)).toHaveLength(1)
  })
  it('says of a content inside that it has no place there', () => {
    const message = 'H5P.Box 1.2 doesn’t belong here'
    expect(check('H5P.Box 1.2', { inside: { library: 'H5P.Box 1.2', params: {} } })).toEqual([{ path: 'inside.library', message, soft: true }])
  })
})

it('a pattern that would take for ever is broken off, and asks for nothing', () => {
  const endless = makeCheck({ get: () => parseSemantics(JSON.stringify([{ name: 'text', type: 'text', regexp: { pattern: '^(a+)+$' } }])) })
  expect(endless('H5P.Other 1.0', { text: 'aaa' })).toEqual([])
  expect(endless('H5P.Other 1.0', { text: 'aab' })).toMatchObject([{ path: 'text', soft: true }])
  expect(endless('H5P.Other 1.0', { text: `${'a'.repeat(100)}b` })).toEqual([])
})

describe('what a form of ours has still open', () => {
  const ours = makeCheck({ get: (library) => parseSemantics(readFileSync(path.join(ROOT, 'h5p-content/libraries', library.replace(' ', '-'), 'semantics.json'), 'utf8')) })
  const match = { task: '<p>Which?</p>', pairs: [{ left: 'a', right: 'b' }, { left: 'c', right: 'd' }], categories: [{ cards: [{}] }], extras: ['e', null] }
  it('and nobody is shown, since another answer makes it needless, is no fault, and is played as if it weren’t there', () => {
    expect(ours('Keyroom.Match 1.0', { kind: 'pairs', ...match })).toEqual([])
    expect(ours('Keyroom.Match 1.0', match)).toEqual([]) // as it begins
    expect(questionsIn('Keyroom.Match 1.0', match)).toMatchObject([{ max: 2 }])
  })
  it('is one where it is shown, and what can’t be is one wherever it is', () => {
    expect(ours('Keyroom.Match 1.0', { ...match, kind: 'categories' })).toContainEqual({ path: 'categories.0.title', message: 'is missing' })
    expect(ours('Keyroom.Match 1.0', { ...match, categories: [{ cards: [{ image: { path: '../else.png' } }] }] })).toContainEqual({ path: 'categories.0.cards.0.image.path', message: 'must be a file of this content' })
  })
  it('in a line of a list that may be left open is none', () => {
    expect(ours('Keyroom.Lock 1.0', { prompt: '<p>?</p>', kind: 'words', words: ['open', null, ''] })).toEqual([])
    expect(ours('Keyroom.Lock 1.0', { prompt: '<p>?</p>', kind: 'directions', directions: ['up', null, 'down'] })).toEqual([])
  })
})
