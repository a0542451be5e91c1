import type { FrameLocator, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { aWorld, ready, saved, type World } from './contents-world.js'

/** One pixel. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64')

let world: World
beforeAll(async () => void (world = await aWorld()), 120_000)

/** What an author does, with mouse and keyboard; fields are found where they stand in the parameters. */
const handsOn = (page: Page) => {
  const id = (path: string): string => `#f-params-${path.replaceAll('.', '-')}`
  return {
    async write(path: string, text: string) {
      await page.click(id(path))
      await page.keyboard.press('ControlOrMeta+a')
      await page.keyboard.type(text)
    },
    async add(path: string) {
      const rows = page.locator(`${id(path)} > .rows > li`)
      const before = await rows.count()
      await page.click(`${id(path)}-add`)
      await expect.poll(() => rows.count()).toBe(before + 1)
    },
    choose: (path: string, value: string) => page.selectOption(id(path), value),
    pick: (path: string, label: string) => page.locator(`${id(path)}`).getByText(label, { exact: true }).click(),
    toggle: (path: string) => page.locator(`label:has(${id(path)})`).click(),
    async begin(path: string, type: string) {
      await page.locator(id(path)).getByRole('button', { name: type, exact: true }).click()
      await page.waitForSelector(`${id(path)} .nested`)
    },
    async bring(path: string) {
      await page.setInputFiles(`${id(path)}-file`, { name: 'picture.png', mimeType: 'image/png', buffer: PNG })
      await page.waitForSelector(`${id(path)} img.thumb`)
    },
  }
}
type Hands = ReturnType<typeof handsOn>
interface Recipe {
  write(hands: Hands): Promise<unknown>
  /** What is then kept. */
  gives: object
  /** What the preview shows of it. */
  shows: string
}

const p = (text: string): string => `<p>${text}</p>`
const writeChoice = async ({ write, toggle }: Hands, at = ''): Promise<void> => {
  await write(`${at}question`, 'Which is a planet?')
  for (const [index, word] of ['Mars', 'Sirius', 'Luna'].entries()) await write(`${at}answers.${index}.text`, word)
  await toggle(`${at}answers.0.correct`)
}
const CHOICE = { question: p('Which is a planet?'), answers: [{ text: p('Mars'), correct: true }, { text: p('Sirius') }, { text: p('Luna') }] }
const inside = (library: string, params: object) => ({ library: `${library} 1.0`, subContentId: expect.stringMatching(/^[\da-f-]{36}$/) as string, params })

/** For each of our own types: the least that makes it whole. */
const RECIPES: Record<string, Recipe> = {
  Choice: { write: (hands) => writeChoice(hands), gives: CHOICE, shows: 'Sirius' },
  TrueFalse: {
    write: async ({ write, pick }) => (await write('question', 'The sun is a star.'), await pick('correct', 'False')),
    gives: { question: p('The sun is a star.'), correct: 'false' }, shows: 'The sun is a star.',
  },
  Blanks: { write: ({ write }) => write('text', 'The sun is a *star/sun:not a planet*.'), gives: { text: 'The sun is a *star/sun:not a planet*.' }, shows: 'The sun is a' },
  Text: { write: ({ write }) => write('text', 'Read this.'), gives: { text: p('Read this.') }, shows: 'Read this.' },
  Tips: { write: async ({ write }) => (await write('tips.0.title', 'Why?'), await write('tips.0.text', 'Because.')), gives: { tips: [{ title: 'Why?', text: p('Because.') }] }, shows: 'Why?' },
  Book: {
    async write(hands) {
      await hands.write('pages.0.title', 'One')
      await hands.begin('pages.0.blocks.0', 'Choice')
      await writeChoice(hands, 'pages.0.blocks.0.params.')
    },
    gives: { pages: [{ title: 'One', blocks: [inside('Keyroom.Choice', CHOICE)] }] }, shows: 'Which is a planet?',
  },
  QuestionSet: {
    async write(hands) {
      await hands.begin('questions.0', 'True or false')
      await hands.write('questions.0.params.question', 'Water is wet.')
    },
    gives: { questions: [inside('Keyroom.TrueFalse', { question: p('Water is wet.'), correct: 'true' })] }, shows: 'Water is wet.',
  },
  Hotspots: {
    async write({ bring, write }) {
      await bring('image')
      await write('alt', 'A room')
      await write('spots.0.label', 'The door')
      await write('spots.0.text', 'It is locked.')
    },
    gives: { image: { path: expect.stringMatching(/^images\//) as string, mime: 'image/png', width: 1, height: 1 }, alt: 'A room', spots: [{ label: 'The door', text: p('It is locked.'), x: 50, y: 50 }] }, shows: 'The door',
  },
  Sequence: { write: async ({ write }) => (await write('scenes.0.heading', 'Dawn'), await write('scenes.0.text', 'A bird sings.')), gives: { scenes: [{ heading: 'Dawn', text: p('A bird sings.') }] }, shows: 'Dawn' },
  Lock: {
    async write({ write, choose, add }) {
      await write('prompt', 'Which way?')
      await choose('kind', 'directions')
      for (const [index, way] of ['up', 'left'].entries()) (await add('directions'), await choose(`directions.${index}`, way))
    },
    gives: { kind: 'directions', prompt: p('Which way?'), directions: ['up', 'left'] }, shows: 'Which way?',
  },
  Clue: {
    async write(hands) {
      await hands.write('title', 'The letter')
      await hands.begin('task', 'Choice')
      await writeChoice(hands, 'task.params.')
      await hands.write('fragment', 'amber')
    },
    gives: { title: 'The letter', task: inside('Keyroom.Choice', CHOICE), fragment: 'amber' }, shows: 'Which is a planet?',
  },
  Match: {
    async write({ write, add }) {
      await write('task', 'What belongs together?')
      for (const [index, [left, right]] of [['one', 'eins'], ['two', 'zwei']].entries()) {
        await add('pairs')
        await write(`pairs.${index}.left`, String(left))
        await write(`pairs.${index}.right`, String(right))
      }
    },
    gives: { kind: 'pairs', task: p('What belongs together?'), pairs: [{ left: 'one', right: 'eins' }, { left: 'two', right: 'zwei' }] }, shows: 'What belongs together?',
  },
  OpenAnswer: {
    async write({ write, add }) {
      await write('question', 'What will you try?')
      await add('rubric')
      await write('rubric.0.title', 'It is concrete')
      for (const [index, level] of ['Not', 'Nearly', 'Yes'].entries()) (await write(`rubric.0.levels.${index}.title`, level), await write(`rubric.0.levels.${index}.points`, String(index)))
    },
    gives: { question: p('What will you try?'), rubric: [{ title: 'It is concrete', levels: [{ title: 'Not', points: 0 }, { title: 'Nearly', points: 1 }, { title: 'Yes', points: 2 }] }] }, shows: 'What will you try?',
  },
  Reflection: {
    async write({ write, pick }) {
      await write('prompts.0', 'What surprised you?')
      await pick('audience', 'The instructor too')
    },
    gives: { prompts: ['What surprised you?'], audience: 'instructor' }, shows: 'What surprised you?',
  },
  InteractiveVideo: {
    async write(hands) {
      await hands.bring('poster')
      await hands.write('alt', 'A lecture')
      await hands.add('transcript')
      await hands.write('transcript.0.text', 'Good morning.')
      await hands.add('cues')
      await hands.write('cues.0.at', '12.5')
      await hands.begin('cues.0.content', 'True or false')
      await hands.write('cues.0.content.params.question', 'It is morning.')
    },
    gives: { alt: 'A lecture', transcript: [{ at: 0, text: 'Good morning.' }], cues: [{ at: 12.5, content: inside('Keyroom.TrueFalse', { question: p('It is morning.') }) }] }, shows: 'Good morning.',
  },
}

const previewOf = (page: Page): FrameLocator => page.frameLocator('.preview-stage iframe:not([data-waiting])')

describe('each of our own types', async () => {
  const { readdirSync, readFileSync } = await import('node:fs')
  const folders = readdirSync('h5p-content/libraries').map((name) => JSON.parse(readFileSync(`h5p-content/libraries/${name}/library.json`, 'utf8')) as { machineName: string; runnable: number })
  const names = folders.filter(({ runnable }) => runnable === 1).map(({ machineName }) => machineName.replace('Keyroom.', ''))

  it.each(names)('%s is authored through its form alone, shows in the preview, is kept as it was typed, and nothing is left to mend', async (name) => {
    const recipe = RECIPES[name]
    if (!recipe) throw new Error(`Nobody has said how an author writes a ${name}`)
    const page = await world.open(`/studio/${world.run}/contents/new`)
    const refused: string[] = []
    page.on('pageerror', (error) => refused.push(String(error)))
    page.on('console', (message) => void (message.type() === 'error' && refused.push(message.text())))
    await page.fill('#title', `My ${name}`)
    await page.locator(`label:has(input[value="Keyroom.${name} 1.0"])`).click()
    await page.click('form[method=post] button.btn')
    await ready(page)
    await recipe.write(handsOn(page))
    await saved(page)
    await expect.poll(() => page.locator('[data-studio=check]').getAttribute('data-done')).toBe('true')
    await previewOf(page).getByText(recipe.shows).first().waitFor()
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const draft = await world.authoring.get(world.slug, id)
    expect(draft).toMatchObject({ title: `My ${name}`, library: `Keyroom.${name} 1.0`, params: recipe.gives })
    expect(await world.keyroom.rooms.h5p.check(draft.library, draft.params)).toEqual([])
    expect(refused).toEqual([])
    await page.context().close()
  }, 60_000)
})
