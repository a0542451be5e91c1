import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { imageSize } from 'image-size'
import type { AddedFile } from '../model.js'
import { isActiveSvg } from '../packages/index.js'
import { FileTooLarge, FileTypeRefused } from '../refusals.js'
import { courseFull, type ContentDoc, type ContentDocs, type FileStore, type Store, type StoredFile } from '../store/index.js'
import { HEAD, LIMITS, sniff, type Sniffed } from './sniff.js'

const DAY_MS = 86_400_000
/** A picture of a hundred million points takes a phone's memory, however few its bytes. */
const MOST_POINTS = 100_000_000
const FOLDERS: Record<Sniffed['kind'], string> = { image: 'images', audio: 'audios', video: 'videos', captions: 'files' }

const readUpTo = async (stream: Readable, most: number): Promise<Buffer> => {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of stream) {
    parts.push(part as Buffer)
    if ((bytes += (part as Buffer).length) >= most) break
  }
  return Buffer.concat(parts)
}

/** The first bytes, and a stream of all of them. */
const peek = async (stream: Readable): Promise<{ head: Buffer; whole: Readable }> => {
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>
  const parts: Buffer[] = []
  for (let bytes = 0; bytes < HEAD; ) {
    const { done, value } = await pieces.next()
    if (done) break
    const part = Buffer.from(value)
    parts.push(part)
    bytes += part.length
  }
  const head = Buffer.concat(parts)
  const whole = async function* () {
    yield head
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield Buffer.from(next.value)
  }
  return { head: head.subarray(0, HEAD), whole: Readable.from(whole()) }
}

/** As big as a browser will show it. @throws FileTypeRefused for what only begins like a picture */
const sizeOf = async (store: FileStore, { key, bytes }: StoredFile, name: string): Promise<{ width: number; height: number }> => {
  for (const most of [512 * 1024, bytes]) {
    try {
      // A copy: of a piece of a larger buffer it would read on into what isn't the picture's.
      const { width, height, orientation = 1 } = imageSize(new Uint8Array(await readUpTo(await store.get(key), most)))
      if (width < 1 || height < 1 || width * height > MOST_POINTS) break
      return orientation >= 5 ? { width: height, height: width } : { width, height }
    } catch (error) {
      if (most >= bytes) throw new FileTypeRefused({ params: { file: name }, cause: error })
    }
  }
  throw new FileTypeRefused({ params: { file: name } })
}

const pathFor = (name: string, { kind, ending }: Sniffed): string => {
  const word = name.replace(/\.[^.]*$/, '').normalize('NFKD').replace(/[^a-zA-Z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40).toLowerCase()
  return `${FOLDERS[kind]}/${word || 'file'}-${randomBytes(4).toString('hex')}.${ending}`
}

/** Files that its parameters name no more go, a day after they came: till then «undo» may want them. */
const dropUnused = async (docs: ContentDocs, { _id, files, params }: ContentDoc, now: Date): Promise<void> => {
  const unused = files.filter(({ name, at }) => at.getTime() < now.getTime() - DAY_MS && !params.includes(JSON.stringify(name).slice(1, -1)))
  if (unused.length > 0) await docs.dropFiles(_id, unused.map(({ name }) => name))
}

/** Takes one file into a draft: what it is its bytes say, and it is streamed to the store. @throws FileTooLarge, FileTypeRefused, CourseFull */
export const addFile = async ({ docs, files: store, room, now }: Pick<Store, 'docs' | 'files' | 'room'> & { now: () => Date }, draft: ContentDoc, { name, stream }: { name: string; stream: Readable }): Promise<AddedFile> => {
  try {
    await dropUnused(docs, draft, now())
    const { head, whole } = await peek(stream)
    const type = sniff(head, name)
    if (!type) throw new FileTypeRefused({ params: { file: name } })
    const course = draft.course ?? ''
    const left = await room.left(course)
    if (left <= 0) throw courseFull()
    const isSvg = type.ending === 'svg'
    const most = Math.min(isSvg ? LIMITS.captions : LIMITS[type.kind], left)
    const stored = await store.put(whole, most).catch((error: unknown) => {
      throw error instanceof FileTooLarge && most === left ? courseFull(error) : error
    })
    if (isSvg && isActiveSvg((await readUpTo(await store.get(stored.key), stored.bytes)).toString('utf8'))) throw new FileTypeRefused({ params: { file: name } })
    const size = type.kind === 'image' ? await sizeOf(store, stored, name) : {}
    const path = pathFor(name, type)
    await room.keep(course, [stored], () => docs.noteFile(draft._id, { name: path, ...stored, at: now() }))
    return { path, mime: type.mime, ...size, bytes: stored.bytes }
  } finally {
    // What was refused isn't read to its end.
    stream.destroy()
  }
}
