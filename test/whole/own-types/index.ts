/** Each of our own types, as an author makes a small one and a learner goes through it. */
import { choice, trueFalse } from './asking.js'
import { blanks } from './blanks.js'
import { clue } from './clue.js'
import { interactiveVideo, sequence } from './films.js'
import { book, hotspots, questionSet } from './gathered.js'
import { lock } from './lock.js'
import { match } from './match.js'
import { text, tips } from './reading.js'
import type { OwnType } from './type.js'
import { openAnswer, reflection } from './writing.js'

export { Author } from './author.js'
export type { Bag, Content, OwnType, Reader } from './type.js'
export const ownTypes: OwnType[] = [choice, trueFalse, blanks, match, lock, clue, reflection, openAnswer, questionSet, book, hotspots, sequence, interactiveVideo, text, tips]
