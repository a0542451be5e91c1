import { beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../scripts/chromium.mjs'
import { axeFaults } from '../support/axe.js'
import { aWorld, type Learner, type World } from './world.js'

let world: World
beforeAll(async () => {
  world = await aWorld()
})
const pathOf = (learner: Learner): string => `/insights/${world.run}/reviews/${learner.user}/film/a`
const judge = (learner: Learner, fields: Record<string, string>) => world.as('instructor').post(pathOf(learner), fields)
const itemOf = async (learner: Learner) => (await world.ledger.standing(world.run, learner.user)).play.activities.film?.items.a

describe('an open answer', () => {
  it('waits for a person, worth nothing until then', async () => {
    const ana = await world.learner('Ana')
    await ana.answers('film', 'a', 'essay: I would let them <b>teach</b>.')
    expect(await itemOf(ana)).toMatchObject({ pending: expect.any(Date), score: 0, correct: false })
    const list = await world.as('instructor').get(`/insights/${world.run}/reviews`)
    expect(list.text).toContain('Ana')
    const page = await world.as('instructor').get(pathOf(ana))
    expect(page.text).toContain('I would let them &lt;b&gt;teach&lt;/b&gt;.')
    expect(page.text).toContain('Plan a session.')
    expect(page.text).toContain('Who does what')
  })
  it('of somebody without a name is told from another’s by the alias, in the list and on its page', async () => {
    const nameless = [await world.learner(undefined), await world.learner(undefined)]
    for (const each of nameless) await each.answers('film', 'a', 'essay: mine')
    const { text } = await world.as('instructor').get(`/insights/${world.run}/reviews`)
    const aliases = nameless.map(({ user }) => new RegExp(`reviews/${user}/film/a"><bdi>No name given</bdi></a> <bdi class="alias[^>]*>([^<]+)`).exec(text)?.[1] ?? '')
    expect(new Set(aliases).size).toBe(2)
    for (const [index, alias] of aliases.entries()) {
      expect(alias).toMatch(/^\S+ \S+ \d\d$/)
      expect((await world.as('instructor').get(pathOf(nameless[index] as Learner))).text).toContain(alias)
      await judge(nameless[index] as Learner, { 'level-0': '0', 'level-1': '0', tries: '1' })
    }
  })
  it('gets the points of the levels chosen, and completes the activity when that was all that was missing', async () => {
    const ben = await world.learner('Ben')
    await ben.answers('film', 'a', 'essay: mine')
    await ben.answers('film', 'b', 'right')
    const { status } = await judge(ben, { 'level-0': '1', 'level-1': '1', tries: '1', comment: 'Fine work' })
    expect(status).toBe(303)
    const { play } = await world.ledger.standing(world.run, ben.user)
    expect(play.activities.film?.items.a).toMatchObject({ score: 5, max: 5, correct: true, review: { score: 5, max: 5, comment: 'Fine work', criteria: [{ title: 'Aim', level: 'Clear', points: 2 }, { title: 'Activity', level: 'Rich', points: 3 }] } })
    expect(play.activities.film?.items.a?.pending).toBeUndefined()
    expect(play.activities.film?.completed).toBeInstanceOf(Date)
    expect((await world.as('instructor').get(`/insights/${world.run}/participants/${ben.user}`)).text).toContain('Fine work')
  })
  it('that is judged half-way comes back filled, with what is missing named', async () => {
    const cy = await world.learner('Cy')
    await cy.answers('film', 'a', 'essay: c')
    const back = await judge(cy, { 'level-0': '1', tries: '1', comment: 'Nearly there' })
    expect(back.status).toBe(400)
    expect(back.text).toContain('Nearly there')
    expect(back.text).toContain('level-1-fault')
    expect(back.text).not.toContain('level-0-fault')
    expect(await itemOf(cy)).toMatchObject({ pending: expect.any(Date) })
  })
  it('can’t be judged unread: one sent meanwhile refuses the judgement of the one before', async () => {
    const di = await world.learner('Di')
    await di.answers('film', 'a', 'essay: first')
    await di.answers('film', 'a', 'essay: second')
    const refused = await judge(di, { 'level-0': '1', 'level-1': '1', tries: '1' })
    expect(refused.status).toBe(409)
    expect(await itemOf(di)).toMatchObject({ pending: expect.any(Date), response: 'essay: second' })
    expect((await judge(di, { 'level-0': '0', 'level-1': '0', tries: '2' })).status).toBe(303)
    expect(await itemOf(di)).toMatchObject({ score: 1, correct: false })
  })
  it('sent again at the very moment of a judgement still waits, whichever came first', async () => {
    for (let round = 1; round <= 12; round += 1) {
      const fay = await world.learner(`Fay ${round}`)
      await fay.answers('film', 'a', 'essay: first')
      const [judged] = await Promise.all([judge(fay, { 'level-0': '1', 'level-1': '1', tries: '1' }), fay.answers('film', 'a', 'essay: second')])
      const item = await itemOf(fay)
      // All points given first: what came after no more counts. Otherwise the second is unread, and waits.
      expect(item).toMatchObject(judged.status === 303 && item?.response === 'essay: first' ? { correct: true } : { response: 'essay: second', pending: expect.any(Date) })
    }
  })
  it('sent again after a judgement waits again, with what was said before; a judgement may be corrected downwards', async () => {
    const ed = await world.learner('Ed')
    await ed.answers('film', 'a', 'essay: one')
    await judge(ed, { 'level-0': '1', 'level-1': '0', tries: '1', comment: 'More of the second' })
    await ed.answers('film', 'a', 'essay: two')
    expect(await itemOf(ed)).toMatchObject({ pending: expect.any(Date), score: 3, review: { comment: 'More of the second' } })
    await judge(ed, { 'level-0': '0', 'level-1': '0', tries: '2' })
    expect(await itemOf(ed)).toMatchObject({ score: 1 })
    expect((await world.ledger.standing(world.run, ed.user)).play.activities.film?.score).toBe(1)
  })
  it('survives a rebuild of the projections', async () => {
    const { differed } = await world.ledger.rebuild({ dryRun: true })
    expect(differed).toEqual([])
  })
  it('of a question nobody has to judge has no page; nor has one of another run', async () => {
    const fay = await world.learner('Fay')
    await fay.answers('film', 'b', 'right')
    const staff = world.as('instructor')
    expect((await staff.get(`/insights/${world.run}/reviews/${fay.user}/film/b`)).status).toBe(404)
    expect((await staff.get(`/insights/${world.run}/reviews/${fay.user}/nothing/a`)).status).toBe(404)
    expect((await world.as('participant', { user: fay.user }).get(`/insights/${world.run}/reviews`)).status).toBe(403)
  })
  it('leads on to who has waited longest, and says so when nobody waits', async () => {
    const waiting = world.as('instructor')
    for (let n = 0; n < 40; n++) {
      const href = /href="[^"]*\/reviews\/([^"]+\/film\/a)"/.exec((await waiting.get(`/insights/${world.run}/reviews`)).text)?.[1]
      if (!href) break
      const tries = /name="tries" value="(\d+)"/.exec((await waiting.get(`/insights/${world.run}/reviews/${href}`)).text)?.[1] ?? ''
      await waiting.post(`/insights/${world.run}/reviews/${href}`, { 'level-0': '1', 'level-1': '1', tries })
    }
    expect((await waiting.get(`/insights/${world.run}/reviews`)).text).toContain('Nothing waits')
  })
})

it.each([['en', 1280, false], ['zh-CN', 1280, true], ['ar', 320, false]] as const)('the pages of reviews have no fault that axe finds, nor anything wider than the window (%s, %i)', async (lang, width, dark) => {
  const gil = await world.learner('Gil')
  await gil.answers('film', 'a', `essay: ${'One long paragraph of mine. '.repeat(20)}`)
  const browser = await launchChromium()
  try {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: dark ? 'dark' : 'light' })
    await context.setExtraHTTPHeaders({ authorization: `Bearer ${world.as('instructor', { lang }).token}` })
    const page = await context.newPage()
    for (const path of [`/insights/${world.run}/reviews`, pathOf(gil)]) {
      await page.goto(`${world.url}${path}`)
      expect(await page.getAttribute('html', 'lang')).toBe(lang)
      expect(await axeFaults(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    }
  } finally {
    await browser.close()
  }
})
