import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anAdmin, packageOf, type AdminWorld, type Library } from './admin-world.js'

const TEXT = { name: 'text', type: 'text', label: 'Text', widget: 'html', tags: ['p', 'strong'] }
const place = (name: string, options: string[]) => ({ name, type: 'library', label: name, options })
const semantics = (...fields: object[]): string => JSON.stringify(fields)
const column = (minorVersion: number, options: string[], files: Record<string, string> = {}): Library => ({
  machineName: 'Test.Column', majorVersion: 1, minorVersion,
  files: { 'semantics.json': semantics({ name: 'content', type: 'list', label: 'Content', field: { name: 'each', type: 'group', label: 'Each', fields: [place('content', options), { name: 'line', type: 'text', label: 'Line' }] } }), ...files },
})
/** The text moves: what was `text` is `said` since 1.1, and has a mark since 1.3. */
const STEPS = `var H5PUpgrades = H5PUpgrades || {}
H5PUpgrades['Test.Quiz'] = { 1: {
  1: function (params, finished) {
    if (params.text === 'refuse') return finished('no way from here')
    if (params.text === 'silly') throw new Error('it fell over')
    params.said = params.text
    delete params.text
    finished(null, params)
  },
  3: { contentUpgrade: function (params, finished, extras) {
    params.said += '!'
    extras.metadata.title += ' (1.3)'
    finished(null, params, extras)
  } },
  4: function (params, finished) { finished('that far it must not go') },
} }`
const quiz = (minorVersion: number, files: Record<string, string> = {}): Library => ({ machineName: 'Test.Quiz', majorVersion: 1, minorVersion, files })
const OLD = [quiz(0), column(0, ['Test.Quiz 1.0', 'Test.Quiz 1.3', 'Test.Part 1.0']), { ...column(0, ['Test.Quiz 1.0']), machineName: 'Test.Narrow' }, { machineName: 'Test.Film', majorVersion: 1, minorVersion: 0, files: { 'semantics.json': semantics(place('first', ['Test.Column 1.0'])) } }]
const NEW = [quiz(3, { 'upgrades.js': STEPS, 'semantics.json': semantics({ ...TEXT, name: 'said' }) })]

/** A content that stands inside another. */
const inside = (library: string, params: object, title = 'Part') => ({ library, params, subContentId: 'a3b1c0de-0000-4000-8000-000000000001', metadata: { title, contentType: 'Any', license: 'U' } })
const quizInside = (text: string, version = '1.0') => inside(`Test.Quiz ${version}`, { text })
const columnOf = (...parts: object[]) => ({ content: parts.map((content, index) => ({ content, line: `line ${index}` })) })

let world: AdminWorld
let browser: Browser
beforeAll(async () => {
  const { launchChromium } = (await import('../../scripts/chromium.mjs' as string)) as { launchChromium(): Promise<Browser> }
  ;[world, browser] = await Promise.all([anAdmin(), launchChromium()])
  await world.upload(await packageOf(OLD))
})
afterAll(() => browser?.close())

const draft = async (title: string, library: string, params: object): Promise<string> => (await world.h5p.authoring.create('one', { library, title, params }, 'ana')).id
const draftNow = (id: string) => world.h5p.authoring.get('one', id)
const openPage = async (from: string, to: string): Promise<Page> => {
  const context = await browser.newContext()
  const [name = '', value = ''] = world.cookie.split(/=(.*)/s)
  await context.addCookies([{ name, value, url: world.url }])
  const page = await context.newPage()
  await page.goto(`${world.url}/admin/h5p/upgrade?${new URLSearchParams({ from, to }).toString()}`)
  return page
}
/** Presses the button and waits until each draft says what became of it. */
const bring = async (from: string, to: string): Promise<{ said: (title: string) => string; around: string; result: string; button: string }> => {
  const page = await openPage(from, to)
  await page.getByRole('button', { name: /^Bring \d+ draft/ }).click()
  await page.waitForFunction(() => [...document.querySelectorAll('#drafts .state-of')].every((each) => each.textContent))
  const lines = await page.locator('#drafts li').allInnerTexts()
  const around = await page.locator('.page-head').innerText()
  await page.locator('#upgrade-said:not(:empty)').waitFor()
  const [result, button] = [await page.locator('#upgrade-said').innerText(), await page.locator('#upgrade').innerText()]
  expect(await page.locator('#upgrade-bar').isVisible()).toBe(false)
  await page.context().close()
  return { result, button, said: (title) => lines.find((line) => line.startsWith(title))?.replace(/\s+/g, ' ') ?? '', around }
}

describe('a newer version of a type', () => {
  it('reaches drafts that hold it anywhere, by the type’s own code; each says what became of it, and the metadata names what is inside now', async () => {
    const own = await draft('Own', 'Test.Quiz 1.0', { text: 'alone' })
    const held = await draft('Held', 'Test.Column 1.0', columnOf(quizInside('first'), quizInside('second')))
    const deep = await draft('Deep', 'Test.Film 1.0', { first: inside('Test.Column 1.0', columnOf(quizInside('deep'))) })
    const bad = await draft('Refused', 'Test.Column 1.0', columnOf(quizInside('refuse')))
    const silly = await draft('Fallen', 'Test.Column 1.0', columnOf(quizInside('silly')))
    const narrow = await draft('Narrow', 'Test.Narrow 1.0', columnOf(quizInside('stays')))
    const mixed = await draft('Mixed', 'Test.Column 1.0', columnOf(quizInside('taken'), inside('Test.Narrow 1.0', columnOf(quizInside('not taken')))))
    await world.upload(await packageOf(NEW))
    const list = (await world.get('/admin/h5p/')).text
    expect(list).toContain('Bring 7 drafts to Test.Quiz 1.3')

    const { said, result, button } = await bring('Test.Quiz 1.0', 'Test.Quiz 1.3')
    expect([result, button]).toEqual(['4 of 7 done', 'Try the rest again'])
    expect(said('Own')).toBe('Own Done. New in it: Test.Quiz 1.3')
    expect(said('Held')).toBe('Held inside Test.Column 1.0 Done. New in it: Test.Quiz 1.3')
    expect(said('Deep')).toContain('Done. New in it: Test.Quiz 1.3')
    expect(said('Refused')).toContain('The type’s code could not do it: no way from here')
    expect(said('Fallen')).toContain('The type’s code could not do it: it fell over')
    expect(said('Narrow')).toContain('Not changed: Test.Narrow 1.0 takes no newer one.')

    expect(await draftNow(own)).toMatchObject({ library: 'Test.Quiz 1.3', params: { said: 'alone!' } })
    const now = await draftNow(held)
    expect(now).toMatchObject({ library: 'Test.Column 1.0', title: 'Held', revision: 2 })
    expect(now.params).toMatchObject(columnOf(...['first!', 'second!'].map((text) => ({ ...inside('Test.Quiz 1.3', { said: text }, 'Part (1.3)') }))))
    expect(now.metadata).toMatchObject({
      title: 'Held', mainLibrary: 'Test.Column',
      preloadedDependencies: [{ machineName: 'Test.Column', majorVersion: 1, minorVersion: 0 }, { machineName: 'Test.Quiz', majorVersion: 1, minorVersion: 3 }],
    })
    expect((await draftNow(deep)).params).toMatchObject({ first: { library: 'Test.Column 1.0', params: columnOf({ library: 'Test.Quiz 1.3', params: { said: 'deep!' } }) } })
    for (const untouched of [bad, silly, narrow]) expect((await draftNow(untouched)).revision).toBe(1)
    expect(said('Mixed')).toContain('Done. New in it: Test.Quiz 1.3 In some places the older one stays')
    expect(JSON.stringify((await draftNow(mixed)).params)).toMatch(/taken!.*"not taken"/)
  })
  it('brings along what stands inside, as far as its places ask; what is newer than they take stays, and says so', async () => {
    const held = await draft('Both', 'Test.Column 1.0', columnOf(quizInside('within'), inside('Test.Part 1.0', {})))
    const ahead = await draft('Ahead', 'Test.Column 1.0', columnOf(inside('Test.Quiz 1.4', { said: 'far' })))
    await world.upload(await packageOf([quiz(4), column(1, ['Test.Quiz 1.3'])]))
    const { said } = await bring('Test.Column 1.0', 'Test.Column 1.1')
    expect(said('Both')).toContain('It would need Test.Part 1.0')
    expect(said('Ahead')).toContain('Not changed: Test.Quiz 1.4 inside is newer than its place takes (Test.Column 1.1).')
    expect((await draftNow(ahead)).revision).toBe(1)

    await world.upload(await packageOf([{ machineName: 'Test.Part', majorVersion: 1, minorVersion: 0 }]))
    // The part is here now, but a newer Column has no place for it: for its author to see.
    expect((await bring('Test.Column 1.0', 'Test.Column 1.1')).said('Both')).toMatch(/^Both Done\. New in it: Test\.Column 1\.1, Test\.Quiz 1\.3 Its author should look at content\.1\.content/)
    expect(await draftNow(held)).toMatchObject({ library: 'Test.Column 1.1', params: columnOf({ library: 'Test.Quiz 1.3', params: { said: 'within!' } }, { library: 'Test.Part 1.0' }) })
  })
  it('leaves what is published as it is; the page says so, and the old version can’t be removed', async () => {
    const text = 'for good'
    await world.h5p.addContent('published-one', {
      h5p: { title: 'Published', mainLibrary: 'Test.Film', preloadedDependencies: [{ machineName: 'Test.Film', majorVersion: 1, minorVersion: 0 }] },
      content: { first: inside('Test.Column 1.0', columnOf(quizInside(text))) }, files: new Map(),
    })
    const late = await draft('Late', 'Test.Quiz 1.0', { text: 'late' })
    expect((await world.get('/admin/h5p/')).text).toContain('What is published never changes')
    const { around, said } = await bring('Test.Quiz 1.0', 'Test.Quiz 1.3')
    expect(around).toContain('1 published content keeps Test.Quiz 1.0')
    expect([said('Late'), (await draftNow(late)).library]).toEqual(['Late Done. New in it: Test.Quiz 1.3', 'Test.Quiz 1.3'])
    expect(await world.h5p.exportPackage('published-one')).toBeTruthy()
    const refused = await world.post('/admin/h5p/remove', { library: 'Test.Quiz 1.0' })
    expect(refused.body).toMatchObject({ type: '/problems/admin/library-in-use', detail: expect.stringContaining('“Published”') as string })
  })
  it('a draft that somebody saved meanwhile, or that holds nothing newer, isn’t written over', async () => {
    const id = await draft('Busy', 'Test.Column 1.0', columnOf(quizInside('mine')))
    const change = { draft: id, from: 'Test.Quiz 1.0', to: 'Test.Quiz 1.3' }
    const newer = columnOf(inside('Test.Quiz 1.3', { said: 'theirs' }))
    await world.h5p.authoring.save('one', id, { revision: 1, params: columnOf(quizInside('saved')) }, 'ben')
    expect((await world.post('/admin/h5p/upgrade', { ...change, revision: 1, params: newer })).body).toMatchObject({ type: '/problems/h5p/stale-draft' })
    expect((await world.post('/admin/h5p/upgrade', { ...change, revision: 2, params: columnOf(quizInside('same')) })).body).toMatchObject({ type: '/problems/admin/upgrade-refused' })
    expect((await world.post('/admin/h5p/upgrade', { ...change, revision: 2, params: columnOf(inside('Test.Quiz 1.3', {}), inside('No.Such 1.0', {})) })).body).toMatchObject({ type: '/problems/admin/upgrade-lacks' })
    expect((await draftNow(id)).params).toMatchObject(columnOf({ params: { text: 'saved' } }))
  })
})
