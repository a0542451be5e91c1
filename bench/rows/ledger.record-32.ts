import { recordRow } from '../support/record-row.js'

export default recordRow({ callers: 32, each: 1600, aim: 4 })
