import type { Reader, Wrapper } from '../model.js'
import { blanks } from './blanks.js'
import { choice } from './choice.js'
import { clue } from './clue.js'
import { lock } from './lock.js'
import { match } from './match.js'
import { openAnswer } from './open-answer.js'
import { reflection } from './reflection.js'
import { trueFalse } from './true-false.js'

/** Our own types that ask something: the server alone has their keys. */
export const own: Reader[] = [choice, trueFalse, blanks, match, lock, reflection, openAnswer]
/** Our own types around a question. */
export const wrappers: Wrapper[] = [clue]
