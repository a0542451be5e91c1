import { check, isRight, isWrong } from './asking.js'
import type { Content, OwnType } from './type.js'

const put = async (content: Content, card: string, place: string): Promise<void> => {
  await content.getByRole('button', { name: card, exact: true }).click()
  await content.getByRole('button', { name: `Put it here: “${card}” to “${place}”` }).click()
}

export const match: OwnType = {
  title: 'Match and sort', machineName: 'Keyroom.Match', max: 2,
  async fill(author) {
    await author.write('Task', 'What belongs together?')
    for (const [index, [left = '', right = '']] of [['one', 'eins'], ['two', 'zwei']].entries()) {
      const pair = await author.add('Pair', index + 1)
      await pair.write('This', left)
      await pair.write('belongs to this', right)
    }
  },
  begin: (content) => put(content, 'eins', 'two'),
  isAsLeft: (content) => content.getByRole('group', { name: 'two' }).getByRole('button', { name: 'eins', exact: true }).waitFor(),
  async answerWrong(content) {
    await put(content, 'zwei', 'one')
    await check(content)
    await isWrong(content)
  },
  async answerRight(content) {
    await put(content, 'zwei', 'two')
    await put(content, 'eins', 'one')
    await check(content)
    await isRight(content)
  },
}
