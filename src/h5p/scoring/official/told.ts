import { z } from 'zod'
import type { Question } from '../model.js'
import { readResponse } from './response.js'

const Words = z.string().max(20_000)
/** What the browser said with it: kept, and worth nothing. */
const Said = z.union([Words, z.array(Words).max(1000)])

/**
 * A part beside scored ones that only the browser can speak for. It has to be answered before the whole is done, and neither gives
 * points nor takes any: whoever claims it falsely has won nothing by it.
 */
export const toldPart = (item: string, machineName: string): Question => ({
  item, machineName, kind: 'self-reported', max: 0, earned: [], faults: [],
  mark(response) {
    readResponse(Said, response)
    return { score: 0, correct: true, feedback: [] }
  },
})
