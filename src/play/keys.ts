import { distance } from 'fastest-levenshtein'
import { foldKey, isPreview, type Course, type Lock, type Run } from '../courses/index.js'
import { sameBytes, type Secrets } from '../infra/index.js'
import { wordsFrom } from './key-words.js'

/** No letter that is mistaken for another, in any hand or font. */
const ALPHABET = 'ACDEFGHJKLMNPQRTUVWXY34679'

const letters = (bytes: Buffer, count: number): string => [...bytes.subarray(0, count)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')

/** `words`: where the run has secrets of its own, what those of its shared doors are derived from, and their language. */
export interface Door { run: string; room: string; lock: Lock; words?: { from: string; lang: string } }
export const doorIn = (run: Pick<Run, '_id' | 'keysFrom'>, course: Pick<Course, 'lang'>, room: string, lock: Lock): Door => ({
  run: run._id, room, lock, ...(run.keysFrom ? { words: { from: run.keysFrom, lang: course.lang } } : {}),
})

/** The keys of all doors. Derived or decrypted when needed: none rests in clear. */
export const makeKeys = (secrets: Secrets) => {
  const personal = (run: string, room: string, learner: string): string => {
    const drawn = letters(secrets.mac('personal-key', JSON.stringify([run, room, learner])), 8)
    return `${drawn.slice(0, 4)}-${drawn.slice(4)}`
  }
  const shared = (sealedKey: string, { room, words }: Door): string =>
    words ? wordsFrom(secrets.mac('run-key', JSON.stringify([words.from, room])), words.lang) : secrets.decrypt('lock', sealedKey)
  const keyFor = (door: Door, learner: string): string =>
    door.lock.kind === 'personal' || !door.lock.sealedKey ? personal(door.run, door.room, learner) : shared(door.lock.sealedKey, door)
  // MACs of equal length are compared, so the time taken tells nothing of the key, not even its length.
  const isSame = (typed: string, key: string): boolean => sameBytes(secrets.mac('compare', foldKey(typed)), secrets.mac('compare', foldKey(key)))
  return {
    keyFor,
    fits: (door: Door, learner: string, typed: string): boolean => isSame(typed, keyFor(door, learner)),
    /** Whose personal key this is, among the others of the run. */
    ownerOf: (door: Door, others: string[], typed: string): string | undefined =>
      door.lock.kind === 'personal' ? others.find((other) => isSame(typed, keyFor(door, other))) : undefined,
    /** A slip of the finger or two away. Only to be told to who has earned the key: it would guide a guesser. */
    isNear: (door: Door, learner: string, typed: string): boolean => distance(foldKey(typed), foldKey(keyFor(door, learner))) <= 2,
    /** In student view nobody attends: a code with a digit that no real one has. */
    attendanceCode: (run: string, learner: string, prefix: string): string => isPreview(run) ? `${prefix}-0000` : `${prefix}-${letters(secrets.mac('attendance', JSON.stringify([run, learner])), 4)}`,
  }
}
export type Keys = ReturnType<typeof makeKeys>
