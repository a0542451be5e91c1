import { expect } from 'vitest'
import { isChosen, option, rightly, writeChoice, wrongly } from './asking.js'
import type { OwnType } from './type.js'

export const clue: OwnType = {
  title: 'Clue', machineName: 'Keyroom.Clue', max: 1,
  async fill(author, { picture }) {
    await author.write('Name of the clue', 'The lamp')
    await author.press('Choice')
    await writeChoice(author)
    await author.write('Fragment', 'amber')
    await author.bring('Picture', picture)
    await author.write('Alternative text', 'A lamp')
  },
  begin: (content) => option(content, 'Luna').check(),
  isAsLeft: (content) => isChosen(content, 'Luna'),
  async answerWrong(content) {
    await wrongly(content, 'Sirius')
    expect(await content.getByText('amber').count()).toBe(0)
  },
  async answerRight(content) {
    await rightly(content, 'Mars')
    await content.getByText('amber').waitFor()
    await content.getByAltText('A lamp').waitFor()
  },
}
