/** Keyroom as a process: reads the environment, starts, stops on a signal. */
import { existsSync } from 'node:fs'
import { startKeyroom, type Keyroom } from './app.js'
import { ConfigFault, readConfig, type Config } from './config.js'
import { faultIn } from './start-fault.js'

const end = (sentence: string): never => {
  console.error(sentence)
  process.exit(1)
}
const configured = (): Config => {
  if (existsSync('.env')) process.loadEnvFile('.env') // what the environment says already, stays
  try {
    return readConfig()
  } catch (error) {
    if (error instanceof ConfigFault) return end(error.message)
    throw error
  }
}

const config = configured()
let keyroom = undefined as Keyroom | undefined
let stopping = false
const stop = (): void => {
  if (stopping) return
  stopping = true
  // Not up yet: nothing to finish, and a mongod on its way ends with this process.
  if (!keyroom) process.exit(0)
  keyroom.close().then(
    () => process.exit(0),
    (error: unknown) => end(faultIn(error, config)),
  )
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
// Started by another process, as in the demo: it ends with that one, however that one ends.
process.once('disconnect', stop)

keyroom = await startKeyroom(config, (sentence) => console.log(sentence)).catch((error: unknown) => end(faultIn(error, config)))
console.log(`Keyroom answers at ${config.publicUrl} (port ${config.port})`)
