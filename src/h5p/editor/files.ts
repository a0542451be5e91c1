import { open, readFile } from 'node:fs/promises'
import type { RequestHandler } from 'express'
import { BadInput } from '../../infra/index.js'
import { HEAD, LIMITS, sniff } from '../authoring/index.js'
import { isActiveSvg } from '../packages/index.js'
import { receive, type Received } from '../receive.js'
import { FileTooLarge, FileTypeRefused } from '../refusals.js'
import { courseFull, type Room } from '../store/index.js'

/** A file as express-fileupload gives it, which is what Lumi's routes ask for. */
interface UploadedFile { data: Buffer; name: string; mimetype: string; size: number; tempFilePath: string }

/** The largest `.h5p` an author opens: the same that any other way takes. */
const MOST_PACKAGE = 1024 ** 3

const headOf = async (file: string): Promise<Buffer> => {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** What a media file is its bytes say, and how large it may be follows from that; its name follows too. @throws FileTypeRefused, FileTooLarge, CourseFull */
const lookAt = async (file: NonNullable<Received['file']>, room: Pick<Room, 'left'>, course: string): Promise<UploadedFile> => {
  const type = sniff(await headOf(file.path), file.name)
  if (!type) throw new FileTypeRefused({ params: { file: file.name } })
  const isSvg = type.ending === 'svg'
  const most = isSvg ? LIMITS.captions : LIMITS[type.kind]
  if (file.bytes > most) throw new FileTooLarge({ params: { limit: Math.floor(most / 1024 / 1024) } })
  if (isSvg && isActiveSvg(await readFile(file.path, 'utf8'))) throw new FileTypeRefused({ params: { file: file.name } })
  if (file.bytes > (await room.left(course))) throw courseFull()
  return { data: Buffer.alloc(0), name: `${file.name.replace(/\.[^.]*$/, '')}.${type.ending}`, mimetype: type.mime, size: file.bytes, tempFilePath: file.path }
}

/** Takes an editor's upload to this disk and looks at it before Lumi does; gone when the answer is. */
export const takeFiles = (room: Pick<Room, 'left'>, courseOf: (res: Parameters<RequestHandler>[1]) => string): RequestHandler => (req, res, next) => {
  if (!req.is('multipart/form-data')) return next()
  const done = receive(req, MOST_PACKAGE, async ({ fields, file }) => {
    req.body = fields
    if (file?.field === 'h5p' && !/\.h5p$/i.test(file.name)) throw new BadInput([{ field: 'h5p', message: 'fields.invalid_format' }])
    const taken = file && (file.field === 'h5p' ? { data: Buffer.alloc(0), name: file.name.toLowerCase(), mimetype: file.mime, size: file.bytes, tempFilePath: file.path } : await lookAt(file, room, courseOf(res)))
    Object.assign(req, { files: taken && file ? { [file.field]: taken } : {} })
    const answered = new Promise<void>((resolve) => res.once('close', resolve).once('finish', resolve))
    next()
    await answered
  })
  done.catch(next)
}
