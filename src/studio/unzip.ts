import path from 'node:path'
import { unzip as unpack, ZipRefused, type ZipFault } from '../h5p/index.js'
import { CourseFaults } from './faults.js'

const LIMITS = { entries: 5000, bytes: 500 * 1024 * 1024, each: 500 * 1024 * 1024 }

/** What an author reads of each. */
const SAID: Record<ZipFault, (file: string) => string> = {
  'not-a-zip': () => 'is not a zip file that can be read.',
  encrypted: (file) => `${file} is locked with a password; pack it without one.`,
  'too-many-files': () => `holds more than ${LIMITS.entries} files.`,
  'too-large': () => 'is larger than 500 MB when unpacked.',
  'file-too-large': () => 'is larger than 500 MB when unpacked.',
  bomb: (file) => `${file} grows too much when unpacked.`,
  outside: (file) => `${file} leaves the folder.`,
  'bad-name': (file) => `${file} is a name that not every computer can store; rename it.`,
  link: (file) => `${file} is a link; put the file itself there.`,
  twice: (file) => `${file} is in it twice; keep one.`,
  'case-twice': (file) => `${file} differs from another file only by capital letters; rename one.`,
  'lying-size': (file) => `${file} is not as large as the zip says; pack it again.`,
  broken: (file) => `can't be unpacked: ${file} is damaged.`,
}

/** Unpacks a zip into an empty folder. @throws CourseFaults */
export const unzip = async (file: string, into: string): Promise<void> => {
  await unpack(file, into, LIMITS).catch((error: unknown) => {
    throw error instanceof ZipRefused ? new CourseFaults([{ file: path.basename(file), field: '', message: SAID[error.why](error.file) }]) : error
  })
}
