import type { Courses } from '../../courses/index.js'
import { enterRun, launchPlace, userOf, visitorOf, type EnterDeps, type LaunchAnswer, type Visitor } from '../enter.js'
import { LaunchRefused } from '../refusals.js'

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

/**
 * From the LMS's gradebook to the work behind a grade.
 * @see [LTI Submission Review 1.0](https://www.imsglobal.org/spec/lti-sr/v1p0)
 */
export const reviewAnswer = (deps: EnterDeps): LaunchAnswer => async (req, res, passed) => {
  const visitor = visitorOf(passed)
  const arrived = await deps.courses.arrive(launchPlace(passed))
  if (!arrived) throw new LaunchRefused('lti/not-set-up')
  await enterRun(req, res, visitor, arrived, deps, await pageFor(visitor, arrived.run._id, passed.launch.forUser, deps.courses))
}
