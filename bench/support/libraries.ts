import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DEMO_COURSE } from './keyroom.js'
import { ROOT } from './process.js'

/** The project's own libraries in a folder, and small ones beside them until there are so many. */
export const manyLibraries = async (folder: string, many: number): Promise<string> => {
  await cp(path.join(ROOT, 'h5p-content', 'libraries'), folder, { recursive: true })
  for (let index = (await readdir(folder)).length; index < many; index++) {
    const library = path.join(folder, `Bench.Part${index}-1.0`)
    await mkdir(library)
    const manifest = { title: `Part ${index}`, machineName: `Bench.Part${index}`, majorVersion: 1, minorVersion: 0, patchVersion: 1, runnable: 0, preloadedJs: [{ path: 'part.js' }] }
    await writeFile(path.join(library, 'library.json'), JSON.stringify(manifest))
    await writeFile(path.join(library, 'part.js'), `window.BenchPart${index} = ${index}\n`)
  }
  return folder
}

/** A content of the demo course: six libraries, two types of question. */
export const CONTENT = 'what-and-why'
export const readContent = async (): Promise<{ h5p: object; content: object; files: string }> => {
  const folder = path.join(DEMO_COURSE, 'h5p', CONTENT)
  const [h5p, content] = await Promise.all(['h5p.json', 'content/content.json'].map(async (file) => JSON.parse(await readFile(path.join(folder, file), 'utf8')) as object))
  return { h5p: h5p ?? {}, content: content ?? {}, files: path.join(folder, 'content') }
}
