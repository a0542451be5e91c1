import { randomUUID } from 'node:crypto'
import { afterAll, inject } from 'vitest'
import { connectMongo, type Mongo } from '../../src/infra/index.js'

/** The address of a database nobody else uses. */
export const freshUri = (): string => {
  const uri = new URL(inject('mongodbUri'))
  uri.pathname = `/t-${randomUUID().slice(0, 13)}`
  return uri.href
}

/** A connection to a database nobody else uses; dropped when the file is done. */
export const freshMongo = async (uri = freshUri()): Promise<Mongo> => {
  const mongo = await connectMongo(uri)
  afterAll(async () => {
    await mongo.db.dropDatabase()
    await mongo.close()
  })
  return mongo
}
