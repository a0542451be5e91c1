import { recordRow } from '../support/record-row.js'

export default recordRow({ callers: 1, each: 300, aim: 0.8 })
