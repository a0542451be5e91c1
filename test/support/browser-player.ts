import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Frame, FrameLocator, Locator, Page } from 'playwright-core'
import { readSeedCourse, type SeedRoom } from '../../src/demo/course-file.js'
import type { Course } from '../../src/courses/index.js'
import { DEMO_COURSE } from './root.js'

/** What someone knows who has the answers: prompts as they are read, and what to do with each. */
type Knowledge = Map<string, { kind: 'choice' | 'true-false' | 'blanks' | 'lock'; right: unknown }>

const plain = (html: string): string => html.replace(/<[^>]*>/g, '').replace(/&amp;/g, '&').replace(/&nbsp;|\s+/g, ' ').trim()
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** All prompts of the demo course with their right answers, from the author's file. */
export const readKnowledge = (dir = DEMO_COURSE): { rooms: SeedRoom[]; known: Knowledge } => {
  const rooms = readSeedCourse(dir)
  const right = new Map(rooms.flatMap(({ activities }) => activities.flatMap(({ questions }) => questions.map((question) => [question.item, question.right] as const))))
  const known: Knowledge = new Map()
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk)
    if (!isObject(value)) return
    const { library, subContentId, params } = value
    if (typeof library === 'string' && typeof subContentId === 'string' && isObject(params) && right.has(subContentId)) {
      const kind = library.startsWith('Keyroom.Choice') ? 'choice' : library.startsWith('Keyroom.TrueFalse') ? 'true-false' : library.startsWith('Keyroom.Lock') ? 'lock' : 'blanks'
      known.set(plain(String(params.question ?? params.task ?? params.prompt ?? '')), { kind, right: right.get(subContentId) })
    }
    Object.values(value).forEach(walk)
  }
  for (const { activities } of rooms) {
    for (const { id } of activities) walk(JSON.parse(readFileSync(path.join(dir, 'h5p', id, 'content', 'content.json'), 'utf8')))
  }
  return { rooms, known }
}

/** A reflection asks for words, no matter which. */
const reflect = async (question: Locator): Promise<void> => {
  for (const field of await question.locator('textarea').all()) await field.fill('One minute alone, two in pairs, three with all, and then a sentence that stays on the table.')
  await question.locator('button[type=submit]').click()
  await question.locator('.kr-verdict.kr-right').waitFor()
}

const answer = async (question: Locator, known: Knowledge): Promise<void> => {
  if (await question.locator('textarea').count()) return reflect(question)
  const prompt = plain((await question.locator('.kr-prompt').first().innerText()).replace(/\n/g, ' '))
  const what = known.get(prompt)
  if (!what) throw new Error(`Nobody knows the answer to “${prompt}”`)
  if (what.kind === 'lock') await question.locator('input').fill(what.right as string)
  else if (what.kind === 'blanks') {
    const gaps = what.right as string[]
    for (const [index, word] of gaps.entries()) await question.locator('input').nth(index).fill(word)
  } else {
    const values = what.kind === 'choice' ? (what.right as number[]) : [what.right === true ? 0 : 1]
    for (const value of values) await question.locator(`input[value="${value}"]`).check()
  }
  await question.locator('button[type=submit]').click()
  await question.locator('.kr-verdict.kr-right').waitFor()
}

/** Answers whatever is asked on the page that is shown. */
const answerVisible = async (content: Frame | FrameLocator, known: Knowledge): Promise<void> => {
  for (const question of await content.locator('form.kr-question').all()) {
    if (!(await question.isVisible()) || !(await question.locator('button[type=submit]').isVisible())) continue
    await answer(question, known)
  }
}

/** Plays one content to its end by its own buttons. */
export const playContent = async (content: Frame | FrameLocator, known: Knowledge): Promise<void> => {
  await content.locator('.kr-root').waitFor()
  const spots = await content.locator('.kr-spot h2 button').all()
  for (const spot of spots) {
    if ((await spot.getAttribute('aria-expanded')) !== 'true') await spot.click()
    await answerVisible(content, known)
  }
  for (let step = 0; step < 100 && spots.length === 0; step++) {
    await answerVisible(content, known)
    const next = content.locator('.kr-turn button:visible').filter({ has: content.locator('.kr-icon-next, .kr-icon-flag') })
    if ((await next.count()) === 0) return
    await next.first().click()
  }
}

/** Every needed page of a room that is open; of a choice, the first. */
const playActivities = async (frame: Frame, { activities }: SeedRoom, known: Knowledge): Promise<void> => {
  for (const { id } of activities) {
    await frame.locator(`nav a[href*="activity=${id}"]`).click()
    await frame.locator(`nav a[href*="activity=${id}"][aria-current=step]`).waitFor()
    await playContent(frame.frameLocator('#frame'), known)
    await frame.locator(`nav a[href*="activity=${id}"][data-done=true]`).waitFor()
  }
}
/** From the map through the first room, to its key. */
export const playFirstRoom = async (frame: Frame): Promise<void> => {
  const { rooms: [first], known } = readKnowledge()
  await frame.locator('.next a.btn').click()
  if (first) await playActivities(frame, first, known)
}

/** From the map to the trophy: every room, and the key typed at each door. */
export const playCourse = async (frame: Frame, course: Course): Promise<void> => {
  const { rooms, known } = readKnowledge()
  await frame.locator('.next a.btn').click()
  for (const [index, { title }] of course.rooms.entries()) {
    await frame.locator(`h1:has-text("${title}")`).waitFor()
    const room = rooms[index]
    if (room) await playActivities(frame, room, known)
    if (index === course.rooms.length - 1) break
    const key = await frame.locator('[data-earned-key]').getAttribute('data-earned-key')
    await frame.locator('input[name=key]').fill(key ?? '')
    await frame.locator('form[data-door] button[type=submit]').click()
  }
  await frame.locator('a[href$="/finish"]').first().click()
  await frame.locator('.trophy').waitFor()
}

/** Keyroom's frame in the LMS's page. */
export const toolFrame = async (page: Page, url: string): Promise<Frame> => {
  for (;;) {
    const found = page.frames().find((frame) => frame.url().startsWith(url) && /\/(play|insights)\//.test(frame.url()) && frame.parentFrame() === page.mainFrame())
    if (found) return found
    await page.waitForTimeout(50)
  }
}
