// npm run screenshots: the pictures of the README, taken of the demo as it runs. Also a way to look at every page in every dress:
//   npm run screenshots -- --all FOLDER     320 and 1600 px, light and dark, English, Chinese and Arabic
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { ensureInstall, ROOT } from './ensure-install.mjs'

ensureInstall()
const { launchChromium } = await import('./chromium.mjs')
const all = process.argv.includes('--all') ? path.resolve(process.argv[process.argv.indexOf('--all') + 1] || '') : undefined
const out = all ?? path.join(ROOT, 'docs', 'screenshots')
mkdirSync(out, { recursive: true })

const dataDir = mkdtempSync(path.join(os.tmpdir(), 'keyroom-screenshots-'))
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
const [port, lmsPort] = [await freePort(), await freePort()]
const lms = `http://127.0.0.1:${lmsPort}`
const keyroom = `http://localhost:${port}`
const demo = spawn(process.execPath, [path.join(ROOT, 'scripts', 'demo.mjs')], { cwd: ROOT, env: { ...process.env, PORT: String(port), DEMO_LMS_PORT: String(lmsPort), DATA_DIR: dataDir }, stdio: ['ignore', 'pipe', 'inherit'] })
const ready = new Promise((resolve, reject) => {
  let said = ''
  demo.stdout.on('data', (part) => {
    process.stdout.write(part)
    said += part
    if (/^Ready: /m.test(said)) resolve()
  })
  demo.once('exit', () => reject(new Error('The demo did not start.')))
})
const stop = async () => {
  const ended = new Promise((resolve) => demo.once('exit', resolve))
  demo.kill('SIGTERM')
  await ended
  rmSync(dataDir, { recursive: true, force: true })
}

/** Opens Keyroom as a person, in a window of its own, and gives the page and the address of the run. */
const enter = async (browser, person, options) => {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await context.request.post(`${lms}/session`, { form: { person } })
  await page.goto(`${lms}/course/rooms/window`)
  await page.waitForURL(new RegExp(`^${keyroom}/(play|insights)/`))
  const [, area, run] = new URL(page.url()).pathname.split('/')
  return { context, page, base: `${keyroom}/${area}/${run}/`, run }
}
const settle = (page) => page.evaluate(() => globalThis.document.fonts.ready).then(() => page.waitForTimeout(900))

/** The author opens the box of cards in its form. */
const writes = async (page, run) => {
  await page.goto(`${keyroom}/studio/${run}/contents`)
  await page.locator('[data-activity=sort-the-cards] form button').click()
  await page.waitForURL(/contents\/draft-/)
  await page.locator('.preview-frame:not([data-waiting])').waitFor()
}

const README = [
  { name: 'map', person: '25', address: '', size: { width: 1280, height: 860 } },
  { name: 'door', person: '25', address: 'rooms/theatre', size: { width: 1280, height: 760 } },
  { name: 'room', person: '25', address: 'rooms/workshop', size: { width: 1280, height: 860 } },
  { name: 'finish', person: '22', address: 'finish', size: { width: 1280, height: 860 } },
  { name: 'insights', person: '12', address: '', size: { width: 1280, height: 860 } },
  { name: 'clue', person: '25', address: 'rooms/library?activity=open-the-cabinet', size: { width: 1280, height: 1000 }, act: (page) => page.frameLocator('#frame').locator('.kr-gift:visible').scrollIntoViewIfNeeded() },
  { name: 'form', person: '11', address: '', size: { width: 1280, height: 900 }, act: writes },
  { name: 'review', person: '12', address: 'reviews', size: { width: 1280, height: 900 }, act: (page) => Promise.all([page.waitForURL(/reviews\/./), page.locator('.reviews a.who').first().click()]) },
]
const PAGES = [
  { name: 'map-new', person: '21', address: '' }, { name: 'map', person: '25', address: '' }, { name: 'map-done', person: '22', address: '' },
  { name: 'door', person: '25', address: 'rooms/theatre' }, { name: 'room', person: '25', address: 'rooms/workshop' }, { name: 'finish', person: '22', address: 'finish' },
  { name: 'ladder', person: '25', address: 'ladder' }, { name: 'insights', person: '12', address: '' }, { name: 'insights-ladder', person: '12', address: 'ladder' },
  { name: 'grades', person: '12', address: 'grades' }, { name: 'grade-columns', person: '12', address: 'grades/columns' },
]
const DRESSES = [
  { lang: 'en', width: 320, scheme: 'light' }, { lang: 'en', width: 1600, scheme: 'light' }, { lang: 'en', width: 1600, scheme: 'dark' },
  { lang: 'zh-CN', width: 320, scheme: 'dark' }, { lang: 'zh-CN', width: 1600, scheme: 'light' }, { lang: 'ar', width: 320, scheme: 'light' }, { lang: 'ar', width: 1600, scheme: 'dark' },
]

let browser
try {
  await ready
  browser = await launchChromium()
  if (!all) {
    for (const { name, person, address, size, act } of README) {
      const { context, page, base, run } = await enter(browser, person, { viewport: size, reducedMotion: 'reduce' })
      await page.goto(base + address)
      await act?.(page, run)
      await settle(page)
      await page.screenshot({ path: path.join(out, `${name}.png`) })
      await context.close()
    }
  } else {
    for (const { lang, width, scheme } of DRESSES) {
      for (const { name, person, address } of PAGES) {
        const { context, page, base } = await enter(browser, person, { viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: 'reduce' })
        await page.goto(`${base}${address}?lang=${lang}`)
        await settle(page)
        await page.screenshot({ path: path.join(out, `${name}-${lang}-${width}-${scheme}.png`), fullPage: true })
        await context.close()
      }
    }
  }
  console.log(`Pictures are in ${path.relative(process.cwd(), out)}.`)
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await browser?.close()
  await stop()
}
