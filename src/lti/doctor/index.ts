/** The launch doctor: a launch that fails gets a short code; under it an administrator sees which step failed, on what, and the mend. */
import type { Request } from 'express'
import { Refusal, type Kit } from '../../infra/index.js'
import type { GateDeps } from '../gate.js'
import { examine } from './examine.js'
import type { Traces } from './traces.js'

export { createTraces, type Traces } from './traces.js'
export { doctorRoutes } from './routes.js'
export { doctorLaunch } from './command.js'
export type { Trace } from './model.js'

/** Writes down a refused login or launch. The code to show; nothing where none was written: what broke here is no reason to say less. */
export const recordRefusal = async (req: Request, refusal: Refusal, request: string, { traces, gate, log }: { traces: Traces; gate: GateDeps } & Pick<Kit, 'log'>): Promise<string | undefined> => {
  // Who opens the address by hand has launched nothing.
  if (req.originalUrl.startsWith('/lti/launch') && req.method !== 'POST') return undefined
  try {
    return await traces.record(await examine(req, refusal, gate), { address: req.ip ?? '', request })
  } catch (error) {
    log.error({ err: error }, 'a refused launch can’t be written down')
    return undefined
  }
}
