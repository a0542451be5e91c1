/** The demo LMS as a process of its own, on another site than Keyroom's. */
import path from 'node:path'
import { makeLog } from '../infra/index.js'
import { createDemoLms } from './lms.js'

const port = Number(process.env.DEMO_LMS_PORT || 3100)
const fail = (sentence: string): never => {
  console.error(sentence)
  process.exit(1)
}
if (!Number.isInteger(port) || port < 1 || port > 65535) fail('DEMO_LMS_PORT must be a port number.')

const lms = await createDemoLms({
  port,
  url: process.env.DEMO_LMS_URL || `http://127.0.0.1:${port}`,
  keyroomUrl: process.env.KEYROOM_URL || 'http://localhost:3000',
  dataDir: path.resolve(process.env.DEMO_LMS_DATA || './.data/lms'),
  test: process.env.DEMO_LMS_TEST === '1',
  log: makeLog(process.env.LOG_LEVEL || 'warn'),
}).catch((error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return fail(`Port ${port} is taken: stop what listens there, or set DEMO_LMS_PORT to another.`)
  if (code === 'ENOSPC') return fail('The disk is full: the demo LMS has nowhere to keep its grades.')
  if (code === 'EACCES' || code === 'EROFS') return fail(`The demo LMS can't write its data: ${message}`)
  return fail(message)
})
// Most LMSs keep nothing for tools yet.
lms.set({ storage: process.env.DEMO_LMS_STORAGE === '1' })
console.log(`The demo LMS answers at ${lms.url}`)

const stop = (): void => void lms.close().then(() => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
// Started by another process: it ends with that one, however that one ends.
process.once('disconnect', stop)
