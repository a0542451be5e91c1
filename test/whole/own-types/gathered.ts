import { expect } from 'vitest'
import { isChosen, option, rightly, writeChoice, writeTrueFalse, wrongly } from './asking.js'
import type { Content, OwnType } from './type.js'

const turn = (content: Content, name: string): Promise<void> => content.locator('.kr-turn').getByRole('button', { name, exact: true }).click()

export const questionSet: OwnType = {
  title: 'Question set', machineName: 'Keyroom.QuestionSet', max: 2, partly: 1,
  async fill(author) {
    const first = author.row('Question', 1)
    await first.press('Choice')
    await writeChoice(first)
    const second = await author.add('Question', 2)
    await second.press('True or false')
    await writeTrueFalse(second)
  },
  async begin(content) {
    await turn(content, 'Next')
    await option(content, 'True').check()
  },
  async isAsLeft(content) {
    await content.getByRole('heading', { name: 'Question 2 of 2' }).waitFor()
    await isChosen(content, 'True')
  },
  async answerWrong(content) {
    await wrongly(content, 'True')
    await turn(content, 'Back')
    await rightly(content, 'Mars')
  },
  async answerRight(content) {
    await turn(content, 'Next')
    await rightly(content, 'False')
    await turn(content, 'Finish')
    await content.getByText('2 of 2 points').waitFor()
  },
}

export const book: OwnType = {
  title: 'Book', machineName: 'Keyroom.Book', max: 1,
  async fill(author, { picture }) {
    const first = author.row('Page', 1)
    await first.write('Title', 'The sky')
    const block = first.row('Block', 1)
    await block.press('Text')
    await block.write('Text', 'Look up.')
    await block.bring('Picture', picture)
    await block.write('Alternative text', 'The sky at night')
    const second = await author.add('Page', 2)
    await second.write('Title', 'The planets')
    await second.row('Block', 1).press('Choice')
    await writeChoice(second.row('Block', 1))
  },
  async begin(content) {
    await content.getByAltText('The sky at night').waitFor()
    await turn(content, 'Next')
    await option(content, 'Sirius').check()
  },
  async isAsLeft(content) {
    await content.getByRole('heading', { name: 'The planets' }).waitFor()
    await isChosen(content, 'Sirius')
  },
  answerWrong: (content) => wrongly(content, 'Sirius'),
  async answerRight(content) {
    await rightly(content, 'Mars')
    await turn(content, 'Finish')
    await content.getByText('All solved. Well done!').waitFor()
  },
}

const place = (content: Content, name: string) => content.getByRole('heading', { level: 2 }).getByRole('button', { name })
export const hotspots: OwnType = {
  title: 'Hotspots', machineName: 'Keyroom.Hotspots', max: 1,
  async fill(author, { picture }) {
    await author.bring('Picture', picture)
    await author.write('Alternative text', 'A classroom')
    const first = author.row('Place', 1)
    await first.write('Label', 'The window')
    await first.write('Text', 'What shines?')
    await first.press('True or false')
    await writeTrueFalse(first)
    await first.pointAt(0.25, 0.75)
    expect(Math.abs((await first.number('From the left, in %')) - 25) + Math.abs((await first.number('From the top, in %')) - 75)).toBeLessThan(2)
    const second = await author.add('Place', 2)
    await second.write('Label', 'The door')
    await second.write('Text', 'It is shut.')
    await second.write('From the left, in %', '80.5')
  },
  async begin(content) {
    await place(content, 'The window').click()
    await option(content, 'True').check()
  },
  async isAsLeft(content) {
    await place(content, 'The window').waitFor()
    expect(await place(content, 'The window').getAttribute('aria-expanded')).toBe('true')
    await isChosen(content, 'True')
  },
  answerWrong: (content) => wrongly(content, 'True'),
  async answerRight(content) {
    await rightly(content, 'False')
    await content.getByRole('button', { name: '2. The door' }).click()
    await content.getByText('It is shut.').waitFor()
  },
}
