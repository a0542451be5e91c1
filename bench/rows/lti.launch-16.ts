import { launchRow } from '../support/launches.js'

export default launchRow(16, 160, 2)
