import { recordRow } from '../support/record-row.js'

export default recordRow({ callers: 128, each: 3200, aim: 6 })
