import type { mongo } from 'mongoose'
import type { Column, Course, Run } from '../courses/index.js'
import { isDuplicate } from '../infra/index.js'
import { mayCreate, mayRead, TAG, type Ags, type Container, type NewLineItem } from './ags.js'
import type { Platform } from './registry.js'

/** A column of a run, as we found or made it. `until`: somebody is making it. */
interface ColumnDoc { _id: string; lineitem?: string; until?: Date }

/** Another node is making the column just now. */
export class ColumnUnderWay extends Error {}

export interface Columns {
  /** The column's address; made where there is none and the platform lets us. @throws ServiceFault, ColumnUnderWay */
  of(run: Run, platform: Platform, column: Column): Promise<string | undefined>
  /** The same, but nothing is made. */
  known(run: Run, platform: Platform, column: Column): Promise<string | undefined>
  /** Whether the address is a column of this run's: named by a launch, or found or made by us. */
  has(run: Run, lineitem: string): Promise<boolean>
  /** The platform says that it's gone: it is looked for anew the next time. */
  forget(run: Run, column: Column): Promise<void>
}

/** Longer than it takes to find and make one; who died in between lets others try after it. */
const MAKING_MS = 60_000

/** What we call a column in the platform's words: the same in a copied course, where the copied column is found by it. */
export const resourceIdOf = ({ course, copy }: Pick<Run, 'course' | 'copy'>, column: Column): string => `${course.split('@')[0]}${copy ? `#${copy}` : ''}/${column}`

/** A column as we ask for it, when the platform has none: of a link, or of the whole context. */
export const lineItemOf = (run: Pick<Run, 'course' | 'copy'>, course: Pick<Course, 'title' | 'rooms' | 'finish'>, column: Column): Omit<NewLineItem, 'resourceLinkId'> => {
  const named = { resourceId: resourceIdOf(run, column), tag: TAG }
  if (column === 'credential') return { label: course.finish.credential.name || course.title, scoreMaximum: 1, ...named }
  const room = course.rooms.find(({ id }) => column === `room:${id}`)
  return { label: room?.title ?? course.title, scoreMaximum: 100, ...named }
}

/** What a launch named: the column's own link, or of versions before, the course's only one. */
const namedBy = ({ columns = {}, ags }: Run, column: Column): string | undefined => {
  const own = columns[column]
  if (own || column !== 'course') return own
  return Object.values(columns).includes(ags?.lineitem) ? undefined : ags?.lineitem
}
const containerOf = ({ ags }: Run): Container | undefined => (ags?.lineitems && mayRead(ags.scope) ? { url: ags.lineitems, scope: ags.scope } : undefined)

/** The columns of all runs: named by a launch, found, or made by one node for all. Collection `lti_columns`. */
export const createColumns = ({ db, ags, courseOf, now }: { db: mongo.Db; ags: Ags; courseOf: (run: Run) => Promise<Course>; now: () => Date }): Columns => {
  const docs = db.collection<ColumnDoc>('lti_columns')
  const kept = new Map<string, string>()
  /** By one at a time, however many grades come at once. */
  const looking = new Map<string, Promise<string | undefined>>()
  const idOf = (run: Run, column: Column): string => `${run._id} ${column}`

  const find = async (run: Run, platform: Platform, column: Column, container: Container): Promise<string | undefined> => {
    const [ours] = await ags.columns(platform, container, { resourceId: resourceIdOf(run, column), tag: TAG })
    if (ours || column !== 'course') return ours?.id
    // The link's own column, which the platform made, or an earlier version of ours; never another column of Keyroom's.
    const others = new Set(Object.values(run.columns ?? {}))
    const ofLink = await ags.columns(platform, container, { resourceLinkId: run.resourceLink })
    const [own] = ofLink.filter(({ id, tag, resourceId }) => !others.has(id) && (tag !== TAG || resourceId === run.resourceLink))
    return own?.id ?? (await ags.columns(platform, container, { resourceId: run.resourceLink, tag: TAG }))[0]?.id
  }
  const keep = async (id: string, lineitem: string | undefined): Promise<string | undefined> => {
    if (!lineitem) return undefined
    kept.set(id, lineitem)
    await docs.updateOne({ _id: id }, { $set: { lineitem } }, { upsert: true })
    return lineitem
  }
  const take = async (_id: string): Promise<void> => {
    const taken = { $set: { until: new Date(now().getTime() + MAKING_MS) } }
    await docs.updateOne({ _id, $or: [{ until: { $exists: false } }, { until: { $lte: now() } }] }, taken, { upsert: true }).catch((error: unknown) => {
      if (isDuplicate(error)) throw new ColumnUnderWay()
      throw error
    })
  }
  /** The course's belongs to the run's first link, unless that has one: a room's. With two columns a link would no longer name its own. */
  const ofHome = async (run: Run, platform: Platform, column: Column, container: Container): Promise<boolean> =>
    column === 'course' && (await ags.columns(platform, container, { resourceLinkId: run.resourceLink })).length === 0
  const make = async (run: Run, platform: Platform, column: Column, container: Container): Promise<string | undefined> => {
    const id = idOf(run, column)
    await take(id)
    try {
      // Another node may have made one since we looked.
      const known = (await docs.findOne({ _id: id }))?.lineitem ?? (await find(run, platform, column, container))
      if (known) return await keep(id, known)
      const item = lineItemOf(run, await courseOf(run), column)
      const made = await ags.create(platform, container, { ...item, ...((await ofHome(run, platform, column, container)) ? { resourceLinkId: run.resourceLink } : {}) })
      return await keep(id, made ?? (await find(run, platform, column, container)))
    } finally {
      await docs.updateOne({ _id: id }, { $unset: { until: '' } })
    }
  }
  const look = async (run: Run, platform: Platform, column: Column, makes: boolean): Promise<string | undefined> => {
    const id = idOf(run, column)
    const container = containerOf(run)
    const known = kept.get(id) ?? (await docs.findOne({ _id: id }))?.lineitem
    if (known || !container) return known
    const found = await find(run, platform, column, container)
    if (found || !makes || !mayCreate(container.scope)) return keep(id, found)
    return make(run, platform, column, container)
  }
  return {
    async of(run, platform, column) {
      const named = namedBy(run, column)
      if (named) return named
      const id = idOf(run, column)
      const one = looking.get(id) ?? look(run, platform, column, true).finally(() => looking.delete(id))
      looking.set(id, one)
      return one
    },
    has: async ({ _id, columns = {}, ags }, lineitem) =>
      [...Object.values(columns), ags?.lineitem].includes(lineitem) || (await docs.findOne({ _id: { $gte: `${_id} `, $lt: `${_id}!` }, lineitem })) !== null,
    known: async (run, platform, column) => namedBy(run, column) ?? look(run, platform, column, false),
    async forget(run, column) {
      kept.delete(idOf(run, column))
      await docs.updateOne({ _id: idOf(run, column) }, { $unset: { lineitem: '' } })
    },
  }
}
