import { beforeAll, expect, it } from 'vitest'
import { aWorld, ready, saved, type World } from './contents-world.js'

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64')
let world: World
beforeAll(async () => void (world = await aWorld()), 120_000)

it('in a window that keeps no cookie a content is begun, written, given a picture, previewed and left', async () => {
  const { token } = world.keyroom.rooms.kit.sessions.issue({ run: world.run, user: 'u-author', role: 'author', lang: 'en' })
  const page = await world.open('/verify/nothing')
  await page.context().clearCookies()
  await page.context().route('**/*', async (route) => route.fallback({ headers: { ...route.request().headers(), cookie: '' } }))
  // As text: what the test's own tools make of an import means nothing to a browser.
  await page.evaluate(`import('/assets/lti/window.js').then(({ openWindowWith }) => openWindowWith(${JSON.stringify({ token, renewal: '', seconds: 600 })}, '/studio/${world.run}/contents/new', { unreachable: 'away' }))`)
  await page.locator('label:has(input[value="Keyroom.Hotspots 1.0"])').click()
  await page.click('form[method=post] button.btn')
  await ready(page)
  await page.setInputFiles('#f-params-image-file', { name: 'a.png', mimeType: 'image/png', buffer: PNG })
  await page.waitForSelector('#f-params-image img.thumb')
  await page.fill('#f-params-alt', 'A room')
  await page.fill('#f-params-spots-0-label', 'The door')
  await saved(page)
  await page.frameLocator('.preview-stage iframe:not([data-waiting])').getByText('The door').first().waitFor()
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await page.fill('#f-params-alt', 'A room, left at once')
  await page.click('.crumb a')
  await page.waitForSelector(`[data-draft="${id}"]`)
  await expect.poll(async () => ((await world.authoring.get(world.slug, id)).params as { alt?: string }).alt).toBe('A room, left at once')
  expect(await page.context().cookies(world.url)).toEqual([])
}, 90_000)
