import { expect } from 'vitest'
import type { Content, OwnType } from './type.js'

const area = (content: Content, label: string) => content.getByRole('textbox', { name: label })
const isWritten = async (content: Content, label: string, text: string): Promise<void> => {
  await area(content, label).waitFor()
  expect(await area(content, label).inputValue()).toBe(text)
}

export const reflection: OwnType = {
  title: 'Reflection', machineName: 'Keyroom.Reflection', max: 1, refusesWrong: true,
  async fill(author) {
    await author.row('Prompt', 1).write('Prompt', 'What surprised you?')
    await author.write('Fewest words in all', '4')
  },
  begin: (content) => area(content, 'What surprised you?').fill('The silence'),
  isAsLeft: (content) => isWritten(content, 'What surprised you?', 'The silence'),
  async answerWrong(content) {
    await content.getByRole('button', { name: 'Done' }).click()
    await content.getByText('Write a little more first: 4 words at least.').waitFor()
  },
  async answerRight(content) {
    await area(content, 'What surprised you?').fill('The silence after a question')
    await content.getByRole('button', { name: 'Done' }).click()
    await content.getByText('Written. You can go on writing whenever you like.').waitFor()
  },
}

export const openAnswer: OwnType = {
  title: 'Open answer', machineName: 'Keyroom.OpenAnswer', max: 2,
  async fill(author) {
    await author.write('Question', 'What will you try?')
    const criterion = await author.add('Criterion', 1)
    await criterion.write('Title', 'It is concrete')
    for (const [index, level] of ['A wish', 'A plan', 'A first step'].entries()) {
      await criterion.row('Level', index + 1).write('What it looks like', level)
      await criterion.row('Level', index + 1).write('Points', String(index))
    }
  },
  begin: (content) => area(content, 'Your answer').fill('Something new'),
  isAsLeft: (content) => isWritten(content, 'Your answer', 'Something new'),
  async answerWrong(content, reader) {
    await content.getByRole('button', { name: 'Send it' }).click()
    await content.getByText('It waits for a person to read it.').waitFor()
    await reader('A wish')
  },
  async answerRight(content, reader) {
    await content.getByText('Read: 0 of 2 points.').waitFor()
    await content.getByRole('button', { name: 'Write it again' }).click()
    await area(content, 'Your answer').fill('A poll after ten minutes')
    await content.getByRole('button', { name: 'Send it again' }).click()
    await content.getByText('It waits for a person to read it.').waitFor()
    await reader('A first step')
  },
}
