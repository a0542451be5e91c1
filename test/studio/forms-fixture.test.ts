import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { zipOf } from '../h5p/store-world.js'
import { aWorld, axeFaults, ready, saved, type World } from './contents-world.js'

/** A library that is nothing but fields: one of each kind, with all that H5P's semantics may say of it. */
const SEMANTICS = [
  { name: 'line', type: 'text', label: 'Line', importance: 'high', placeholder: 'Like this', description: 'One line.', maxLength: 40, important: { description: '<p>Read <b>this</b>.</p>', example: 'So' } },
  { name: 'area', type: 'text', widget: 'textarea', label: 'Area', optional: true },
  { name: 'rich', type: 'text', widget: 'html', label: 'Rich', tags: ['strong', 'h3', 'table'], optional: true },
  { name: 'amount', type: 'number', label: 'Amount', min: 0, max: 10, steps: 0.5, decimals: 1, default: 2.5 },
  { name: 'yes', type: 'boolean', label: 'Yes', default: true },
  { name: 'mode', type: 'select', label: 'Mode', options: ['a', 'b', 'c', 'd'].map((value) => ({ value, label: `Mode ${value}` })), default: 'b' },
  { name: 'side', type: 'select', widget: 'radioGroup', label: 'Side', options: ['near', 'far', 'both', 'none', 'any'].map((value) => ({ value, label: value })), default: 'far' },
  { name: 'words', type: 'list', label: 'Words', entity: 'word', min: 1, max: 3, defaultNum: 2, field: { name: 'word', type: 'text', label: 'Word' } },
  { name: 'pairs', type: 'list', label: 'Pairs', entity: 'pair', field: { name: 'pair', type: 'group', label: 'Pair', fields: [{ name: 'left', type: 'text', label: 'Left' }, { name: 'right', type: 'text', label: 'Right' }] } },
  { name: 'bunch', type: 'group', label: 'Bunch', fields: [{ name: 'one', type: 'text', label: 'One' }, { name: 'two', type: 'number', label: 'Two', optional: true }] },
  { name: 'single', type: 'group', label: 'Single', fields: [{ name: 'only', type: 'text', label: 'Only' }] },
  { name: 'inner', type: 'library', label: 'Inner', options: ['Keyroom.TrueFalse 1.0', 'H5P.Nowhere 1.0'], optional: true },
  { name: 'picture', type: 'image', label: 'Picture', optional: true }, { name: 'sound', type: 'audio', label: 'Sound', optional: true }, { name: 'film', type: 'video', label: 'Film', optional: true }, { name: 'paper', type: 'file', label: 'Paper', optional: true },
  { name: 'colour', type: 'text', widget: 'colorSelector', label: 'Colour', default: '#ff0000' },
  { name: 'hinted', type: 'text', label: 'Hinted', optional: true, widget: 'showWhen', showWhen: { type: 'or', nullWhenHidden: true, rules: [{ field: 'mode', equals: ['c'] }, { field: 'bunch/one', equals: 'open' }] } },
  { name: 'strange', type: 'text', widget: 'somethingNew', label: 'Strange', optional: true },
  { name: 'board', type: 'group', widget: 'dragQuestion', label: 'Board', optional: true, fields: [{ name: 'x', type: 'text' }, { name: 'y', type: 'text' }] },
  { name: 'quiet', type: 'text', label: 'Quiet', importance: 'low', optional: true },
  { name: 'hidden', type: 'text', widget: 'none', label: 'Hidden', default: 'secret' },
  { name: 'retry', type: 'text', label: 'Retry button', default: 'Retry', common: true }, { name: 'check', type: 'text', label: 'Check button', default: 'Check', common: true },
]
const MANIFEST = { title: 'Every field', machineName: 'Test.Every', majorVersion: 1, minorVersion: 0, patchVersion: 0, runnable: 1, author: 'test', license: 'MIT', preloadedJs: [{ path: 'every.js' }] }

let world: World
let page: Page
let id: string
beforeAll(async () => {
  world = await aWorld()
  const file = await zipOf([
    { name: 'h5p.json', bytes: JSON.stringify({ title: 'Every field', mainLibrary: 'Test.Every', language: 'und', embedTypes: ['div'], license: 'U', preloadedDependencies: [{ machineName: 'Test.Every', majorVersion: 1, minorVersion: 0 }] }) },
    { name: 'content/content.json', bytes: '{}' },
    { name: 'Test.Every-1.0/library.json', bytes: JSON.stringify(MANIFEST) },
    { name: 'Test.Every-1.0/semantics.json', bytes: JSON.stringify(SEMANTICS) },
    { name: 'Test.Every-1.0/every.js', bytes: 'var Test = Test || {}; Test.Every = function () { this.attach = function ($c) { $c.text("here") } }' },
  ])
  id = (await world.authoring.importPackage(world.slug, file, 'u-author', { allowLibraries: true })).id
  page = await world.open(`/studio/${world.run}/contents/${id}`)
  await ready(page)
}, 120_000)

const at = (field: string): string => `#f-params-${field.replaceAll('.', '-')}`
const params = async (): Promise<Record<string, unknown>> => {
  await saved(page)
  return (await world.authoring.get(world.slug, id)).params as Record<string, unknown>
}

describe('a form of every kind of field', () => {
  it('begins with what the semantics says it begins with', async () => {
    expect(await params()).toEqual({ amount: 2.5, yes: true, mode: 'b', side: 'far', words: [null, null], pairs: [{}], bunch: {}, colour: '#ff0000', hidden: 'secret', retry: 'Retry', check: 'Check' })
  })
  it('has a control of its kind for each, and says what each is for', async () => {
    const tags = { line: 'INPUT', area: 'TEXTAREA', rich: 'DIV', amount: 'INPUT', yes: 'INPUT', mode: 'SELECT', side: 'DIV', words: 'DIV', colour: 'INPUT', strange: 'INPUT', 'bunch.one': 'INPUT', 'bunch.two': 'INPUT', single: 'INPUT', 'words.0': 'INPUT' }
    for (const [field, tag] of Object.entries(tags)) expect([field, await page.locator(at(field)).evaluate((control) => control.tagName)]).toEqual([field, tag])
    expect(await page.getAttribute(at('line'), 'placeholder')).toBe('Like this')
    expect(await page.getAttribute(at('line'), 'aria-describedby')).toContain('f-params-line-hint')
    expect(await page.locator('.f-help').first().textContent()).toContain('Read this.')
    expect(await page.locator(`${at('side')} input[type=radio]`).count()).toBe(5)
    for (const kind of ['picture', 'sound', 'film', 'paper']) expect(await page.locator(`${at(kind)}-file`).count()).toBe(1)
    expect(await page.locator(at('hidden')).isVisible()).toBe(false)
  })
  it('gathers the small print: «More» and «Texts and translations» are closed until wanted', async () => {
    expect(await page.locator(at('quiet')).count() + await page.locator(at('retry')).count()).toBe(0)
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('button', { name: 'Texts and translations' }).click()
    expect(await page.inputValue(at('retry'))).toBe('Retry')
    await page.fill(at('quiet'), 'shh')
    await page.fill(at('check'), 'Look')
  })
  it('keeps what is written in each as H5P writes it', async () => {
    await page.fill(at('line'), 'a line')
    await page.fill(at('area'), 'two\nlines')
    await page.click(at('rich'))
    await page.keyboard.type('rich')
    await page.fill(at('amount'), '7.5')
    await page.click(`label:has(${at('yes')})`)
    await page.selectOption(at('mode'), 'd')
    await page.locator(at('side')).getByText('both').click()
    await page.fill(at('words.0'), 'w')
    await page.fill(at('pairs.0.left'), 'l')
    await page.fill(at('bunch.one'), 'b')
    await page.fill(at('single'), 'only')
    await page.fill(at('colour'), '#00ff00')
    await page.fill(at('strange'), 'plain')
    expect(await params()).toMatchObject({
      line: 'a line', area: 'two\nlines', rich: 'rich', amount: 7.5, yes: false, mode: 'd', side: 'both', words: ['w', null], pairs: [{ left: 'l' }], bunch: { one: 'b' }, single: 'only', colour: '#00ff00', strange: 'plain', quiet: 'shh', check: 'Look', hidden: 'secret',
    })
  })
  it('shows and hides by any of its rules, and forgets what is hidden where that is asked', async () => {
    expect(await page.locator(at('hinted')).isVisible()).toBe(false)
    await page.fill(at('bunch.one'), 'open')
    await page.fill(at('hinted'), 'seen')
    expect((await params()).hinted).toBe('seen')
    await page.fill(at('bunch.one'), 'shut')
    expect(await page.locator(at('hinted')).isVisible()).toBe(false)
    expect((await params()).hinted).toBeUndefined()
    await page.selectOption(at('mode'), 'c')
    expect(await page.locator(at('hinted')).isVisible()).toBe(true)
  })
  it('takes no more rows than it may, and no fewer', async () => {
    await page.click(`${at('words')}-add`)
    expect(await page.isDisabled(`${at('words')}-add`)).toBe(true)
    await page.getByRole('button', { name: 'Remove: Word 3' }).click()
    await page.getByRole('button', { name: 'Remove: Word 2' }).click()
    expect(await page.isDisabled('[aria-label="Remove: Word 1"]')).toBe(true)
    expect((await params()).words).toEqual(['w'])
  })
  it('offers the types inside that are installed, and puts a film’s address where a film may be elsewhere', async () => {
    await page.locator(at('inner')).getByRole('button', { name: 'True or false' }).click()
    await page.waitForSelector(`${at('inner')}-params-question`)
    await page.fill(`${at('film')} input[type=url]`, 'https://youtu.be/abc')
    await page.locator(at('film')).getByRole('button', { name: 'Take it' }).click()
    expect(await params()).toMatchObject({ inner: { library: 'Keyroom.TrueFalse 1.0' }, film: [{ path: 'https://youtu.be/abc', mime: 'video/YouTube' }] })
  })
  it('says plainly of what only Joubel’s editor can do, and where to get it', async () => {
    const said = await page.locator(at('board')).innerText()
    expect(said).toContain('Joubel’s H5P editor')
  })
  it('has no fault that axe finds', async () => expect(await axeFaults(page)).toEqual([]))
})
