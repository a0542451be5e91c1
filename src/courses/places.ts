import { stableId } from '../infra/index.js'
import type { Link, Run, Target } from './model.js'

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

/** `links`: kept by versions before there was a collection of links. */
export type RunDoc = Run & { links?: string[] }
export type RunPlace = Pick<LaunchPlace, 'platform' | 'deployment' | 'context'>

export const linkId = ({ platform, deployment, context, resourceLink }: LaunchPlace): string => stableId('link', platform, deployment, context, resourceLink)
export const runIdOf = ({ platform, deployment, context }: RunPlace, slug: string): string => stableId('run', platform, deployment, context, slug)
/** A further run of the course in the same context has its id from the link that began it: however often that is asked for, it begins once. */
export const besideIdOf = ({ platform, deployment, context, resourceLink }: LaunchPlace, slug: string): string => stableId('run', platform, deployment, context, slug, 'beside', resourceLink)
export const whereIs = ({ platform, deployment, context }: RunPlace): RunPlace => ({ platform, deployment, context })
export const slugOf = ({ course }: Pick<Run, 'course'>): string => course.split('@')[0] ?? ''
