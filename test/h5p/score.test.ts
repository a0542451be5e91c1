import { beforeAll, describe, expect, it } from 'vitest'
import { makeCheck } from '../../src/h5p/check.js'
import type { Fault } from '../../src/h5p/index.js'
import { parseSemantics } from '../../src/h5p/semantics.js'
import { aWorld, demoContents, tempDir, type World } from './world.js'

let world: World
beforeAll(async () => void (world = await aWorld()))

let made = 0
/** A content that is one question. */
const alone = async (type: string, params: object): Promise<string> => {
  made += 1
  const h5p = { title: type, language: 'en', mainLibrary: `Keyroom.${type}`, embedTypes: ['div'], license: 'U', preloadedDependencies: [{ machineName: `Keyroom.${type}`, majorVersion: '1', minorVersion: '0' }] }
  await world.h5p.addContent(`alone-${made}`, { h5p, content: params, files: await tempDir() })
  return `alone-${made}`
}
const choice = { question: '<p>?</p>', explain: '<p>Because.</p>', answers: [{ text: 'a', correct: true }, { text: 'b', correct: true }, { text: 'c', correct: false, feedback: 'Not c.' }, { text: 'd', feedback: 'Not <em>d</em>.' }] }

describe('a choice', () => {
  it.each([
    [[0, 1], 2, true, '<p>Because.</p>'],
    [[1, 0, 0], 2, true, '<p>Because.</p>'],
    [[0], 1, false, undefined],
    [[0, 1, 2], 1, false, '<p>Not c.</p>'],
    [[2], 0, false, '<p>Not c.</p>'],
    [[0, 2, 3], 0, false, '<p>Not c.</p><p>Not <em>d</em>.</p>'],
    [[0, 1, 2, 3], 0, false, '<p>Not c.</p><p>Not <em>d</em>.</p>'],
    [[], 0, false, undefined],
  ])('answered %j earns %d of 2', async (response, score, correct, feedback) => {
    expect(await world.h5p.score(await alone('Choice', choice), '_', response)).toEqual({ score, correct, max: 2, kind: 'verified', ...(feedback ? { feedback } : {}) })
  })
  it('of one right answer is worth one point', async () => {
    const id = await alone('Choice', { question: '?', answers: [{ text: 'a' }, { text: 'b', correct: true }] })
    expect(await world.h5p.items(id)).toEqual([{ id: '_', max: 1, kind: 'verified' }])
    expect(await world.h5p.score(id, '_', [1])).toMatchObject({ score: 1, correct: true })
    expect(await world.h5p.score(id, '_', [0, 1])).toMatchObject({ score: 0, correct: false })
  })
  it.each([[0], ['0'], [[-1]], [[4]], [[0.5]], [['0']], [[0, 1, 2, 3, 0]], [null], [{}], ['all'], [{ length: 1 }]])('answered with %j is refused, and scores nothing', async (response) => {
    await expect(world.h5p.score(await alone('Choice', choice), '_', response)).rejects.toMatchObject({ code: 'infra/bad-input' })
  })
})

describe('true or false', () => {
  it.each([[true, 0, false, undefined], [false, 1, true, '<p>Why.</p>']])('answered %j earns %d', async (response, score, correct, feedback) => {
    const id = await alone('TrueFalse', { question: '?', correct: 'false', explain: 'Why.' })
    expect(await world.h5p.score(id, '_', response)).toEqual({ score, correct, max: 1, kind: 'verified', ...(feedback ? { feedback } : {}) })
  })
  it.each([['false'], [0], [null], [[false]]])('answered with %j is refused', async (response) => {
    await expect(world.h5p.score(await alone('TrueFalse', { question: '?', correct: 'false' }), '_', response)).rejects.toMatchObject({ status: 400 })
  })
})

describe('a text with gaps', () => {
  const text = 'To *teach/instruct:a verb* is to *learn*; 3 *km\\/h* and *Q&amp;A* and *don’t*.'
  it.each([
    [['teach', 'learn', 'km/h', 'Q&A', "don't"], 5],
    [['  INSTRUCT ', 'Learn', 'ｋｍ／ｈ', 'q&a', 'don’t'], 5],
    [['teach\u200f', '\u202alearn\u202c', '', '', ''], 2],
    [['teach/instruct', 'learn', 'km', 'Q&amp;A', 'dont'], 1],
    [['a verb', '', '', '', ''], 0],
  ])('filled with %j earns %d of 5', async (response, score) => {
    const id = await alone('Blanks', { text, explain: 'Done.' })
    expect(await world.h5p.score(id, '_', response)).toMatchObject({ score, max: 5, correct: score === 5 })
  })
  it('minds capitals where the author does', async () => {
    const id = await alone('Blanks', { text: '*DOK*', caseSensitive: true })
    expect(await world.h5p.score(id, '_', ['dok'])).toMatchObject({ correct: false })
    expect(await world.h5p.score(id, '_', [' DOK '])).toMatchObject({ correct: true })
  })
  it.each([[['a']], [['a', 'b', 'c', 'd', 'e', 'f']], [[1, 2, 3, 4, 5]], ['teach'], [[`${'x'.repeat(501)}`, '', '', '', '']]])('filled with %j is refused', async (response) => {
    await expect(world.h5p.score(await alone('Blanks', { text }), '_', response)).rejects.toMatchObject({ status: 400 })
  })
  it('keeps its tips, and nothing of its answers, where the browser sees it', async () => {
    const { text: page } = await world.agent.get(`${world.open(await alone('Blanks', { text }))}/frame`).expect(200)
    expect(page).toContain('To *:a verb* is to **; 3 ** and ** and **.')
  })
})

describe('feedback', () => {
  it.each([
    ['<script>alert(1)</script>Look', '<p>Look</p>'],
    ['<img src=x onerror=alert(1)><b onclick="x()">bold</b>', '<p><b>bold</b></p>'],
    ['<a href="javascript:alert(1)">go</a>', '<p><a>go</a></p>'],
    ['<a href="https://a.example/?q=1&r=2" style="color:red">go</a>', '<p><a href="https://a.example/?q=1&amp;r=2" target="_blank" rel="noopener noreferrer">go</a></p>'],
    ['1 < 2 & 3 > 2', '<p>1 &lt; 2 &amp; 3 &gt; 2</p>'],
    ['<p>open <em>still</p> more', '<p>open <em>still</em></p> more'],
    ['<svg><script>x</script></svg><iframe srcdoc="<b>"></iframe>ok', '<p>ok</p>'],
    ['<scr<script>ipt>alert(1)</scr</script>ipt>', '<p>&lt;script&gt;alert(1)ipt&gt;</p>'],
    ['</p></div><form action="//evil">', '<p></p>'],
    ['<!-- <b> --><i title="a>b">x</i>', '<p><i>x</i></p>'],
  ])('written as %s is sent as harmless HTML', async (feedback, clean) => {
    const id = await alone('Choice', { question: '?', answers: [{ text: 'a', correct: true }, { text: 'b', feedback }] })
    const said = (await world.h5p.score(id, '_', [1])).feedback ?? ''
    if (clean.includes('script&gt;')) expect(said).not.toMatch(/<(?!\/?p>)/)
    else expect(said).toBe(clean)
  })
})

describe('the items of a content', () => {
  it('are all questions in it, in reading order, however deep, and the demo’s all are found', async () => {
    expect(await world.h5p.items('check-the-basics')).toEqual([
      { id: '28ab69f7-2e73-4d5f-a70b-7b7b05580bd1', max: 2, kind: 'verified' }, { id: 'e89e9727-3774-48d4-9753-c2d6e7b2bd1d', max: 1, kind: 'verified' },
      { id: '0e7c8de1-ea73-4716-a210-112da5a08556', max: 2, kind: 'verified' }, { id: '179cd64b-c3ff-4b54-bab3-b2a7f9debad1', max: 1, kind: 'verified' },
    ])
    for (const { id } of demoContents) expect((await world.h5p.items(id)).length).toBeGreaterThan(0)
  })
  it('are none where nothing is asked', async () => expect(await world.h5p.items(await alone('Text', { text: '<p>Read.</p>' }))).toEqual([]))
  it('don’t include another content’s', async () => {
    const [foreign] = await world.h5p.items('what-and-why')
    await expect(world.h5p.score('check-the-basics', foreign?.id ?? '', [0])).rejects.toMatchObject({ status: 404 })
    await expect(world.h5p.score('check-the-basics', '_', [0])).rejects.toMatchObject({ status: 404 })
    await expect(world.h5p.score('check-the-basics', 'constructor', [0])).rejects.toMatchObject({ status: 404 })
    await expect(world.h5p.score('no-such-content', '_', [0])).rejects.toMatchObject({ status: 404 })
  })
})

describe('checking what an author wrote', () => {
  const faults = (library: string, params: unknown): Promise<Fault[]> => world.h5p.check(library, params)
  const inside = (params: object, id = 'one') => ({ library: 'Keyroom.Choice 1.0', params, subContentId: id })
  const good = { question: '?', answers: [{ text: 'a', correct: true }, { text: 'b' }] }

  it.each(demoContents)('finds nothing to mend in $id', async ({ library, params }) => expect(await faults(library, params)).toEqual([]))
  it.each([
    ['a string where a list belongs', 'Keyroom.Choice 1.0', { question: '?', answers: 'a' }, 'answers', 'must be a list'],
    ['an object where text belongs', 'Keyroom.Text 1.0', { text: { html: 'x' } }, 'text', 'must be text'],
    ['nothing where text belongs', 'Keyroom.Text 1.0', {}, 'text', 'is missing'],
    ['no right answer', 'Keyroom.Choice 1.0', { question: '?', answers: [{ text: 'a' }, { text: 'b', correct: false }] }, 'answers', 'needs an answer that is correct'],
    ['no gap', 'Keyroom.Blanks 1.0', { text: 'None.' }, 'text', 'needs a gap: put what belongs in it between *stars*'],
    ['an empty gap', 'Keyroom.Blanks 1.0', { text: 'One *good* and *:tip only*.' }, 'text', 'has a gap without an answer'],
    ['a right answer that is neither', 'Keyroom.TrueFalse 1.0', { question: '?', correct: true }, 'correct', 'must be one of true, false'],
    ['a fault deep inside', 'Keyroom.QuestionSet 1.0', { questions: [inside({ question: '?', answers: [{ text: 'a', correct: 'yes' }, { text: 'b' }] })] }, 'questions.0.params.answers.0.correct', 'must be true or false'],
    ['a question nobody could answer', 'Keyroom.QuestionSet 1.0', { questions: [{ library: 'Keyroom.Choice 1.0', params: good }] }, 'questions.0.subContentId', 'is missing: answers are kept by it'],
    ['one id for two', 'Keyroom.QuestionSet 1.0', { questions: [inside(good), inside(good)] }, 'questions.1.subContentId', 'is used twice: answers are kept by it'],
    ['a spot beside the picture', 'Keyroom.Hotspots 1.0', { image: { path: 'images/a.png' }, alt: 'A', spots: [{ x: 120, y: 5, label: 'x', text: 'y' }] }, 'spots.0.x', 'must not be more than 100'],
    ['a picture from elsewhere', 'Keyroom.Hotspots 1.0', { image: { path: 'https://watch.example/a.png' }, alt: 'A', spots: [{ x: 1, y: 5, label: 'x', text: 'y' }] }, 'image.path', 'must be a file of this content'],
    ['a picture above its folder', 'Keyroom.Hotspots 1.0', { image: { path: 'a/../../b.png' }, alt: 'A', spots: [{ x: 1, y: 5, label: 'x', text: 'y' }] }, 'image.path', 'must be a file of this content'],
    ['a list as the whole', 'Keyroom.Text 1.0', [], '', 'must be an object'],
    ['a version we don’t have', 'Keyroom.Text 9.0', {}, '', 'Keyroom.Text 9.0 is not installed: ask your administrator to install it'],
  ])('tells of %s where it is', async (_what, library, params, path, message) => expect(await faults(library, params)).toContainEqual({ path, message }))
  it('tells of a type that isn’t installed, whosever it is', async () => expect(await faults('H5P.MultiChoice 1.16', { anything: 1 })).toEqual([{ path: '', message: 'H5P.MultiChoice 1.16 is not installed: ask your administrator to install it' }]))
  it.each([
    [{ type: 'number', decimals: 0 }, 1.5, 'must not have more than 0 decimals'],
    [{ type: 'number', decimals: 1 }, 0.3, undefined],
    [{ type: 'number', min: 1, step: 0.1 }, 1.3, undefined],
    [{ type: 'number', min: 1, step: 5 }, 8, 'must go in steps of 5'],
    [{ type: 'text', regexp: { pattern: '^#[0-9a-f]{6}$', modifiers: 'i' } }, '#00FFaa', undefined],
    [{ type: 'text', regexp: { pattern: '^#[0-9a-f]{6}$' } }, 'red', 'must be of the form asked for'],
    [{ type: 'text', regexp: { pattern: '^(a+)+$' } }, `${'a'.repeat(5000)}b`, 'must be of the form asked for'],
  ])('holds a value of ours against all its field asks: %j', (field, value, message) => {
    const check = makeCheck({ get: () => parseSemantics(JSON.stringify([{ name: 'it', ...field }])) })
    expect(check('Keyroom.Text 1.0', { it: value })).toEqual(message ? [{ path: 'it', message }] : [])
  })
  it('names a type that doesn’t belong inside', async () => {
    expect((await faults('Keyroom.QuestionSet 1.0', { questions: [{ library: 'H5P.Evil 1.0', params: {}, subContentId: 'x' }] }))[0]?.path).toBe('questions.0.library')
  })
})
