/** Run as a process of its own: installs one version of a library after the other, until it is killed. */
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createStore } from '../../src/h5p/store/index.js'
import { connectMongo } from '../../src/infra/index.js'

const [uri = '', base = '', folder = '', dataDir = '', where = 'disk'] = process.argv.slice(2)
const mongo = await connectMongo(uri)
const store = await createStore({ mongo, config: { publicUrl: '', dataDir, demo: true, h5pFiles: where as 'disk' | 'gridfs' }, now: () => new Date() }, path.join(dataDir, 'h5p'))
const file = path.join(folder, 'library.json')
const manifest = { ...(JSON.parse(await readFile(path.join(base, 'library.json'), 'utf8')) as object), machineName: 'H5P.Killed' }
const installed = (await store.libraries.get('H5P.Killed 1.0'))?.manifest.patchVersion ?? 0
for (let patchVersion = installed + 1; ; patchVersion += 1) {
  await writeFile(file, JSON.stringify({ ...manifest, patchVersion }))
  await writeFile(path.join(folder, 'mark.txt'), `version ${patchVersion}`)
  await store.libraries.install([{ folder }])
  if (patchVersion === installed + 1) process.stdout.write('begun\n')
}
