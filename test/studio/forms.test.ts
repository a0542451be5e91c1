import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { aWorld, axeFaults, ready, saved, type World } from './contents-world.js'

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64')
const CHOICE = { question: '<p>Which?</p>', answers: ['one', 'two', 'three', 'four'].map((text, index) => ({ text: `<p>${text}</p>`, correct: index === 0 })) }

let world: World
beforeAll(async () => void (world = await aWorld()), 120_000)

const create = async (type: string, params: object, title = `A ${type}`): Promise<{ id: string; path: string }> => {
  const { id } = await world.authoring.create(world.slug, { library: `Keyroom.${type} 1.0`, title, params }, 'u-author')
  return { id, path: `/studio/${world.run}/contents/${id}` }
}
const openForm = async (type: string, params: object, options: Parameters<World['open']>[1] = {}): Promise<{ page: Page; id: string; path: string }> => {
  const { id, path } = await create(type, params)
  const page = await world.open(path, options)
  await ready(page)
  return { page, id, path }
}
interface Kept { title: string; params: Record<string, unknown>; revision: number; metadata: Record<string, unknown> }
const kept = async (id: string): Promise<Kept> => (await world.authoring.get(world.slug, id)) as unknown as Kept
const answersOf = async (id: string): Promise<string[]> => (await kept(id)).params.answers instanceof Array ? ((await kept(id)).params.answers as { text: string }[]).map(({ text }) => text.replace(/<[^>]*>/g, '')) : []
const write = async (page: Page, path: string, text: string): Promise<void> => {
  await page.click(`#f-params-${path.replaceAll('.', '-')}`)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(text)
}

describe('a list', () => {
  it('is put in order by its buttons and by the arrow keys on a handle, the keyboard stays on what moved, and it is said', async () => {
    const { page, id } = await openForm('Choice', CHOICE)
    await page.focus('#f-params-answers-0-grip')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('f-params-answers-2-grip')
    await expect.poll(() => page.locator('[data-studio=live]').textContent()).toContain('Answer 2 is now 3.')
    await page.click('#f-params-answers-3-up')
    await saved(page)
    expect(await answersOf(id)).toEqual(['two', 'three', 'four', 'one'])
    await page.context().close()
  }, 60_000)
  it('is put in order by dragging', async () => {
    const { page, id } = await openForm('Choice', CHOICE)
    await page.locator('#f-params-answers-3-grip').dragTo(page.locator('#f-params-answers-0-row'), { targetPosition: { x: 60, y: 6 } })
    await saved(page)
    await expect.poll(() => answersOf(id)).toEqual(['four', 'one', 'two', 'three'])
    await page.context().close()
  }, 60_000)
  it('takes copies, whose contents get names of their own, and gives rows back when they are wanted again', async () => {
    const inside = { library: 'Keyroom.TrueFalse 1.0', params: { question: '<p>Yes?</p>', correct: 'true' }, subContentId: 'aaaaaaaa-0000-4000-8000-000000000001' }
    const { page, id } = await openForm('QuestionSet', { questions: [inside] })
    await page.getByRole('button', { name: 'Duplicate: Question 1' }).click()
    await saved(page)
    const [first, second] = (await kept(id)).params.questions as { subContentId: string; params: object }[]
    expect(second?.params).toEqual(first?.params)
    expect(second?.subContentId).not.toBe(first?.subContentId)
    await page.getByRole('button', { name: 'Remove: Question 2' }).click()
    await saved(page)
    expect((await kept(id)).params.questions).toHaveLength(1)
    expect(await page.getByRole('button', { name: 'Remove: Question 1' }).isDisabled()).toBe(true)
    await page.context().close()
  }, 60_000)
  it('closes its rows to a line that says what is in them', async () => {
    const { page } = await openForm('Tips', { tips: ['First', 'Second', 'Third', 'Fourth'].map((title) => ({ title, text: '<p>Because.</p>' })) })
    expect(await page.locator('#f-params-tips > .rows .fold-label').allInnerTexts()).toEqual(['First', 'Second', 'Third', 'Fourth'])
    await page.getByRole('button', { name: 'Open all' }).click()
    await page.fill('#f-params-tips-2-title', 'A better third')
    expect(await page.locator('#f-params-tips-2-name').innerText()).toBe('A better third')
    await page.context().close()
  }, 60_000)
})

describe('what is written', () => {
  it('can be taken back step by step and done again: by keys outside of texts, by buttons always', async () => {
    const { page, id } = await openForm('Choice', CHOICE)
    await page.click('label:has(#f-params-answers-1-correct)')
    await page.getByRole('button', { name: 'Remove: Answer 4' }).click()
    await page.getByRole('button', { name: 'Add answer' }).click()
    await page.locator('[data-studio=undo]').focus()
    for (let step = 0; step < 3; step++) await page.keyboard.press('ControlOrMeta+z')
    await saved(page)
    await expect.poll(() => page.locator('#f-params-answers > .rows > li').count()).toBe(4)
    expect((await kept(id)).params).toEqual(CHOICE)
    expect(await page.locator('[data-studio=undo]').isDisabled()).toBe(true)
    await page.click('[data-studio=redo]')
    await saved(page)
    expect(((await kept(id)).params.answers as { correct?: boolean }[])[1]?.correct).toBe(true)
    await page.context().close()
  }, 60_000)
  it('in a text, the same keys take back letters and nothing else', async () => {
    const { page, id } = await openForm('Choice', CHOICE)
    await page.click('label:has(#f-params-answers-1-correct)')
    await page.click('#f-title')
    await page.keyboard.type('!')
    await page.keyboard.press('ControlOrMeta+z')
    await saved(page)
    expect(((await kept(id)).params.answers as { correct?: boolean }[])[1]?.correct).toBe(true)
    await page.context().close()
  }, 60_000)
  it('is saved by itself, says when, and is there after a reload', async () => {
    const { page, id } = await openForm('Choice', CHOICE)
    await page.fill('#f-title', 'Renamed')
    await write(page, 'question', 'Which one, really?')
    await saved(page)
    expect(await page.locator('[data-studio=status-words]').innerText()).toMatch(/^Saved \d{1,2}:\d\d/)
    await page.reload()
    await ready(page)
    expect(await page.locator('#f-params-question').innerText()).toBe('Which one, really?')
    expect(await kept(id)).toMatchObject({ title: 'Renamed', params: { ...CHOICE, question: '<p>Which one, really?</p>' } })
    await page.context().close()
  }, 60_000)
  it('while the line is down is kept, said to be unsaved, survives a reload, and is saved once the line is back', async () => {
    const { page, id } = await openForm('Choice', CHOICE)
    await page.route('**/contents/**', (route) => (route.request().method() === 'PUT' ? route.abort() : route.fallback()))
    await write(page, 'question', 'Typed in a tunnel')
    await page.waitForSelector('[data-studio=status][data-state=offline]')
    expect(await page.locator('[data-studio=status-words]').innerText()).toContain('Not saved yet')
    page.on('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await ready(page)
    expect(await page.locator('#f-params-question').innerText()).toBe('Typed in a tunnel')
    await page.waitForSelector('[data-studio=status][data-state=offline]')
    await page.unroute('**/contents/**')
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await saved(page)
    expect((await kept(id)).params.question).toBe('<p>Typed in a tunnel</p>')
    await page.context().close()
  }, 60_000)
  it('at the same time by two people is lost by neither: theirs is taken, or mine becomes a copy', async () => {
    const { page, id, path } = await openForm('Choice', CHOICE)
    await world.authoring.save(world.slug, id, { revision: 1, params: { ...CHOICE, question: '<p>Theirs</p>' } }, 'somebody')
    await write(page, 'question', 'Mine')
    await page.waitForSelector('[data-studio=stale]:not([hidden])')
    await page.click('[data-choose=mine]')
    await page.waitForURL((url) => !url.pathname.endsWith(id))
    await ready(page)
    const copy = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    expect((await kept(copy)).params.question).toBe('<p>Mine</p>')
    expect((await kept(id)).params.question).toBe('<p>Theirs</p>')
    await page.goto(`${world.url}${path}`)
    await ready(page)
    await world.authoring.save(world.slug, id, { revision: 2, params: { ...CHOICE, question: '<p>Theirs again</p>' } }, 'somebody')
    await write(page, 'question', 'Mine again')
    await page.click('[data-choose=theirs]')
    await ready(page)
    await expect.poll(() => page.locator('#f-params-question').innerText()).toBe('Theirs again')
    expect((await kept(id)).params.question).toBe('<p>Theirs again</p>')
    await page.context().close()
  }, 60_000)
})

describe('a text with formats', () => {
  it('has the formats of its field alone, by toolbar and keys, and a link beside the text', async () => {
    const { page, id } = await openForm('Choice', CHOICE)
    const bar = page.locator('[data-path="params.question"] .rich-bar')
    expect(await bar.locator('[data-tool]').evaluateAll((tools) => tools.map((tool) => tool.getAttribute('data-tool')))).toEqual(['strong', 'em', 'u', 'sub', 'sup', 'code', 'a', 'ul', 'ol'])
    await write(page, 'question', 'bold')
    await page.keyboard.press('ControlOrMeta+a')
    await bar.locator('[data-tool=strong]').click()
    expect(await bar.locator('[data-tool=strong]').getAttribute('aria-pressed')).toBe('true')
    await bar.locator('[data-tool=a]').click()
    await page.keyboard.type('https://example.org/a')
    await page.keyboard.press('Enter')
    await saved(page)
    expect((await kept(id)).params.question).toMatch(/^<p>(<strong>)?<a href="https:\/\/example\.org\/a"[^>]*>(<strong>)?bold(<\/strong>)?<\/a>(<\/strong>)?<\/p>$/)
    await bar.locator('[data-tool=strong]').focus()
    await page.keyboard.press('ArrowRight')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-tool'))).toBe('em')
    await page.context().close()
  }, 60_000)
  it('takes what is pasted without what could run, and without what its field doesn’t allow', async () => {
    const { page, id } = await openForm('Choice', CHOICE)
    await write(page, 'question', 'x')
    await page.keyboard.press('ControlOrMeta+a')
    await page.locator('#f-params-question').evaluate((text) => {
      const data = new DataTransfer()
      data.setData('text/html', '<h1 style="color:red" onclick="x()">Big <b>words</b></h1><script>window.stolen=1</script><img src=x onerror="window.stolen=1"><table><tr><td>cell</td></tr></table><a href="javascript:alert(1)">no</a>')
      text.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })
    await saved(page)
    const question = String((await kept(id)).params.question)
    expect(question).toContain('<strong>words</strong>')
    expect(question).not.toMatch(/h1|script|img|table|style|onclick|javascript/i)
    expect(await page.evaluate(() => (window as unknown as { stolen?: number }).stolen)).toBeUndefined()
    await page.context().close()
  }, 60_000)
  it('sent by hand, past the form, is cleaned by the server too', async () => {
    const { id, path } = await create('Choice', CHOICE)
    const res = await world.as('author').send('PUT', path, { revision: 1, title: 'A', params: { ...CHOICE, question: '<p onclick="x()">a<script>alert(1)</script></p>' } })
    expect(res.status).toBe(200)
    expect((await kept(id)).params.question).toBe('<p>a</p>')
  })
  it('with gaps says how they are written, makes one of a word, and lists what it found', async () => {
    const { page, id } = await openForm('Blanks', { text: 'The sky is blue.' })
    const text = page.locator('#f-params-text')
    await text.evaluate((area) => (area as HTMLTextAreaElement).setSelectionRange(11, 15))
    await page.getByRole('button', { name: 'Make a gap' }).click()
    expect(await text.inputValue()).toBe('The sky is *blue*.')
    await text.fill('The sky is *blue/azure:a colour*.')
    expect(await page.locator('.gap').innerText()).toContain('blue or azure')
    await saved(page)
    expect((await kept(id)).params.text).toBe('The sky is *blue/azure:a colour*.')
    await page.context().close()
  }, 60_000)
})

describe('fields', () => {
  it('that a choice makes needless are hidden, and come back with it', async () => {
    const { page } = await openForm('Lock', { kind: 'words', prompt: '<p>?</p>' })
    const shown = async (name: string): Promise<boolean> => page.locator(`#f-params-${name}`).isVisible()
    expect([await shown('words'), await shown('digits')]).toEqual([true, false])
    await page.selectOption('#f-params-kind', 'digits')
    expect([await shown('words'), await shown('digits')]).toEqual([false, true])
    await page.click('[data-studio=undo]')
    expect([await shown('words'), await shown('digits')]).toEqual([true, false])
    await page.context().close()
  }, 60_000)
  it('that hold a content inside let its type be changed, and what both types know goes along', async () => {
    const inside = { library: 'Keyroom.TrueFalse 1.0', params: { question: '<p>Is it so?</p>', correct: 'true' }, subContentId: 'aaaaaaaa-0000-4000-8000-000000000001' }
    const { page, id } = await openForm('QuestionSet', { questions: [inside] })
    await page.selectOption('#f-params-questions-0-type', 'Keyroom.Choice 1.0')
    await page.waitForSelector('#f-params-questions-0-params-answers')
    await saved(page)
    expect((await kept(id)).params.questions).toMatchObject([{ library: 'Keyroom.Choice 1.0', subContentId: inside.subContentId, params: { question: '<p>Is it so?</p>', answers: [{}, {}, {}] } }])
    await page.context().close()
  }, 60_000)
  it('for pictures take one with its licence, show it, and give it back', async () => {
    const { page, id } = await openForm('Hotspots', { alt: '', spots: [{ label: 'a', text: '<p>b</p>', x: 1, y: 1 }] })
    await page.setInputFiles('#f-params-image-file', { name: 'a room.png', mimeType: 'image/png', buffer: PNG })
    const thumb = page.locator('#f-params-image img.thumb')
    await thumb.waitFor()
    await expect.poll(() => thumb.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1)
    await page.click('#f-params-image-rights-fold')
    await page.getByLabel('By', { exact: true }).fill('Ada')
    await saved(page)
    expect((await kept(id)).params.image).toMatchObject({ mime: 'image/png', copyright: { license: 'U', author: 'Ada' } })
    await page.locator('#f-params-image').getByRole('button', { name: 'Remove' }).click()
    await saved(page)
    expect((await kept(id)).params.image).toBeUndefined()
    await page.context().close()
  }, 60_000)
  it('for pictures say in words why a file isn’t taken, and keep what was there', async () => {
    const { page } = await openForm('Hotspots', { alt: 'x', spots: [{ label: 'a', text: '<p>b</p>', x: 1, y: 1 }] })
    await page.setInputFiles('#f-params-image-file', { name: 'no.png', mimeType: 'image/png', buffer: Buffer.from('this is no picture') })
    const alert = page.locator('#f-params-image [role=alert]')
    await alert.waitFor()
    expect((await alert.innerText()).length).toBeGreaterThan(20)
    await page.locator('label[for=f-params-image-file]').waitFor()
    await page.context().close()
  }, 60_000)
})

describe('what is missing', () => {
  it('isn’t scolded for at once; when asked, a summary leads to each field, however deep, and each says so itself', async () => {
    const { page } = await openForm('QuestionSet', { questions: [{ library: 'Keyroom.Choice 1.0', params: { answers: [{ text: '<p>a</p>' }, {}] }, subContentId: 'aaaaaaaa-0000-4000-8000-000000000001' }] })
    expect(await page.locator('.f-fault:visible').count()).toBe(0)
    await page.click('[data-studio=check]')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('summary-title')
    const link = page.locator('.summary a', { hasText: 'Answer 2 › Text' })
    expect(await link.innerText()).toContain('Question 1 › Answer 2 › Text: This is still missing.')
    await link.click()
    const text = '#f-params-questions-0-params-answers-1-text'
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(text.slice(1))
    expect(await page.getAttribute(text, 'aria-invalid')).toBe('true')
    const described = (await page.getAttribute(text, 'aria-describedby')) ?? ''
    expect(await page.locator(`#${described.split(' ').at(-1) ?? ''}`).innerText()).toBe('This is still missing.')
    expect(await axeFaults(page)).toEqual([])
    await page.keyboard.type('b')
    await saved(page)
    expect(await page.getAttribute(text, 'aria-invalid')).toBeNull()
    await page.context().close()
  }, 60_000)
})

describe('the preview', () => {
  it('follows what is saved, scores answers as a learner’s, and records nothing', async () => {
    const { page, id } = await openForm('Choice', { ...CHOICE, shuffle: false })
    const shown = page.frameLocator('.preview-stage iframe:not([data-waiting])')
    await shown.getByText('two').waitFor()
    await write(page, 'answers.1.text', 'another two')
    await saved(page)
    await shown.getByText('another two').waitFor()
    await shown.locator('input[value="0"]').check()
    await shown.locator('button[type=submit]').click()
    await shown.locator('.kr-verdict.kr-right').waitFor()
    const { db } = world.keyroom.rooms.kit.mongo
    expect(await db.collection('events').countDocuments({ $expr: { $regexMatch: { input: { $toString: { $ifNull: ['$learner', ''] } }, regex: 'preview' } } })).toBe(0)
    expect(await db.collection('h5p_states').countDocuments({ content: id })).toBe(0)
    await page.context().close()
  }, 60_000)
  it('says kindly when there is too little to show', async () => {
    const { page } = await openForm('OpenAnswer', { rubric: [{ title: 'x', levels: 'no list' }] })
    await page.frameLocator('.preview-stage iframe:not([data-waiting])').getByText('There is nothing to see yet').waitFor()
    await page.context().close()
  }, 60_000)
  it('below 1100 px is a tab of its own', async () => {
    const { page } = await openForm('Choice', CHOICE, { width: 800 })
    expect(await page.locator('#pane-preview').isVisible()).toBe(false)
    await page.getByRole('tab', { name: 'Write' }).focus()
    await page.keyboard.press('ArrowRight')
    expect([await page.locator('#pane-preview').isVisible(), await page.locator('#pane-write').isVisible()]).toEqual([true, false])
    await page.context().close()
  }, 60_000)
})

describe.each([['en', { width: 1400 }], ['zh-CN', { dark: true, width: 900 }], ['ar', { width: 320 }]] as const)('in %s', (lang, look) => {
  it('the form has no fault that axe finds, nor anything wider than the window', async () => {
    const inside = (id: string, library: string, params: object) => ({ library, params, subContentId: `aaaaaaaa-0000-4000-8000-00000000000${id}` })
    const { page } = await openForm('Book', { pages: [{ title: 'One', blocks: [inside('1', 'Keyroom.Choice 1.0', CHOICE), inside('2', 'Keyroom.Blanks 1.0', { text: 'A *gap*.' }), inside('3', 'Keyroom.Text 1.0', { text: '<p>T</p>' })] }] }, { lang, ...look })
    for (const fold of await page.locator('.fold-toggle[aria-expanded=false]').all()) await fold.click()
    await page.click('#f-params-pages-0-blocks-0-params-question')
    expect(await axeFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    await page.context().close()
  }, 60_000)
})
