import type { Arrived, Courses, Run } from '../../courses/index.js'
import { enterRun, launchPlace, userOf, visitorOf, type EnterDeps, type LaunchAnswer, type Visitor } from '../enter.js'
import { LaunchRefused } from '../refusals.js'

export interface ReviewDeps extends EnterDeps { isColumnOf: (run: Run, lineitem: string) => Promise<boolean> }

/** The page of whose work it is, for whom it is. Participants see their own, whoever is meant. */
const pageFor = async ({ role, platform, mentees = [] }: Visitor, run: string, forUser: string | undefined, courses: Pick<Courses, 'member'>): Promise<string> => {
  if (role === 'participant') return `/play/${run}/finish`
  if (!forUser) throw new LaunchRefused('lti/bad-claim', { params: { claim: 'for_user' } })
  const user = userOf(platform, forUser)
  const member = await courses.member(run, user)
  if (member?.role !== 'participant') throw new LaunchRefused('lti/nothing-to-review')
  if (role !== 'mentor') return `/insights/${run}/participants/${user}`
  return `/insights/${run}/mentees/${mentees.includes(forUser) ? user : ''}`
}

/** A column of a room or the credential is no link's: its address says whose it is, or there is but one run. */
const runOf = async ({ courses, isColumnOf }: ReviewDeps, { place, lineitem }: { place: ReturnType<typeof launchPlace>; lineitem?: string }): Promise<Arrived | undefined> => {
  const runs = await courses.runsAt(place)
  const whose = await Promise.all(runs.map((run) => (lineitem ? isColumnOf(run, lineitem) : false)))
  const run = runs.find((_, index) => whose[index]) ?? (runs.length === 1 ? runs[0] : undefined)
  if (!run) return undefined
  const links = await courses.linksOf(run._id)
  const link = links.find(({ resourceLink }) => resourceLink === run.resourceLink) ?? links[0]
  return link && { run, link }
}

/**
 * From the LMS's gradebook to the work behind a grade.
 * @see [LTI Submission Review 1.0](https://www.imsglobal.org/spec/lti-sr/v1p0)
 */
export const reviewAnswer = (deps: ReviewDeps): LaunchAnswer => async (req, res, passed) => {
  const visitor = visitorOf(passed)
  // The column it names is the one that is looked at, which needn't be the link's own.
  const { ags, ...place } = launchPlace(passed)
  const arrived = place.resourceLink ? await deps.courses.arrive(place) : await runOf(deps, { place, lineitem: ags?.lineitem })
  if (!arrived) throw new LaunchRefused('lti/not-set-up')
  await enterRun(req, res, visitor, arrived, deps, await pageFor(visitor, arrived.run._id, passed.launch.forUser, deps.courses))
}
