import { expect } from 'vitest'
import { check, isRight, isWrong } from './asking.js'
import type { Content, OwnType } from './type.js'

const gap = (content: Content, n: number) => content.getByLabel(`Gap ${n} of 2`)

export const blanks: OwnType = {
  title: 'Fill in the blanks', machineName: 'Keyroom.Blanks', max: 2,
  async fill(author) {
    await author.write('Task', 'What are they?')
    await author.write('Text with gaps', 'The sun is a *star*, the moon a *satellite/moon:it follows*.')
  },
  begin: (content) => gap(content, 1).fill('star'),
  async isAsLeft(content) {
    await gap(content, 1).waitFor()
    expect([await gap(content, 1).inputValue(), await gap(content, 2).inputValue()]).toEqual(['star', ''])
  },
  async answerWrong(content) {
    await gap(content, 2).fill('planet')
    await check(content)
    await isWrong(content)
  },
  async answerRight(content) {
    await gap(content, 2).fill('Moon ')
    await check(content)
    await isRight(content)
  },
  partly: 1,
}
