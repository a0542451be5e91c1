import path from 'node:path'
import type { RequestHandler } from 'express'
import type { Courses, Room } from '../courses/index.js'
import { NotFound, read, sameBytes, type Kit, type Secrets } from '../infra/index.js'
import { z } from 'zod'

const TYPES: Record<string, string> = { '.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.webp': 'image/webp' }
const Pass = z.object({ pass: z.string().max(100).default('') })

const passFor = (secrets: Secrets, run: string, name: string): Buffer => secrets.mac('picture', JSON.stringify([run, name]))

/** The address of a room's picture. It carries a pass of its own: an `<img>` in a window without cookies can't show who asks. */
export const pictureHref = (secrets: Secrets, run: string, { picture }: Room): string | undefined =>
  picture && `/play/${run}/pictures/${encodeURIComponent(picture)}?pass=${passFor(secrets, run, picture).toString('base64url')}`

/** A picture that a room of the run's course names; no other of its files. */
export const sendPicture = (kit: Pick<Kit, 'secrets'>, courses: Pick<Courses, 'run' | 'course' | 'picture'>): RequestHandler => async (req, res) => {
  const { run: id, name } = req.params as { run: string; name: string }
  const { pass } = read(Pass, req.query)
  if (!sameBytes(Buffer.from(pass, 'base64url'), passFor(kit.secrets, id, name))) throw new NotFound({ detail: { picture: name } })
  const { course: version } = await courses.run(id)
  const course = await courses.course(version)
  const type = TYPES[path.extname(name).toLowerCase()]
  const bytes = type && course.rooms.some(({ picture }) => picture === name) ? await courses.picture(version, name) : undefined
  if (!type || !bytes) throw new NotFound({ detail: { picture: name } })
  res.type(type).set('Cache-Control', 'private, max-age=3600').send(bytes)
}
