import type { Course, Courses, LaunchPlace, Target } from '../../courses/index.js'
import type { Say } from '../../infra/index.js'

/** What the link was copied from. */
export interface Copied { run: string; slug: string; target?: Target }
/** What was sent and doesn't fit yet. */
export interface Chosen { slug?: string; way?: string; fault?: 'course' | 'open' | 'way' }
export interface CourseChoice {
  slug: string
  title: string
  summary: string
  lang: string
  rooms: string
  chosen: boolean
  opens: { value: string; words: string; chosen: boolean }[]
}
export interface SetupView {
  title: string
  lead: string
  fault?: string
  /** Of a copy: what may be done with it. */
  ways?: { value: 'carry-on' | 'fresh'; words: string; hint: string; chosen: boolean }[]
  /** A copy may lead elsewhere all the same. */
  mayChoose: boolean
  courses: CourseChoice[]
}
export interface SetupInput {
  courses: Pick<Courses, 'list' | 'current' | 'run'>
  say: Say
  place: LaunchPlace
  copied?: Copied
  chosen: Chosen
}

const apart = (text: string): string => `\u2068${text}\u2069`
const valueOf = (target: Target): string => (target.kind === 'room' ? `room:${target.room}` : target.kind)
/** `said`: what the LMS says of it, which every launch would say again; of a course that has it there is nothing to choose then. */
const targetsOf = ({ rooms }: Course, said?: Target): Target[] => {
  const all: Target[] = [{ kind: 'map' }, ...rooms.map(({ id }): Target => ({ kind: 'room', room: id })), { kind: 'ladder' }]
  const named = said && all.filter((target) => valueOf(target) === valueOf(said))
  return named && named.length > 0 ? named : all
}
/** What of a course the form means; undefined for what the course doesn't have. */
export const targetFrom = (course: Course, value: unknown, said?: Target): Target | undefined => targetsOf(course, said).find((target) => valueOf(target) === value)

const wordsOf = (course: Course, target: Target, say: Say): string => {
  if (target.kind !== 'room') return say(`links.setup.opens.${target.kind}`)
  const index = course.rooms.findIndex(({ id }) => id === target.room)
  return say('links.setup.opens.room', { number: index + 1, title: apart(course.rooms[index]?.title ?? '') })
}
const choiceOf = (course: Course, say: Say, { chosen, wanted, said }: { chosen: boolean; wanted?: Target; said?: Target }): CourseChoice => ({
  slug: course.slug, title: course.title, summary: course.summary, lang: course.lang, chosen,
  rooms: say('links.setup.rooms', { count: course.rooms.length }),
  opens: targetsOf(course, said).map((target) => ({ value: valueOf(target), words: wordsOf(course, target, say), chosen: wanted !== undefined && valueOf(target) === valueOf(wanted) })),
})

const waysOf = (say: Say, isHere: boolean, way: string | undefined): SetupView['ways'] =>
  (['carry-on', 'fresh'] as const).map((value) => ({ value, words: say(`links.setup.copy.${value}`), hint: say(`links.setup.copy.${value}-${isHere ? 'here' : 'elsewhere'}`), chosen: value === way }))

/** All that the page shows: of a copy its course alone; else every course there is. */
export const setupView = async ({ courses, say, place, copied, chosen }: SetupInput): Promise<SetupView> => {
  const only = place.slug ?? copied?.slug
  const slugs = only ? [only] : (await courses.list()).map(({ slug }) => slug)
  const found = (await Promise.all(slugs.map((slug) => courses.current(slug)))).flatMap((course) => course ?? [])
  const origin = copied ? await courses.run(copied.run) : undefined
  const named = (title: string): string => say('links.setup.named', { title: apart(title) })
  const link = place.resourceTitle ? named(place.resourceTitle) : say('links.setup.unnamed')
  return {
    title: say(origin ? 'links.setup.copy.title' : 'links.setup.title'),
    lead: origin ? say('links.setup.copy.lead', { link, context: origin.contextTitle ? named(origin.contextTitle) : say('links.setup.copy.unnamed') }) : say('links.setup.lead', { link }),
    ...(chosen.fault ? { fault: say(`links.setup.faults.${chosen.fault}`) } : {}),
    ...(origin ? { ways: waysOf(say, origin.context === place.context, chosen.way) } : {}),
    mayChoose: origin !== undefined && !place.slug,
    courses: found.map((course) => choiceOf(course, say, { chosen: found.length === 1 || course.slug === chosen.slug, wanted: place.target ?? copied?.target, said: place.target })),
  }
}
