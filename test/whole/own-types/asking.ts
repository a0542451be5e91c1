import { expect } from 'vitest'
import type { Author } from './author.js'
import type { Content, OwnType } from './type.js'

/** The question that is before the learner. */
export const question = (content: Content) => content.locator('form.kr-question:visible')
export const check = async (content: Content, name = 'Check'): Promise<void> => question(content).getByRole('button', { name, exact: true }).click()
export const isWrong = (content: Content): Promise<void> => content.getByText(/^Not yet/).first().waitFor()
export const isRight = (content: Content): Promise<void> => question(content).getByText('That’s right.').waitFor()
export const option = (content: Content, name: string) => question(content).getByLabel(name)

/** A Choice or a TrueFalse, where one stands alone or inside another. */
export const writeChoice = async (author: Author): Promise<void> => {
  await author.write('Question', 'Which is a planet?')
  for (const [index, word] of ['Mars', 'Sirius', 'Luna'].entries()) await author.row('Answer', index + 1).write('Text', word)
  await author.row('Answer', 1).pick('Right')
}
export const writeTrueFalse = async (author: Author): Promise<void> => {
  await author.write('Statement', 'The sun is a planet.')
  await author.pick('False')
}
export const answer = async (content: Content, choice: string): Promise<void> => {
  await option(content, choice).check()
  await check(content)
}
export const wrongly = async (content: Content, choice: string): Promise<void> => (await answer(content, choice), await isWrong(content))
export const rightly = async (content: Content, choice: string): Promise<void> => (await answer(content, choice), await isRight(content))
export const isChosen = async (content: Content, choice: string): Promise<void> => {
  await question(content).first().waitFor()
  expect(await option(content, choice).isChecked()).toBe(true)
}

export const choice: OwnType = {
  title: 'Choice', machineName: 'Keyroom.Choice', max: 2,
  async fill(author) {
    await writeChoice(author)
    const fourth = await author.add('Answer', 4)
    await fourth.write('Text', 'Venus')
    await fourth.pick('Right')
    await author.write('Explanation', 'They go around the sun.')
  },
  begin: (content) => option(content, 'Luna').check(),
  isAsLeft: (content) => isChosen(content, 'Luna'),
  async answerWrong(content) {
    await option(content, 'Luna').uncheck()
    await wrongly(content, 'Mars')
  },
  answerRight: async (content) => (await rightly(content, 'Venus'), await content.getByText('They go around the sun.').waitFor()),
  partly: 1,
}

export const trueFalse: OwnType = {
  title: 'True or false', machineName: 'Keyroom.TrueFalse', max: 1,
  fill: writeTrueFalse,
  begin: (content) => option(content, 'True').check(),
  isAsLeft: (content) => isChosen(content, 'True'),
  answerWrong: (content) => wrongly(content, 'True'),
  answerRight: (content) => rightly(content, 'False'),
}
