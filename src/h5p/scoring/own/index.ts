import type { Reader, Wrapper } from '../model.js'
import { blanks } from './blanks.js'
import { choice } from './choice.js'
import { trueFalse } from './true-false.js'

/** Our own types that ask something: the server alone has their keys. */
export const own: Reader[] = [choice, trueFalse, blanks]
/** Our own types around a question. */
export const wrappers: Wrapper[] = []
