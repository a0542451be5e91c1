import { distance } from 'fastest-levenshtein'
import { foldKey, type Lock } from '../courses/index.js'
import { sameBytes, type Secrets } from '../infra/index.js'

/** No letter that is mistaken for another, in any hand or font. */
const ALPHABET = 'ACDEFGHJKLMNPQRTUVWXY34679'

const letters = (bytes: Buffer, count: number): string => [...bytes.subarray(0, count)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')

export interface Door { run: string; room: string; lock: Lock }

/** The keys of all doors. Derived or decrypted when needed: none rests in clear. */
export const makeKeys = (secrets: Secrets) => {
  const personal = (run: string, room: string, learner: string): string => {
    const drawn = letters(secrets.mac('personal-key', JSON.stringify([run, room, learner])), 8)
    return `${drawn.slice(0, 4)}-${drawn.slice(4)}`
  }
  const keyFor = ({ run, room, lock }: Door, learner: string): string =>
    lock.kind === 'personal' || !lock.sealedKey ? personal(run, room, learner) : secrets.decrypt('lock', lock.sealedKey)
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
    attendanceCode: (run: string, learner: string, prefix: string): string => `${prefix}-${letters(secrets.mac('attendance', JSON.stringify([run, learner])), 4)}`,
  }
}
export type Keys = ReturnType<typeof makeKeys>
