import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { unzip } from '../../src/h5p/packages/unzip.js'

const Manifest = z.object({ mainLibrary: z.string(), preloadedDependencies: z.array(z.object({ machineName: z.string(), majorVersion: z.coerce.number(), minorVersion: z.coerce.number() })) })
const Library = z.object({ majorVersion: z.coerce.number(), minorVersion: z.coerce.number(), patchVersion: z.coerce.number() })
const LIMITS = { entries: 20_000, bytes: 2 ** 31, each: 2 ** 29 }

/** The version of a package's main type, `1.16.13`; a question mark where it doesn't say. */
export const versionOf = async (file: string): Promise<string> => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-version-'))
  const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(path.join(dir, name), 'utf8'))
  try {
    await unzip(file, dir, LIMITS, (name) => name === 'h5p.json' || /^[^/]+\/library\.json$/.test(name))
    const { mainLibrary, preloadedDependencies } = Manifest.parse(await json('h5p.json'))
    const main = preloadedDependencies.find(({ machineName }) => machineName === mainLibrary)
    const { majorVersion, minorVersion, patchVersion } = Library.parse(await json(`${mainLibrary}-${main?.majorVersion}.${main?.minorVersion}/library.json`))
    return [majorVersion, minorVersion, patchVersion].join('.')
  } catch {
    return '?' // what is wrong with it, the gate says
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
