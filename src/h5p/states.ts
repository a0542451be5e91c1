import type { mongo } from 'mongoose'
import type { Kit } from '../infra/index.js'
import { StateTooLarge } from './refusals.js'

/** Whose state it is, and of which content. */
export interface Whose { run: string; user: string; content: string }
/** Which of a content's states: H5P's data type (mostly `state`) and the content inside, `0` for the whole. */
export interface Which { dataType: string; sub: string }
/** What H5P's core keeps; `preload`: it comes with the page. */
export interface State { data: string; preload: boolean }

interface StateDoc extends Whose, Which, State { _id: string; at: Date }

/** 64 kB of text: what a request may carry, and ten times what our own types keep. */
export const MAX_STATE = 64 * 1024
/** One content's states of one learner; a content keeps one, rarely a few. */
const MAX_STATES = 50

export interface States {
  save(whose: Whose, which: Which, state: State): Promise<void>
  load(whose: Whose, which: Which): Promise<string | undefined>
  forget(whose: Whose, which: Which): Promise<void>
  /** As H5P's core reads it from the page: by content inside, then by data type. */
  preloaded(whose: Whose): Promise<Record<string, Record<string, string>>>
}

const idOf = ({ run, user, content }: Whose, { dataType, sub }: Which): string => JSON.stringify([run, user, content, sub, dataType])

/**
 * Where learners left off, the same on every device. A document for each state, written whole under its own id, so that
 * saves at once lose nothing. Not behind Lumi's storage interface: it knows no run, and preloads contents inside by position.
 */
export const createStates = async ({ mongo: { db }, now }: Pick<Kit, 'mongo' | 'now'>): Promise<States> => {
  const states: mongo.Collection<StateDoc> = db.collection<StateDoc>('h5p_states')
  await states.createIndex({ run: 1, user: 1, content: 1 })
  return {
    async save(whose, which, { data, preload }) {
      if (Buffer.byteLength(data) > MAX_STATE) throw new StateTooLarge({ detail: { ...whose, bytes: Buffer.byteLength(data) } })
      const id = { _id: idOf(whose, which) }
      const change = { $set: { data, preload, at: now() } }
      const known = await states.updateOne(id, change)
      if (known.matchedCount > 0) return
      const { run, user, content } = whose
      if ((await states.countDocuments({ run, user, content })) >= MAX_STATES) throw new StateTooLarge({ detail: { ...whose, states: MAX_STATES } })
      await states.updateOne(id, { ...change, $setOnInsert: { run, user, content, ...which } }, { upsert: true })
    },
    load: async (whose, which) => (await states.findOne({ _id: idOf(whose, which) }))?.data,
    async forget(whose, which) {
      await states.deleteOne({ _id: idOf(whose, which) })
    },
    async preloaded({ run, user, content }) {
      const found: Record<string, Record<string, string>> = {}
      for await (const { sub, dataType, data } of states.find({ run, user, content, preload: true })) found[sub] = { ...found[sub], [dataType]: data }
      return found
    },
  }
}
