import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { askedIn, knownOf, type Asked } from './answers.js'
import { answer } from './hands.js'
import type { Host, Played, Said } from './keyroom.js'
import { wayOf } from './ways.js'

/** What is true of a package; undefined: there is nothing of the kind in it. */
export interface Row {
  name: string
  type: string
  version: string
  kind: string
  renders: boolean
  /** The activity is done for the learner, in the end. */
  done: boolean
  emits?: boolean
  resumes?: boolean
  scored?: boolean
  equal?: boolean
  notes: string[]
}

interface Stand { response: unknown; raw: number; max: number }
interface InPage {
  told: string[]
  stands(items: string[]): Record<string, Stand>
  state(): unknown
  instances: Map<string, { selectableWords?: { isAnswer(): boolean }[] }>
}
type Conforming = { conformance: InPage }

/** Saved state and answers are on their way for so long. */
const SETTLING = 2000
const SHORTEST = 20

/** A learner with a package on the screen. */
class Sitting {
  private constructor(readonly page: Page, private readonly faults: string[]) {}

  static async open(browser: Browser, address: string): Promise<Sitting> {
    const page = await browser.newPage({ viewport: { width: 1000, height: 1300 } })
    page.setDefaultTimeout(8000)
    const faults: string[] = []
    page.on('pageerror', ({ message }) => faults.push(message.split('\n')[0] ?? ''))
    page.on('response', (response) => response.status() >= 400 && faults.push(`${response.status()} for ${new URL(response.url()).pathname.split('/').slice(-2).join('/')}`))
    await page.addInitScript({ path: path.join(import.meta.dirname, 'in-page.js') })
    await page.goto(address)
    await page.waitForTimeout(1000)
    return new Sitting(page, faults)
  }
  /** What went wrong on the page so far. */
  faultsSoFar = (): string[] => [...new Set(this.faults)]
  isShown = async (): Promise<boolean> => ((await this.page.locator('.h5p-content').boundingBox())?.height ?? 0) > SHORTEST
  told = (): Promise<string[]> => this.page.evaluate(() => (window as unknown as Conforming).conformance.told)
  state = (): Promise<string> => this.page.evaluate(() => JSON.stringify((window as unknown as Conforming).conformance.state() ?? null))
  stands = (items: string[]): Promise<Record<string, Stand>> => this.page.evaluate((ids) => (window as unknown as Conforming).conformance.stands(ids), items)

  /** Which words the type itself holds for answers: all of them, or one that isn't. */
  words = (id: string, how: 'right' | 'wrong'): Promise<string> =>
    this.page.evaluate(
      ([id, how]) => {
        const words = (window as unknown as Conforming).conformance.instances.get(id)?.selectableWords ?? []
        const found = words.flatMap((word, index) => (word.isAnswer() === (how === 'right') ? [index] : []))
        return (how === 'right' ? found : found.slice(0, 1)).join('[,]')
      },
      [id, how] as const,
    )
  async play({ library, params }: Played, asked: Asked[], how: 'right' | 'wrong'): Promise<void> {
    const one = async (each: Asked): Promise<void> => answer(this.page, each, knownOf(each)?.[how] ?? (await this.words(each.id, how)))
    await wayOf(library.split(' ')[0] ?? '')(this.page, asked, one, params as Record<string, unknown>)
    const done = this.page.locator('#frame-done button')
    if (await done.isVisible()) await done.click()
    await this.page.waitForTimeout(SETTLING)
  }
  close = (): Promise<void> => this.page.close()
}

/** The server has an answer to each question, and the points the type itself gave. */
const sameScores = (stands: Record<string, Stand>, said: Record<string, Said>, asked: Asked[]): string[] =>
  asked.flatMap(({ id, machineName }) => {
    const [client, server] = [stands[id], said[id]]
    if (!server) return [`no answer to ${machineName} arrived`]
    return client && client.raw === server.score && client.max === server.max ? [] : [`${machineName}: ${client?.raw} of ${client?.max} in the type, ${server.score} of ${server.max} on the server`]
  })

/** States are told apart by what was answered: counted visits and seconds may differ. */
const withoutNumbers = (state: string): string => state.replace(/-?\d+(\.\d+)?/g, '0')

const resume = async (browser: Browser, host: Host, played: Played, asked: Asked[], before: { stands: Record<string, Stand>; state: string }): Promise<{ resumes?: boolean; notes: string[] }> => {
  if (before.state === 'null') return { notes: ['keeps no state'] }
  const tries = async (): Promise<string> => JSON.stringify(Object.entries((await host.standing(played.id, 'right')).items).map(([id, said]) => [id, said.tries]))
  const triesBefore = await tries()
  const sitting = await Sitting.open(browser, await host.frame(played.id, 'right'))
  await sitting.page.waitForTimeout(SETTLING)
  const [stands, state, triesAfter] = [await sitting.stands(asked.map(({ id }) => id)), await sitting.state(), await tries()]
  await sitting.close()
  const lost = asked.filter(({ id }) => JSON.stringify(stands[id]?.response) !== JSON.stringify(before.stands[id]?.response))
  const notes = [
    ...lost.map(({ machineName }) => `${machineName} comes back other than it was left`),
    ...(triesAfter === triesBefore ? [] : ['answers are sent again on resuming']),
    ...(asked.length === 0 && withoutNumbers(state) !== withoutNumbers(before.state) ? ['its state comes back other than it was left'] : []),
  ]
  return { resumes: notes.length === 0, notes }
}

const playOnce = async (browser: Browser, host: Host, played: Played, asked: Asked[], how: 'right' | 'wrong') => {
  const sitting = await Sitting.open(browser, await host.frame(played.id, how))
  const notes: string[] = []
  const renders = await sitting.isShown()
  await sitting.play(played, asked, how).catch((error: unknown) => notes.push(`answering ${how}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`))
  const [told, stands, state] = [await sitting.told(), await sitting.stands(asked.map(({ id }) => id)), await sitting.state()]
  const faults = sitting.faultsSoFar()
  await sitting.close()
  const standing = await host.standing(played.id, how)
  return { renders: renders && faults.length === 0, told, stands, state, standing, notes: [...notes, ...faults] }
}

/** Plays a package, wrong and right and once more, and says what is true of it. */
export const playPackage = async (browser: Browser, host: Host, played: Played): Promise<Row> => {
  const asked = host.asks(played) ? askedIn(played.library, played.params) : []
  const wrong = await playOnce(browser, host, played, asked, 'wrong')
  const right = await playOnce(browser, host, played, asked, 'right')
  const resumed = await resume(browser, host, played, asked, right)
  const unequal = [...sameScores(wrong.stands, wrong.standing.items, asked), ...sameScores(right.stands, right.standing.items, asked)]
  const done = ['answered', 'completed'].some((verb) => right.told.includes(verb)) ? [] : right.standing.completed ? ['the learner says it is done'] : ['never done']
  const solved = right.standing.completed && !wrong.standing.completed
  return {
    name: played.name, type: played.library.split(' ')[0] ?? '', version: played.version, kind: asked.length > 0 ? 'rescored' : 'self-reported',
    renders: wrong.renders && right.renders,
    done: right.standing.completed,
    emits: right.told.length === 0 && asked.length === 0 ? undefined : right.told.length > 0,
    resumes: resumed.resumes,
    scored: asked.length > 0 ? solved && asked.every(({ id }) => right.standing.items[id]) : undefined,
    equal: asked.length > 0 ? unequal.length === 0 : undefined,
    notes: [...new Set([...wrong.notes, ...right.notes, ...unequal, ...resumed.notes, ...done])],
  }
}

/** Nothing that can be is missing. */
export const isPassed = ({ renders, done, emits, resumes, scored, equal }: Row): boolean => renders && done && [emits, resumes, scored, equal].every((each) => each !== false)
