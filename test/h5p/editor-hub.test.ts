import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { editorPlace } from '../../src/h5p/index.js'
import { anAdmin } from './admin-world.js'
import { anEditorFolder } from './editor-folder.js'

/** A fake Hub on this machine: it only counts what it is asked, and offers one type. */
const asked: string[] = []
const hub = createServer((req, res) => {
  asked.push(`${req.method ?? ''} ${req.url ?? ''}`)
  res.setHeader('Content-Type', 'application/json').end(req.url === '/sites' ? '{"uuid":"b9bd5e5c"}' : JSON.stringify({ contentTypes: [OFFERED] }))
})
const OFFERED = { id: 'Test.Offered', version: { major: 1, minor: 0, patch: 0 }, coreApiVersionNeeded: { major: 1, minor: 19 }, title: 'Offered', summary: '', description: '', icon: '', createdAt: '2020-01-01', updatedAt: '2020-01-01', isRecommended: true, popularity: 1, screenshots: [], license: {}, owner: 'Nobody', example: '' }
let hubAddresses: { contentTypes: string; registration: string }
beforeAll(async () => {
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve))
  const at = hub.address()
  const url = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`
  hubAddresses = { contentTypes: `${url}/types/`, registration: `${url}/sites` }
})
afterAll(() => void hub.close())

/** Everything of an author's editor that could lead to the Hub. */
const useEditor = async (world: Awaited<ReturnType<typeof withEditor>>) => {
  const place = editorPlace(world.kit, { run: 'r1', course: 'c', user: 'ana', name: 'Ana', exp: Date.now() / 1000 + 60 }, 'en').replace(/\?.*$/, '')
  const ask = (to: string, init?: RequestInit) => fetch(`${world.url}${place}${to}`, init)
  expect((await ask('')).status).toBe(200)
  const types = (await (await ask('ajax?action=content-type-cache')).json()) as { libraries: { machineName: string }[] }
  await ask('ajax?action=content-hub-metadata-cache')
  await ask('ajax?action=get-content&id=1', { method: 'POST' })
  await ask('ajax?action=library-install&id=Test.Offered', { method: 'POST' })
  return types.libraries.map(({ machineName }) => machineName)
}
const withEditor = async (h5pHub: boolean) =>
  anAdmin({
    config: { h5pHub, editorPath: await anEditorFolder() }, h5p: { hubAddresses },
    mount: (app, { h5p, kit }) => void app.use('/studio/:run/h5p-editor/:ticket', h5p.editorRoutes(kit, { isAuthor: () => Promise.resolve(true), adminLasts: () => Promise.resolve(false) })),
  })

describe('an author’s editor and the Hub', () => {
  it.each([[true], [false]])('it asks the Hub nothing that no administrator has asked (H5P_HUB: %s)', async (h5pHub) => {
    asked.length = 0
    const names = await useEditor(await withEditor(h5pHub))
    expect(names).toContain('Keyroom.Choice')
    expect(names).not.toContain('Test.Offered')
    expect(asked).toEqual([])
  })
  it('it shows what the Hub said when an administrator asked, however long ago, and asks nothing anew', async () => {
    const world = await withEditor(true)
    expect((await world.post('/admin/h5p/hub/refresh', {})).status).toBe(303)
    expect(asked).toContain('POST /types/')
    await world.kit.mongo.db.collection<{ _id: string; json: string }>('h5p_values').updateOne({ _id: 'contentTypeCacheUpdate' }, { $set: { json: '1' } })
    asked.length = 0
    expect(await useEditor(world)).toContain('Test.Offered')
    expect(asked).toEqual([])
  })
})
