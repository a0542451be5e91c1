import type { Content, OwnType } from './type.js'

const read = async (content: Content): Promise<void> => {
  await content.getByRole('button', { name: 'I’ve read this' }).click()
  await isRead(content)
}
const isRead = (content: Content): Promise<void> => content.getByText('Read. Thank you!').waitFor()

export const text: OwnType = {
  title: 'Text', machineName: 'Keyroom.Text', max: 0,
  async fill(author, { picture }) {
    await author.write('Text', 'Read this slowly.')
    await author.bring('Picture', picture)
    await author.write('Alternative text', 'A classroom')
  },
  begin: async (content) => (await content.getByText('Read this slowly.').waitFor(), await content.getByAltText('A classroom').waitFor(), await read(content)),
  isAsLeft: isRead,
}

export const tips: OwnType = {
  title: 'Accordion of tips', machineName: 'Keyroom.Tips', max: 0,
  async fill(author) {
    await author.row('Tip', 1).write('Title', 'Why?')
    await author.row('Tip', 1).write('Text', 'Because it lasts.')
    const second = await author.add('Tip', 2)
    await second.write('Title', 'How?')
    await second.write('Text', 'Little by little.')
  },
  async begin(content) {
    await content.getByText('How?').click()
    await content.getByText('Little by little.').waitFor()
    await read(content)
  },
  isAsLeft: isRead,
}
