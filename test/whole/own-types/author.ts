import type { Locator, Page } from 'playwright-core'

/** What an author brings along. */
export interface Brought { name: string; mimeType: string; buffer: Buffer }

const exactly = (words: string): RegExp => new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}( optional)?$`)

/** An author at the form: finds everything by what it is called on the page, types on the keyboard, presses buttons. */
export class Author {
  constructor(readonly page: Page, private readonly here: Locator = page.locator('main')) {}

  async write(label: string, text: string): Promise<void> {
    const name = exactly(label)
    await this.here.getByRole('textbox', { name }).or(this.here.getByRole('spinbutton', { name })).first().click()
    await this.page.keyboard.press('ControlOrMeta+a')
    await this.page.keyboard.type(text)
  }
  async choose(label: string, option: string): Promise<void> {
    await this.here.getByRole('combobox', { name: exactly(label) }).first().selectOption({ label: option })
  }
  /** What is ticked, switched or picked by its own words. */
  async pick(words: string): Promise<void> {
    await this.here.getByText(words, { exact: true }).first().click()
  }
  async press(name: string): Promise<void> {
    await this.here.getByRole('button', { name, exact: true }).first().click()
  }
  /** A row of a list, by its number. */
  row(entity: string, n: number): Author {
    const its = this.page.getByRole('button', { name: `Remove: ${entity} ${n}`, exact: true })
    return new Author(this.page, this.here.getByRole('listitem').filter({ has: its }).last())
  }
  /** Opens a row that is closed. */
  async open(): Promise<this> {
    await this.here.getByRole('button', { expanded: false }).first().click()
    return this
  }
  async add(entity: string, n: number): Promise<Author> {
    await this.press(`Add ${entity.toLowerCase()}`)
    return this.row(entity, n)
  }
  /** What a field for a number holds. */
  async number(label: string): Promise<number> {
    return Number(await this.here.getByRole('spinbutton', { name: exactly(label) }).first().inputValue())
  }
  /** Presses on the picture in which something is placed, so far from its left and its top. */
  async pointAt(across: number, down: number): Promise<void> {
    const picture = this.here.locator('.placing-stage img')
    await picture.scrollIntoViewIfNeeded()
    const { x, y, width, height } = (await picture.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    await this.page.mouse.click(x + width * across, y + height * down)
  }
  /** Moves the film in the form to a moment, as its bar does. */
  async seek(second: number): Promise<void> {
    await this.page.locator('video').evaluate((film: HTMLVideoElement, to) => new Promise<void>((done) => {
      film.addEventListener('seeked', () => done(), { once: true })
      film.currentTime = to
    }), second)
  }
  async bring(label: string, file: Brought): Promise<void> {
    const field = this.here.getByRole('group', { name: exactly(label) }).first()
    const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), field.getByText(/^Choose a /).click()])
    await chooser.setFiles(file)
    await field.getByText('Replace', { exact: true }).waitFor()
  }
}
