import { isDeepStrictEqual } from 'node:util'
import type { mongo } from 'mongoose'
import { keptFor, NotFound } from '../infra/index.js'
import { beginning, originIn } from './begin-run.js'
import { columnAfter, columnLeft, columnOf } from './columns.js'
import type { Grading, Link, Run } from './model.js'
import { linkId, runIdOf, slugOf, whereIs, type Arrived, type Binding, type History, type LaunchPlace, type Origin, type RunDoc, type RunPlace } from './places.js'
import { isPreview, realRun } from './preview-run.js'
import { NoCourse } from './refusals.js'
import type { CurrentDoc, Versions } from './versions.js'

export interface Runs {
  run(id: string): Promise<Run>
  /** Where a link leads, if it is set up. */
  linkOf(place: LaunchPlace): Promise<Link | undefined>
  linksOf(run: string): Promise<Link[]>
  /** The run of a link that is set up, its service addresses renewed. A link that now names another course leads there. */
  arrive(place: LaunchPlace): Promise<Arrived | undefined>
  /** Sets a link up; one that is stays as it is. @throws UnknownCourse */
  bindLink(place: LaunchPlace, binding: Binding): Promise<Arrived>
  /** What a new link was copied from, of what is known here. */
  originOf(place: LaunchPlace, history: History): Promise<Origin | undefined>
  /** All runs of a context, whichever links lead there. */
  runsAt(place: RunPlace): Promise<Run[]>
  /** The run of a course in the place's context, if it has begun. */
  runIn(place: LaunchPlace, slug: string): Promise<Run | undefined>
  /** The run of this place: a new link is set up at once where it names its course, or there is only one. @throws NoCourse, UnknownCourse */
  ensureRun(place: LaunchPlace): Promise<Run>
  /** The same, with the link. */
  ensureLink(place: LaunchPlace): Promise<Arrived>
  /** Which columns the run has in the LMS from now on. */
  setGrading(run: string, grading: Grading): Promise<void>
  /** Where runs changed behind our back. */
  forgetKept(): void
}

/** The paths that differ from what is known: most launches say what the one before said, and a write for each would only stand in the others' way. */
const changesOf = (known: object, said: Record<string, unknown>) => {
  const valueAt = (path: string): unknown => path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], known)
  const differing = Object.entries(said).filter(([path, value]) => !isDeepStrictEqual(valueAt(path), value))
  const set = differing.filter(([, value]) => value !== undefined)
  const unset = differing.flatMap(([path, value]): [string, ''][] => (value === undefined ? [[path, '']] : []))
  if (differing.length === 0) return undefined
  return { ...(set.length > 0 ? { $set: Object.fromEntries(set) } : {}), ...(unset.length > 0 ? { $unset: Object.fromEntries(unset) } : {}) }
}
/** A launch without services says nothing of those that an earlier one announced. */
const saidOfRun = (run: Run, link: Link, { contextTitle, ags, nrps }: LaunchPlace): Record<string, unknown> => {
  const address = columnAfter(run, link, { said: ags !== undefined, lineitem: ags?.lineitem })
  return {
    ...(contextTitle ? { contextTitle } : {}), ...(nrps ? { nrps } : {}),
    ...(ags ? { 'ags.lineitems': ags.lineitems, 'ags.scope': ags.scope, [`columns.${columnOf(link.target)}`]: address } : {}),
    ...(ags && link.target.kind !== 'room' ? { 'ags.lineitem': address } : {}),
  }
}

/** Which run a link of the LMS leads to. Collections `runs`, `links`. */
export const createRuns = async (db: mongo.Db, { currentOnes, currentOf }: Versions, { now, keptMs }: { now: () => Date; keptMs: number }): Promise<Runs> => {
  const runs = db.collection<RunDoc>('runs')
  const links = db.collection<Link>('links')
  await Promise.all([
    runs.createIndex({ course: 1 }), runs.createIndex({ platform: 1, deployment: 1, context: 1 }),
    links.createIndex({ run: 1 }), links.createIndex({ platform: 1, deployment: 1, context: 1 }), links.createIndex({ platform: 1, deployment: 1, resourceLink: 1 }),
  ])
  const keptRuns = keptFor<Run>(keptMs)
  const keptLinks = keptFor<Link>(keptMs)

  const run = async (id: string): Promise<Run> => {
    if (isPreview(id)) return { ...(await run(realRun(id))), _id: id }
    const known = keptRuns.get(id)
    if (known) return known
    const found = await runs.findOne({ _id: id })
    if (!found) throw new NotFound({ detail: { run: id } })
    return keptRuns.set(id, found)
  }
  const keepLink = async (place: LaunchPlace, change: Partial<Link>, first: Partial<Link> = {}): Promise<Link> => {
    const _id = linkId(place)
    const { resourceLink } = place
    const title = place.resourceTitle ? { title: place.resourceTitle } : {}
    const kept = await links.findOneAndUpdate({ _id }, { $set: { ...change, ...title }, $setOnInsert: { ...whereIs(place), resourceLink, at: now(), ...first } }, { upsert: true, returnDocument: 'after' })
    if (!kept) throw new NotFound({ detail: { link: _id } })
    return keptLinks.set(_id, kept)
  }
  /** Set up by a version that kept links with the run. */
  const adopted = async (place: LaunchPlace): Promise<Link | undefined> => {
    const all = await runs.find({ ...whereIs(place), links: place.resourceLink }).toArray()
    const found = all.find((each) => !place.slug || slugOf(each) === place.slug)
    return found && keepLink(place, {}, { run: found._id, slug: slugOf(found), target: { kind: 'map' } })
  }
  const linkOf = async (place: LaunchPlace): Promise<Link | undefined> => {
    const id = linkId(place)
    const known = keptLinks.get(id)
    if (known) return known
    // With its run, which is asked for next.
    const [found] = await links.aggregate<Link & { runs: Run[] }>([{ $match: { _id: id } }, { $lookup: { from: 'runs', localField: 'run', foreignField: '_id', as: 'runs' } }]).toArray()
    if (!found) return adopted(place)
    const { runs: [its], ...link } = found
    if (its) keptRuns.set(its._id, its)
    return keptLinks.set(id, link)
  }
  const renewed = async (link: Link, place: LaunchPlace): Promise<Arrived> => {
    const target = place.target ?? link.target
    const led = { ...link, target }
    const before = await run(link.run)
    const left = columnOf(target) === columnOf(link.target) ? [] : columnLeft(before, link)
    const runChange = changesOf(before, { ...Object.fromEntries(left.map((path) => [path, undefined])), ...saidOfRun(before, led, place) })
    const linkChange = changesOf(link, { target, ...(place.ags ? { lineitem: place.ags.lineitem } : {}), ...(place.resourceTitle ? { title: place.resourceTitle } : {}) })
    const [after, leads] = await Promise.all([
      runChange ? runs.findOneAndUpdate({ _id: link.run }, runChange, { returnDocument: 'after' }) : before,
      linkChange ? links.findOneAndUpdate({ _id: link._id }, linkChange, { returnDocument: 'after' }) : link,
    ])
    // What was known stays known no longer: a busy course would never see what another node changed.
    return { run: runChange && after ? keptRuns.set(link.run, after) : before, link: linkChange && leads ? keptLinks.set(link._id, leads) : led }
  }
  const runIn: Runs['runIn'] = async (place, slug) => (await runs.findOne({ _id: runIdOf(place, slug) })) ?? undefined

  const begun = beginning({ runs, run, currentOf, now })
  const bound = async (place: LaunchPlace, binding: Binding, leads: 'first' | 'anew'): Promise<Arrived> => {
    const { _id } = await begun(place, binding)
    const { slug, target } = binding
    const at = { run: _id, slug, target }
    return renewed(leads === 'first' ? await keepLink(place, {}, at) : await keepLink(place, at), place)
  }
  const arrive: Runs['arrive'] = async (place) => {
    const link = await linkOf(place)
    if (!link) return undefined
    if (!place.slug || place.slug === link.slug) return renewed(link, place)
    const left = columnLeft(await run(link.run), link)
    if (left.length > 0) await runs.updateOne({ _id: link.run }, { $unset: Object.fromEntries(left.map((path) => [path, ''])) })
    keptRuns.clear()
    return bound(place, { slug: place.slug, target: place.target ?? { kind: 'map' } }, 'anew')
  }
  /** The course that a new link names; where it names none, the only one there is. */
  const courseFor = async ({ slug }: LaunchPlace): Promise<CurrentDoc> => {
    if (slug) return currentOf(slug)
    const [first, second] = await currentOnes()
    if (!first || second) throw new NoCourse({ detail: { courses: first ? 'several' : 'none' } })
    return first
  }
  const ensureLink: Runs['ensureLink'] = async (place) =>
    (await arrive(place)) ?? bound(place, { slug: (await courseFor(place))._id, target: place.target ?? { kind: 'map' } }, 'first')

  return {
    run, linkOf, arrive, runIn, ensureLink,
    linksOf: (id) => links.find({ run: realRun(id) }).sort({ at: 1 }).toArray(),
    bindLink: async (place, binding) => {
      const link = await linkOf(place)
      return link ? renewed(link, place) : bound(place, binding, 'first')
    },
    runsAt: (place) => runs.find(whereIs(place)).toArray(),
    originOf: (place, history) => originIn({ runs, links }, place, history),
    ensureRun: async (place) => (await ensureLink(place)).run,
    async setGrading(id, grading) {
      await runs.updateOne({ _id: realRun(id) }, { $set: { grading } })
      keptRuns.clear()
    },
    forgetKept() {
      keptRuns.clear()
      keptLinks.clear()
    },
  }
}
