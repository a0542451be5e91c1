import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'
import { CourseFaults } from './faults.js'

const MAX_ENTRIES = 5000
const MAX_BYTES = 500 * 1024 * 1024
/** No text shrinks to less than a hundredth and a bit; what claims to is a zip bomb. */
const MAX_RATIO = 200

const refuse = (file: string, message: string): never => {
  throw new CourseFaults([{ file, field: '', message }])
}

/** Unpacks a zip into an empty folder. yauzl itself refuses absolute paths, `..` and sizes that lie. @throws CourseFaults */
export const unzip = async (file: string, into: string): Promise<void> => {
  const name = path.basename(file)
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) =>
    yauzl.open(file, { lazyEntries: true, autoClose: true, strictFileNames: true }, (error, opened) => (error ? reject(error) : resolve(opened))),
  ).catch(() => refuse(name, 'is not a zip file that can be read.'))
  let entries = 0
  let bytes = 0
  const take = async (entry: yauzl.Entry): Promise<void> => {
    bytes += entry.uncompressedSize
    if (++entries > MAX_ENTRIES) refuse(name, `holds more than ${MAX_ENTRIES} files.`)
    if (bytes > MAX_BYTES) refuse(name, 'is larger than 500 MB when unpacked.')
    if (entry.uncompressedSize > 1_000_000 && entry.uncompressedSize > entry.compressedSize * MAX_RATIO) refuse(name, `${entry.fileName} grows too much when unpacked.`)
    if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000) refuse(name, `${entry.fileName} is a link; put the file itself there.`)
    const to = path.join(into, entry.fileName)
    if (to !== into && !to.startsWith(into + path.sep)) refuse(name, `${entry.fileName} leaves the folder.`)
    if (entry.fileName.endsWith('/')) return void (await mkdir(to, { recursive: true }))
    await mkdir(path.dirname(to), { recursive: true })
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened))))
    await pipeline(stream, createWriteStream(to))
  }
  await new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void => {
      zip.close()
      reject(error instanceof CourseFaults ? error : new CourseFaults([{ file: name, field: '', message: `can't be unpacked: ${(error as Error).message}` }]))
    }
    zip.on('error', fail).on('end', resolve)
    zip.on('entry', (entry: yauzl.Entry) => void take(entry).then(() => zip.readEntry(), fail))
    zip.readEntry()
  })
}
