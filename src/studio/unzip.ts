import path from 'node:path'
import { unzip as unpack, ZipRefused, type ZipFault } from '../h5p/index.js'
import { CourseFaults } from './faults.js'

const GB = 1024 ** 3
/** A course with its videos; one file of it may be a packed content. */
const LIMITS = { entries: 20_000, bytes: 5 * GB, each: 2 * GB }

/** What an author reads of each. */
const SAID: Record<ZipFault, (file: string) => string> = {
  'not-a-zip': () => 'is not a zip file that can be read.',
  encrypted: (file) => `${file} is locked with a password; pack it without one.`,
  'too-many-files': () => `holds more than ${LIMITS.entries} files.`,
  'too-large': () => 'is larger than 5 GB when unpacked.',
  'file-too-large': (file) => `${file} is larger than 2 GB when unpacked.`,
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
