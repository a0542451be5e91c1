import type { mongo } from 'mongoose'
import type { Log } from './log.js'
import type { Mongo } from './mongo.js'

/**
 * Documents as they change on any node. The stream begins at a time taken before the answer, so who reads after it misses nothing.
 * A stream that can't be resumed says so by `onGap` and begins anew. Returns a stop function.
 */
export const watchChanges = async <T>({ db }: Pick<Mongo, 'db'>, collection: string, match: mongo.Document, { onChange, onGap, log }: { onChange: (changed: T) => void; onGap: () => void; log: Log }): Promise<() => Promise<void>> => {
  let stopped = false
  let stream: mongo.ChangeStream | undefined
  const open = async (): Promise<void> => {
    const { operationTime } = (await db.command({ ping: 1 })) as { operationTime?: mongo.Timestamp }
    if (stopped) return
    stream = db.collection(collection).watch([{ $match: match }], { fullDocument: 'updateLookup', startAtOperationTime: operationTime })
    stream.on('change', (change) => {
      if ('fullDocument' in change && change.fullDocument) onChange(change.fullDocument as T)
    })
    stream.on('error', (error) => {
      if (stopped) return
      log.warn({ err: error, collection }, 'the stream of changes broke; it begins anew')
      again()
    })
  }
  const again = (): void => {
    setTimeout(() => {
      if (!stopped) open().then(onGap, again)
    }, 500)
  }
  await open()
  return async () => {
    stopped = true
    await stream?.close()
  }
}
