import mongoose, { type Connection, type mongo } from 'mongoose'

/** The app's one connection pool. Hot paths use `db` (raw driver), the rest may use mongoose models on `connection`. */
export interface Mongo {
  connection: Connection
  db: mongo.Db
  client: mongo.MongoClient
  close(): Promise<void>
}

/** Connects with majority, journaled writes. @throws when no primary answers within `timeoutMs`. */
export const connectMongo = async (uri: string, timeoutMs = 10_000): Promise<Mongo> => {
  const connection = await mongoose
    .createConnection(uri, { serverSelectionTimeoutMS: timeoutMs, writeConcern: { w: 'majority', journal: true }, readConcern: { level: 'majority' } })
    .asPromise()
  const client = connection.getClient() as unknown as mongo.MongoClient
  return { connection, client, db: client.db(connection.name), close: () => connection.close() }
}

/** Whether a write was refused because a unique index has it already. */
export const isDuplicate = (error: unknown): boolean => (error as { code?: unknown } | undefined)?.code === 11000
