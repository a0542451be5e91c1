// Packs each runnable content type of ours as an .h5p that other H5P hosts take: its libraries, and a sample to look at.
// npm run h5p:pack [-- FOLDER]   (default: dist-h5p)
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import yazl from 'yazl'

const root = fileURLToPath(new URL('..', import.meta.url))
const LIBRARIES = path.join(root, 'h5p-content', 'libraries')
const SAMPLES = path.join(root, 'h5p-content', 'samples')
/** The same bytes each time. */
const WHEN = { mtime: new Date('2000-01-01T00:00:00Z'), mode: 0o100644 }

const readJson = async (...parts) => JSON.parse(await readFile(path.join(...parts), 'utf8'))
const folderOf = ({ machineName, majorVersion, minorVersion }) => `${machineName}-${majorVersion}.${minorVersion}`
const byFolder = async () => new Map(await Promise.all((await readdir(LIBRARIES)).map(async (folder) => [folder, await readJson(LIBRARIES, folder, 'library.json')])))
const filesIn = async (dir) => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')).sort()
}

/** A library, those it stands on, and those its sample holds: what must be there to play it. */
const needed = (folders, first, params) => {
  const found = new Map()
  const add = (folder) => {
    if (found.has(folder)) return
    const library = folders.get(folder)
    if (!library) throw new Error(`${folder} is named and isn't there`)
    found.set(folder, library)
    for (const dependency of library.preloadedDependencies ?? []) add(folderOf(dependency))
  }
  add(first)
  for (const [, name, version] of JSON.stringify(params).matchAll(/"library":"([\w.]+) (\d+\.\d+)"/g)) add(`${name}-${version}`)
  return found
}

const packOne = async (folders, folder, out) => {
  const { machineName } = folders.get(folder)
  const { title, language, params } = await readJson(SAMPLES, `${machineName}.json`)
  const libraries = needed(folders, folder, params)
  const zip = new yazl.ZipFile()
  const json = (name, value) => zip.addBuffer(Buffer.from(JSON.stringify(value, null, 2)), name, WHEN)
  json('h5p.json', {
    title, language, mainLibrary: machineName, embedTypes: ['div', 'iframe'], license: 'CC BY', defaultLanguage: language,
    preloadedDependencies: [...libraries.values()].map(({ machineName, majorVersion, minorVersion }) => ({ machineName, majorVersion, minorVersion })),
  })
  json('content/content.json', params)
  for (const file of await filesIn(path.join(SAMPLES, 'files'))) if (JSON.stringify(params).includes(`"${file}"`)) zip.addFile(path.join(SAMPLES, 'files', file), `content/${file}`, WHEN)
  for (const name of libraries.keys()) for (const file of await filesIn(path.join(LIBRARIES, name))) zip.addFile(path.join(LIBRARIES, name, file), `${name}/${file}`, WHEN)
  zip.end()
  const target = path.join(out, `${folder}.h5p`)
  await pipeline(zip.outputStream, createWriteStream(target))
  return target
}

/** Packs all runnable types into a folder, and says where. */
export const pack = async (out) => {
  const folders = await byFolder()
  await mkdir(out, { recursive: true })
  const runnable = [...folders].filter(([, { runnable }]) => runnable === 1).map(([folder]) => folder).sort()
  const packed = []
  for (const folder of runnable) packed.push(await packOne(folders, folder, out))
  return packed
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = path.resolve(process.argv[2] ?? path.join(root, 'dist-h5p'))
  for (const file of await pack(out)) console.log(path.relative(process.cwd(), file))
}
