/** `npx keyroom …`: for administrators and authors, beside a running Keyroom or without one. */
import { existsSync } from 'node:fs'
import { commandOf, USAGE } from './command.js'
import { ConfigFault, readConfig, type Config } from './config.js'
import { faultIn } from './start-fault.js'

const complain = (line: string): void => void process.stderr.write(`${line}\n`)

const configured = (): Config | undefined => {
  if (existsSync('.env')) process.loadEnvFile('.env')
  try {
    return readConfig({ LOG_LEVEL: 'warn', ...process.env })
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error
    complain(error.message)
    return undefined
  }
}

const run = async ([name = '', ...args]: string[]): Promise<number> => {
  const command = commandOf(name)
  if (!command) {
    complain(USAGE)
    return ['help', '--help', '-h'].includes(name) ? 0 : 2
  }
  const config = configured()
  if (!config) return 2
  try {
    return await command(args, { config, print: (line) => void process.stdout.write(`${line}\n`), complain })
  } catch (error) {
    complain(faultIn(error, config))
    return 1
  }
}

// An end that the embedded mongod is told of.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
process.exitCode = await run(process.argv.slice(2))
