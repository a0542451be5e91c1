import { spawn } from 'node:child_process'
import { cp } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { freshMongo, freshUri } from '../support/mongo.js'
import { aNode, readAll } from './store-world.js'
import { tempDir } from './world.js'

const LIBRARY = path.resolve(import.meta.dirname, '../../h5p-content/libraries/Keyroom.Look-1.0')

/** A node in a process of its own that installs one version after the other until it is killed. */
const installer = (uri: string, dir: string, dataDir: string, where: string): Promise<{ kill: () => Promise<void> }> => {
  const child = spawn(process.execPath, ['--import', 'tsx', path.resolve(import.meta.dirname, 'store-installer.ts'), uri, LIBRARY, dir, dataDir, where], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`ended by itself: ${code}`)))
    child.stdout.once('data', () => resolve({ kill: async () => { child.kill('SIGKILL'); await ended } }))
  })
}

it.each(['disk', 'gridfs'] as const)('a node killed while it installs a library leaves the old one or the new one, whole (%s)', async (where) => {
  const [uri, dir, dataDir] = [freshUri(), await tempDir(), await tempDir()]
  const mongo = await freshMongo(uri)
  await cp(LIBRARY, dir, { recursive: true })
  const seen = new Set<number>()
  for (const after of [40, 90, 170]) {
    const { kill } = await installer(uri, dir, dataDir, where)
    await wait(after)
    await kill()
    const { store } = await aNode({ mongo, dataDir, where })
    const library = await store.libraries.get('H5P.Killed 1.0')
    const [said, mark] = await Promise.all(['library.json', 'mark.txt'].map(async (name) => (await readAll(await store.files.get(library?.files.get(name)?.key ?? ''))).toString()))
    // All of one version: what its list says, what its files say.
    expect((JSON.parse(said ?? '') as { patchVersion: number }).patchVersion).toBe(library?.manifest.patchVersion)
    expect(mark).toBe(`version ${library?.manifest.patchVersion}`)
    for (const { key, bytes } of library?.files.values() ?? []) expect((await readAll(await store.files.get(key))).length).toBe(bytes)
    seen.add(library?.manifest.patchVersion ?? 0)
  }
  expect(seen.size).toBe(3)
})
