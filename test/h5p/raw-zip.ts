import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { tempDir } from './world.js'

/** A file of a zip made by hand, with whatever lies one wants. */
export interface RawFile {
  name: string | Buffer
  bytes?: Buffer | string
  /** What the list says of its size. */
  says?: number
  deflate?: boolean
  flags?: number
  method?: number
  mode?: number
  /** Another file's bytes are this one's too. */
  at?: number
}
/** Checksums are left nought: nothing here comes so far that one is asked for. @see APPNOTE 6.3.10, 4.3.7, 4.3.12 and 4.3.16 */
export const rawZip = async (files: RawFile[]): Promise<string> => {
  const [bodies, list]: [Buffer[], Buffer[]] = [[], []]
  const packs = new Map<Buffer, Buffer>()
  const pack = (raw: Buffer): Buffer => {
    const known = packs.get(raw) ?? deflateRawSync(raw, { level: 9 })
    packs.set(raw, known)
    return known
  }
  let offset = 0
  for (const { name, bytes = '', says, deflate = false, flags = 0x800, method = deflate ? 8 : 0, mode = 0o100644, at } of files) {
    const [raw, title] = [typeof bytes === 'string' ? Buffer.from(bytes) : bytes, Buffer.from(name)]
    const packed = deflate ? pack(raw) : raw
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(says ?? raw.length, 18)
    common.writeUInt16LE(title.length, 22)
    const body = at === undefined ? Buffer.concat([Buffer.from('PK\x03\x04'), common, title, packed]) : Buffer.alloc(0)
    const entry = Buffer.alloc(46)
    entry.write('PK\x01\x02', 'latin1')
    entry.writeUInt16LE((3 << 8) | 20, 4)
    common.copy(entry, 6, 0, 26)
    entry.writeUInt32LE((mode << 16) >>> 0, 38)
    entry.writeUInt32LE(at ?? offset, 42)
    bodies.push(body)
    list.push(Buffer.concat([entry, title]))
    offset += body.length
  }
  const [directory, end] = [Buffer.concat(list), Buffer.alloc(22)]
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  const file = path.join(await tempDir(), 'made.h5p')
  await writeFile(file, Buffer.concat([...bodies, directory, end]))
  return file
}
