/** LTI: who may launch us, what a launch says, and how an LMS is told a grade. Read gate.ts first: what is refused. */
export { doctorLaunch, type Trace } from './doctor/index.js'
export { createLti, type Lti, type LtiDeps } from './lti.js'
export type { Arrival } from './enter.js'
export { platformCommand, type PlatformCommandDeps } from './platform-command.js'
export { createRegistrationLinks, toolAddresses, type RegistrationLinks } from './registration/index.js'
export { createRegistry, type Platform, type Registry } from './registry.js'
export type { ComparedGrade, Comparison, GradesConsole } from './grade-console.js'
export { resourceIdOf, lineItemOf } from './columns.js'
