import { launchRow } from '../support/launches.js'

export default launchRow(1, 40, 2)
