import type { Config } from './config.js'
import { MongodFault } from './infra/index.js'

/** Why Keyroom could not start, as a plain sentence with the mend; what we didn't foresee, whole. */
export const faultIn = (error: unknown, { port, dataDir, mongodbUri }: Pick<Config, 'port' | 'dataDir' | 'mongodbUri'>): string => {
  if (error instanceof MongodFault) return error.message
  const { code, name, message, stack } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop what listens there, or set PORT to another.`
  if (code === 'EACCES' && message.includes('listen')) return `Keyroom may not listen on port ${port}: take one above 1023, or grant the right.`
  if (code === 'ENOSPC') return 'The disk is full: free some space and start again.'
  if (code === 'EACCES' || code === 'EROFS') return `Keyroom can't write to its data folder ${dataDir}: give it to the user that runs Keyroom, or set DATA_DIR to another folder.`
  // The address may hold a password: only where it leads is said.
  if (mongodbUri && name.startsWith('Mongo')) return `MongoDB at ${mongodbUri.replace(/\/\/[^@/]*@/, '//')} can't be used (${name}): is it running, a replica set, and does MONGODB_URI name it rightly?`
  return stack ?? String(error)
}
