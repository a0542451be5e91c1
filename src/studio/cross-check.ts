import { foldKey } from '../courses/index.js'
import { readPiece } from '../h5p/index.js'
import type { CourseFile } from './format.js'
import { placeIn, whyNot, type Folder } from './folder.js'

/** A fault at a field. */
export interface Mend { at: (string | number)[]; message: string }

type Room = CourseFile['rooms'][number]

const lockFaults = (room: Room, index: number): Mend[] => {
  const { lock } = room
  const at = ['rooms', index, 'lock']
  if (index === 0) return lock ? [{ at, message: 'the first room is where learners come in: it must have no lock' }] : []
  if (!lock) return [{ at, message: 'is missing: every room after the first needs a lock, such as {kind: personal}' }]
  if (lock.kind === 'personal') return lock.key === undefined ? [] : [{ at: [...at, 'key'], message: 'a personal lock takes no key: Keyroom makes one for each learner' }]
  const folded = foldKey(lock.key ?? '')
  return [...folded].length < 4 ? [{ at: [...at, 'key'], message: 'a shared lock needs a key of at least 4 letters or digits (spaces, case and punctuation do not count)' }] : []
}

const roomFaults = (room: Room, index: number): Mend[] => {
  const choices = room.activities.filter(({ choice }) => choice).length
  const faults: Mend[] = []
  if (room.choose > choices) faults.push({ at: ['rooms', index, 'choose'], message: `is ${room.choose}, but only ${choices} activities are marked "choice: true"` })
  if (choices > 0 && room.choose === 0) faults.push({ at: ['rooms', index, 'choose'], message: 'must say how many of the activities marked "choice: true" are needed' })
  return [...faults, ...lockFaults(room, index)]
}

const twice = (ids: { id: string; at: (string | number)[] }[]): Mend[] =>
  ids.filter(({ id }, index) => ids.findIndex((other) => other.id === id) < index).map(({ id, at }) => ({ at, message: `"${id}" is used twice; ids must differ` }))

const idFaults = ({ rooms, outcomes }: CourseFile): Mend[] => {
  const known = new Set(outcomes.map(({ id }) => id))
  const activities = rooms.flatMap((room, r) => room.activities.map((activity, a) => ({ ...activity, at: ['rooms', r, 'activities', a] })))
  return [
    ...twice(outcomes.map(({ id }, index) => ({ id, at: ['outcomes', index, 'id'] }))),
    ...twice(rooms.map(({ id }, index) => ({ id, at: ['rooms', index, 'id'] }))),
    ...twice(activities.map(({ id, at }) => ({ id, at: [...at, 'id'] }))),
    ...activities.flatMap(({ outcomes: named, at }) =>
      named.flatMap((id, index) => (known.has(id) ? [] : [{ at: [...at, 'outcomes', index], message: `no outcome has the id "${id}"` }])),
    ),
  ]
}

const MAX_PICTURE = 4 * 1024 * 1024
/** By its first bytes, not by its name. SVG is refused: it can carry script. */
const isPicture = (bytes: Buffer): boolean =>
  bytes.subarray(1, 4).toString('latin1') === 'PNG' || bytes.subarray(0, 3).toString('hex') === 'ffd8ff' || bytes.subarray(8, 12).toString('latin1') === 'WEBP'

const pictureFaults = async (folder: Folder, name: string, at: (string | number)[]): Promise<Mend[]> => {
  const why = whyNot(folder, name)
  if (why) return [{ at, message: why }]
  const piece = folder.files.get(placeIn(name))
  if (piece && piece.bytes > MAX_PICTURE) return [{ at, message: 'is larger than 4 MB; make it smaller' }]
  return piece && /\.(png|jpe?g|webp)$/i.test(name) && isPicture(await readPiece(piece)) ? [] : [{ at, message: 'must be a png, jpg or webp picture' }]
}

/** What no schema can say: ids, locks, choices, and that the files named are there and stay inside. */
export const crossCheck = async (folder: Folder, file: CourseFile): Promise<Mend[]> => {
  const faults = [...idFaults(file), ...file.rooms.flatMap(roomFaults)]
  for (const [r, room] of file.rooms.entries()) {
    if (room.picture) faults.push(...(await pictureFaults(folder, room.picture, ['rooms', r, 'picture'])))
    for (const [a, { h5p }] of room.activities.entries()) {
      const why = whyNot(folder, h5p)
      if (why) faults.push({ at: ['rooms', r, 'activities', a, 'h5p'], message: why })
    }
  }
  const { image } = file.finish.credential
  if (image) faults.push(...(await pictureFaults(folder, image, ['finish', 'credential', 'image'])))
  return faults
}
