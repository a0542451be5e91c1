import type { IKeyValueStorage } from '@lumieducation/h5p-server'
import type { Mongo } from '../../infra/index.js'

/** What Lumi's server remembers between calls, the same for every node: what the Hub said last, and our id there. */
export const keyValues = ({ db }: Pick<Mongo, 'db'>): IKeyValueStorage => {
  const values = db.collection<{ _id: string; json: string }>('h5p_values')
  return {
    async load(key) {
      const found = await values.findOne({ _id: key })
      return found ? (JSON.parse(found.json) as unknown) : undefined
    },
    async save(key, value: unknown) {
      await values.replaceOne({ _id: key }, { json: JSON.stringify(value) }, { upsert: true })
    },
  }
}

/**
 * The same as an editor may have it: the Hub's list as it was said last, else an empty one. An empty one and an old one are what
 * makes Lumi ask by itself, so it never sees either.
 */
export const asSaid = (values: IKeyValueStorage): IKeyValueStorage => ({
  save: (key, value) => values.save(key, value),
  load: async (key) => (key === 'contentTypeCache' ? ((await values.load(key)) ?? []) : key === 'contentTypeCacheUpdate' ? Date.now() : values.load(key)),
})

/** The same, but with nothing of the Hub in it, and no wish to ask: where it isn't to be called. */
export const withoutHub = (values: IKeyValueStorage): IKeyValueStorage => ({
  save: (key, value) => values.save(key, value),
  load: (key) => (key === 'contentTypeCache' ? Promise.resolve([]) : key === 'contentTypeCacheUpdate' ? Promise.resolve(Date.now()) : values.load(key)),
})
