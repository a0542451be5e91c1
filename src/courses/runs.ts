import { isDeepStrictEqual } from 'node:util'
import type { mongo } from 'mongoose'
import { keptFor, NotFound, stableId } from '../infra/index.js'
import { columnAfter, columnLeft, columnOf } from './columns.js'
import type { Grading, Link, Run, Target } from './model.js'
import { isPreview, realRun } from './preview-run.js'
import { NoCourse } from './refusals.js'
import type { CurrentDoc, Versions } from './versions.js'

/** What a verified launch says of where it came from. */
export interface LaunchPlace {
  platform: string
  deployment: string
  context: string
  contextTitle?: string
  resourceLink: string
  resourceTitle?: string
  /** Which course, where the link says so; and what of it. */
  slug?: string
  target?: Target
  ags?: Run['ags']
  nrps?: string
}
/** What a link was copied from, by the platform's word: ids, the newest first. */
export interface History { links: string[]; contexts: string[] }
export interface Origin { run: Run; slug: string; target?: Target }
/** `copiedFrom`: the run whose settings go along. `fresh`: with secrets of its own. */
export interface Binding { slug: string; target: Target; copiedFrom?: string; fresh?: boolean }
export interface Arrived { run: Run; link: Link }

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

/** `links`: kept by versions before there was a collection of links. */
type RunDoc = Run & { links?: string[] }
type RunPlace = Pick<LaunchPlace, 'platform' | 'deployment' | 'context'>

const linkId = ({ platform, deployment, context, resourceLink }: LaunchPlace): string => stableId('link', platform, deployment, context, resourceLink)
const runIdOf = ({ platform, deployment, context }: RunPlace, slug: string, copy?: number): string =>
  stableId('run', platform, deployment, context, slug, ...(copy ? [String(copy)] : []))
const whereIs = ({ platform, deployment, context }: RunPlace): RunPlace => ({ platform, deployment, context })
const slugOf = ({ course }: Pick<Run, 'course'>): string => course.split('@')[0] ?? ''

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

  /** The run that a binding means: begun now, or already. */
  const begun = async (place: LaunchPlace, { slug, copiedFrom, fresh }: Binding): Promise<Run> => {
    const { course } = await currentOf(slug)
    const origin = copiedFrom ? await run(copiedFrom) : undefined
    const isHere = origin && isDeepStrictEqual(whereIs(origin), whereIs(place)) && slugOf(origin) === slug
    // Copied beside its origin, it carries on there.
    if (isHere && !fresh) return origin
    const copies = fresh ? await runs.countDocuments({ ...whereIs(place), course: { $regex: `^${slug}@` } }) : 0
    const copy = copies > 0 ? copies + 1 : undefined
    const _id = runIdOf(place, slug, copy)
    const keysFrom = fresh ? _id : origin?.keysFrom
    const first = {
      course, createdAt: now(), ...whereIs(place), resourceLink: place.resourceLink, ...(copy ? { copy } : {}), ...(origin ? { copiedFrom: origin._id } : {}),
      ...(origin?.grading ? { grading: origin.grading } : {}), ...(keysFrom ? { keysFrom } : {}),
    }
    const made = await runs.findOneAndUpdate({ _id }, { $setOnInsert: first }, { upsert: true, returnDocument: 'after' })
    if (!made) throw new NotFound({ detail: { run: _id } })
    return keptRuns.set(_id, made)
  }
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

/** By the link's own history; else by the context's: there the link of the same name, or where all led to one run, that. */
const originIn = async ({ runs, links }: { runs: mongo.Collection<RunDoc>; links: mongo.Collection<Link> }, place: LaunchPlace, history: History): Promise<Origin | undefined> => {
  const { platform, deployment } = place
  const isOther = (link: Link): boolean => link._id !== linkId(place) && (!place.slug || link.slug === place.slug)
  const led = async (found: { run: string; slug: string; target?: Target }): Promise<Origin | undefined> => {
    const run = await runs.findOne({ _id: found.run })
    return run ? { run, slug: found.slug, ...(found.target ? { target: found.target } : {}) } : undefined
  }
  for (const resourceLink of history.links) {
    const found = (await links.find({ platform, deployment, resourceLink }).toArray()).find(isOther)
    if (found) return led(found)
  }
  for (const context of history.contexts.filter((each) => each !== place.context)) {
    const all = (await links.find({ platform, deployment, context }).sort({ at: 1 }).toArray()).filter(isOther)
    const [named] = all.filter(({ title }) => title && title === place.resourceTitle)
    if (named) return led(named)
    const [first] = all
    if (first) return led({ run: first.run, slug: first.slug })
    const [older] = (await runs.find({ platform, deployment, context }).toArray()).filter((each) => !place.slug || slugOf(each) === place.slug)
    if (older) return { run: older, slug: slugOf(older) }
  }
  return undefined
}
