import { expect } from 'vitest'
import { check } from './asking.js'
import type { Content, OwnType } from './type.js'

const digit = (content: Content, n: number) => content.getByLabel(`Digit ${n} of 3`)

export const lock: OwnType = {
  title: 'Lock', machineName: 'Keyroom.Lock', max: 1,
  async fill(author) {
    await author.write('Riddle', 'Count the windows.')
    await author.choose('Kind of lock', 'Digits')
    await author.write('Digits that open it', '471')
  },
  begin: (content) => digit(content, 1).press('4'),
  async isAsLeft(content) {
    await digit(content, 1).waitFor()
    expect([await digit(content, 1).inputValue(), await digit(content, 2).inputValue()]).toEqual(['4', '0'])
  },
  async answerWrong(content) {
    await check(content, 'Try it')
    await content.getByText('It stays shut.').waitFor()
  },
  async answerRight(content) {
    await digit(content, 2).press('7')
    await digit(content, 3).press('1')
    await check(content, 'Try it')
    await content.getByText('It opens.').waitFor()
  },
}
