import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ILibraryStorage, LibraryManager } from '@lumieducation/h5p-server'
import { z } from 'zod'
import { missing, writeWhole } from './files.js'

const Version = z.object({ machineName: z.string(), majorVersion: z.number(), minorVersion: z.number(), patchVersion: z.number() })

/** «Keyroom.Choice 1.0»: how contents name a library. */
export const nameOf = ({ machineName, majorVersion, minorVersion }: { machineName: string; majorVersion: number; minorVersion: number }): string =>
  `${machineName} ${majorVersion}.${minorVersion}`

/** Names the bytes of a folder. */
const hashOf = async (dir: string): Promise<string> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(path.relative(dir, file)).update('\0').update(createHash('sha256').update(await readFile(file)).digest())
  return hash.digest('base64url').slice(0, 12)
}

interface Installer { manager: LibraryManager; storage: ILibraryStorage }
/** Lumi installs a library again only when its patch version grows; ours is taken whenever its bytes have changed. */
const install = async ({ manager, storage }: Installer, dir: string, changed: boolean): Promise<void> => {
  const version = Version.parse(JSON.parse(await readFile(path.join(dir, 'library.json'), 'utf8')))
  if (changed && (await storage.isInstalled(version))) await storage.deleteLibrary(version)
  await manager.installFromDirectory(dir)
}

/**
 * Installs the project's own content types.
 * @returns what their bytes are named, by library: part of their addresses, so that a browser never keeps an old file for a new one
 */
export const installOwn = async (installer: Installer, dir: string, stampFile: string): Promise<Map<string, string>> => {
  const known = z.record(z.string(), z.string()).catch({}).parse(JSON.parse((await readFile(stampFile, 'utf8').catch(missing)) ?? '{}'))
  const hashes = new Map<string, string>()
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const folder = path.join(dir, entry.name)
    const manifest = await readFile(path.join(folder, 'library.json'), 'utf8').catch(missing)
    if (!entry.isDirectory() || manifest === undefined) continue
    const version = Version.parse(JSON.parse(manifest))
    const [name, hash] = [nameOf(version), await hashOf(folder)]
    if (known[name] !== hash || !(await installer.storage.isInstalled(version))) await install(installer, folder, known[name] !== hash)
    hashes.set(name, hash)
  }
  await writeWhole(stampFile, JSON.stringify(Object.fromEntries(hashes)))
  return hashes
}
