import { launchRow } from '../support/launches.js'

export default launchRow(64, 256, 2)
