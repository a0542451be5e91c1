import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CourseFaults } from './faults.js'
import { unzip } from './unzip.js'

/** A course or an H5P content as a folder, whether it came as one or as a zip. */
export interface Folder { dir: string; done(): Promise<void> }

/** @throws CourseFaults where there is neither a folder nor a zip. */
export const openFolder = async (place: string): Promise<Folder> => {
  const found = await lstat(place).catch(() => undefined)
  if (!found) throw new CourseFaults([{ file: place, field: '', message: 'is not there.' }])
  if (found.isDirectory()) return { dir: place, done: async () => {} }
  const made = await mkdtemp(path.join(tmpdir(), 'keyroom-'))
  const done = (): Promise<void> => rm(made, { recursive: true, force: true })
  try {
    await unzip(place, made)
  } catch (error) {
    await done()
    throw error
  }
  return { dir: made, done }
}

/** Why `name` can't be taken from `dir`; undefined when it can. No way out of the folder: neither by dots nor by links. */
export const whyNot = async (dir: string, name: string): Promise<string | undefined> => {
  const parts = name.split('/')
  if (path.isAbsolute(name) || name.includes('\\') || parts.includes('..')) return 'must stay inside the course folder: no "..", no absolute path'
  let at = dir
  for (const part of parts) {
    at = path.join(at, part)
    const found = await lstat(at).catch(() => undefined)
    if (!found) return `"${name}" is not in the folder`
    if (found.isSymbolicLink()) return `"${name}" goes over a link; put the file itself there`
  }
  return undefined
}

/** All files of a folder by their path with `/`, sorted; hidden ones are the author's own business. @throws CourseFaults for a link. */
export const filesIn = async (dir: string): Promise<Map<string, Buffer>> => {
  const files = new Map<string, Buffer>()
  const walk = async (below: string): Promise<void> => {
    const entries = (await readdir(path.join(dir, below), { withFileTypes: true })).filter(({ name }) => !name.startsWith('.') && name !== '__MACOSX')
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = below ? `${below}/${entry.name}` : entry.name
      if (entry.isSymbolicLink()) throw new CourseFaults([{ file: name, field: '', message: 'is a link; put the file itself there.' }])
      if (entry.isDirectory()) await walk(name)
      else if (entry.isFile()) files.set(name, await readFile(path.join(dir, name)))
    }
  }
  await walk('')
  return files
}

/** Files by their path with `/`, written below a folder. */
export const writeFiles = async (dir: string, files: Map<string, Buffer>): Promise<void> => {
  for (const [name, bytes] of files) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true })
    await writeFile(path.join(dir, name), bytes)
  }
}
