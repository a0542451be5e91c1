import { isDeepStrictEqual } from 'node:util'
import type { mongo } from 'mongoose'
import { NotFound } from '../infra/index.js'
import type { Link, Run, Target } from './model.js'
import { besideIdOf, linkId, runIdOf, slugOf, whereIs, type Binding, type History, type LaunchPlace, type Origin, type RunDoc } from './places.js'
import type { Versions } from './versions.js'

export interface BeginDeps { runs: mongo.Collection<RunDoc>; run(id: string): Promise<Run>; currentOf: Versions['currentOf']; now(): Date }

/** The run that a binding means: begun now, or already. */
export const beginning = ({ runs, run, currentOf, now }: BeginDeps) => async (place: LaunchPlace, { slug, copiedFrom, fresh }: Binding): Promise<Run> => {
  const { course } = await currentOf(slug)
  const origin = copiedFrom ? await run(copiedFrom) : undefined
  const isHere = origin && isDeepStrictEqual(whereIs(origin), whereIs(place)) && slugOf(origin) === slug
  // Copied beside its origin, it carries on there.
  if (isHere && !fresh) return origin
  const others = fresh ? await runs.find({ ...whereIs(place), course: { $regex: `^${slug}@` } }).toArray() : []
  // Who asks for a fresh start by a second link of the copy, on a page that was opened before the first, means the same.
  const already = isHere ? undefined : others.find(({ _id, keysFrom, copiedFrom }) => keysFrom === _id && copiedFrom === origin?._id)
  if (already) return already
  const copy = others.length > 0 ? others.length + 1 : undefined
  const _id = copy ? besideIdOf(place, slug) : runIdOf(place, slug)
  const keysFrom = fresh ? _id : origin?.keysFrom
  const first = {
    course, createdAt: now(), ...whereIs(place), resourceLink: place.resourceLink, ...(copy ? { copy } : {}), ...(origin ? { copiedFrom: origin._id } : {}),
    ...(origin?.grading ? { grading: origin.grading } : {}), ...(keysFrom ? { keysFrom } : {}),
  }
  const made = await runs.findOneAndUpdate({ _id }, { $setOnInsert: first }, { upsert: true, returnDocument: 'after' })
  if (!made) throw new NotFound({ detail: { run: _id } })
  return made
}

/** By the link's own history; else by the context's: there the link of the same name, or where all led to one run, that. */
export const originIn = async ({ runs, links }: { runs: mongo.Collection<RunDoc>; links: mongo.Collection<Link> }, place: LaunchPlace, history: History): Promise<Origin | undefined> => {
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
