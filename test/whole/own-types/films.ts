import { expect } from 'vitest'
import { isChosen, option, rightly, writeTrueFalse, wrongly } from './asking.js'
import type { Content, OwnType } from './type.js'

const press = (content: Content, name: string): Promise<void> => content.getByRole('button', { name, exact: true }).click()

export const sequence: OwnType = {
  title: 'Sequence', machineName: 'Keyroom.Sequence', max: 1,
  async fill(author, { picture }) {
    const first = author.row('Scene', 1)
    await first.write('Heading', 'Dawn')
    await first.write('Words', 'It gets light.')
    await first.bring('Picture', picture)
    await first.write('Alternative text', 'A field')
    const second = await author.add('Scene', 2)
    await second.write('Heading', 'Noon')
    await second.write('Words', 'What is up there?')
    await second.press('True or false')
    await writeTrueFalse(second)
  },
  async begin(content) {
    await press(content, 'Next')
    await press(content, 'Next')
    await option(content, 'True').check()
  },
  isAsLeft: (content) => isChosen(content, 'True'),
  answerWrong: (content) => wrongly(content, 'True'),
  async answerRight(content) {
    await rightly(content, 'False')
    await press(content, 'Go on')
    await content.getByText('All solved. Well done!').waitFor()
  },
}

export const interactiveVideo: OwnType = {
  title: 'Interactive video', machineName: 'Keyroom.InteractiveVideo', max: 1,
  async fill(author, { film, picture }) {
    await author.bring('Video', film)
    await author.bring('Picture shown before it plays', picture)
    await author.write('Alternative text', 'A classroom')
    const passage = await author.add('Passage', 1)
    await passage.write('Words', 'Colours come and go.')
    const stop = await author.add('Stop', 1)
    await author.seek(1)
    await stop.press('Where the film stands')
    expect(await stop.number('At second')).toBe(1)
    await stop.press('True or false')
    await writeTrueFalse(stop)
  },
  async begin(content) {
    await press(content, 'Play')
    await option(content, 'True').check()
  },
  async isAsLeft(content) {
    await press(content, 'Play')
    await isChosen(content, 'True')
  },
  answerWrong: (content) => wrongly(content, 'True'),
  async answerRight(content) {
    await rightly(content, 'False')
    await content.getByText('1 of 1 answered').waitFor()
  },
}
