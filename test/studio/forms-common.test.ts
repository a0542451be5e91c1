import { beforeAll, expect, it } from 'vitest'
import { zipOf } from '../h5p/store-world.js'
import { aWorld, ready, saved, type World } from './contents-world.js'

/** A box of questions, and a question with a text on its button, as official types have them. */
const LIBRARIES = {
  'Test.Box': [{ name: 'questions', type: 'list', label: 'Questions', entity: 'question', defaultNum: 2, field: { name: 'question', type: 'library', label: 'Question', options: ['Test.Ask 1.0'] } }],
  'Test.Ask': [{ name: 'text', type: 'text', label: 'Text' }, { name: 'button', type: 'text', label: 'Button', default: 'Check', common: true }],
}

let world: World
let id: string
beforeAll(async () => {
  world = await aWorld()
  const dependencies = Object.keys(LIBRARIES).map((machineName) => ({ machineName, majorVersion: 1, minorVersion: 0 }))
  const files: [string, object][] = [
    ['h5p.json', { title: 'A box', mainLibrary: 'Test.Box', language: 'und', embedTypes: ['div'], license: 'U', preloadedDependencies: dependencies }],
    ['content/content.json', {}],
    ...Object.entries(LIBRARIES).flatMap(([machineName, semantics]): [string, object][] => [
      [`${machineName}-1.0/library.json`, { title: machineName, machineName, majorVersion: 1, minorVersion: 0, patchVersion: 0, runnable: 1, author: 'test', license: 'MIT' }],
      [`${machineName}-1.0/semantics.json`, semantics],
    ]),
  ]
  const file = await zipOf(files.map(([name, value]) => ({ name, bytes: JSON.stringify(value) })))
  id = (await world.authoring.importPackage(world.slug, file, 'u-author', { allowLibraries: true })).id
}, 120_000)

it('what all contents of a type share is written once, taken over by new ones, and taken back as one step', async () => {
  const page = await world.open(`/studio/${world.run}/contents/${id}`)
  await ready(page)
  const row = (n: number) => page.getByRole('listitem').filter({ has: page.getByRole('button', { name: `Remove: Question ${n}`, exact: true }) }).last()
  const buttons = async (): Promise<unknown[]> => {
    await saved(page)
    const { questions } = (await world.authoring.get(world.slug, id)).params as { questions: { params: { button: string } }[] }
    return questions.map(({ params }) => params.button)
  }
  for (const n of [1, 2]) {
    await row(n).getByRole('button', { name: 'Test.Ask', exact: true }).click()
    await row(n).getByRole('button', { name: 'Texts and translations' }).click()
  }
  await row(1).getByRole('textbox', { name: 'Button' }).fill('Look')
  expect(await row(2).getByRole('textbox', { name: 'Button' }).inputValue()).toBe('Look')
  expect(await buttons()).toEqual(['Look', 'Look'])
  await page.getByRole('button', { name: 'Add question' }).click()
  await row(3).getByRole('button', { name: 'Test.Ask', exact: true }).click()
  await row(3).getByRole('textbox', { name: 'Text', exact: true }).fill('Why?')
  expect(await buttons()).toEqual(['Look', 'Look', 'Look'])
  await row(3).getByRole('button', { name: 'Texts and translations' }).click()
  expect(await row(3).getByRole('textbox', { name: 'Button' }).inputValue()).toBe('Look')
  await row(3).getByRole('textbox', { name: 'Button' }).fill('See')
  expect(await buttons()).toEqual(['See', 'See', 'See'])
  await page.getByRole('button', { name: 'Undo' }).click()
  expect(await buttons()).toEqual(['Look', 'Look', 'Look'])
})
