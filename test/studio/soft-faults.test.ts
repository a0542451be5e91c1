import { beforeAll, expect, it } from 'vitest'
import { packageOf } from '../h5p/admin-world.js'
import { aWorld, ready, type World } from './contents-world.js'

let world: World
beforeAll(async () => void (world = await aWorld()), 120_000)

it('what another’s type would have otherwise is shown as a hint beside what is to mend, and the content goes into the course all the same', async () => {
  const { h5p, courses } = world.keyroom.rooms
  const semantics = JSON.stringify([{ name: 'text', type: 'text', label: 'Text' }, { name: 'count', type: 'number', label: 'Count', min: 1, max: 9 }])
  await h5p.installLibraries(await packageOf([{ machineName: 'Test.Soft', majorVersion: 1, minorVersion: 0, files: { 'semantics.json': semantics } }]))
  const { id } = await world.authoring.create(world.slug, { library: 'Test.Soft 1.0', title: 'From elsewhere', params: { count: 70 } }, 'u-author')
  const here = `/studio/${world.run}/contents/${id}`
  const page = await world.open(here)
  await ready(page)
  await page.locator('[data-studio=check]').click()
  const summary = page.locator('[data-studio=summary]')
  await expect.poll(() => summary.innerText()).toContain('Differs from what its type asks for, and can be used all the same: 2')
  expect(await summary.getByRole('heading').first().innerText()).toBe('Complete: nothing is missing.')
  expect(await page.locator('[data-studio=check]').getAttribute('data-done')).toBe('true')
  await page.goto(`${world.url}${here}/use`)
  expect(await page.getByText('must not be').count() + await page.getByText('is missing').count()).toBe(0)
  const version = (await courses.current(world.slug))?.id ?? ''
  const published = await world.as('author').post(`${here}/use`, { version, goal: 'add', room: 'library', title: 'From elsewhere', pass: '60', selfReported: 'on' })
  expect(published.headers.get('location')).toBe(`/studio/${world.run}/contents?said=published`)
  await page.context().close()
}, 90_000)
