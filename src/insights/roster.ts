import { Router, type Request, type Response } from 'express'
import type { Run } from '../courses/index.js'
import { sessionOf, type Kit } from '../infra/index.js'
import type { Roster, RosterState } from '../lti/index.js'
import type { Participant } from './model.js'
import type { Words } from './words.js'

/** How long the answer waits for a reading; a long list goes on behind it. */
const PATIENCE_MS = 5000
/** Who presses again at once gets what was just read. */
const JUST_NOW_MS = 10_000

/** How someone stands: who left, that; who has never come, why nothing is to be seen of them. */
export const standingView = (each: Participant, words: Words, reasons: string[]) => {
  if (each.left) return { status: 'left', statusSay: words.t('roster.left'), reasons: [], left: words.moment(each.left) }
  return { status: each.status, statusSay: words.t(`insights.status.${each.status}`), reasons: each.neverCame ? [words.t('roster.neverCame')] : reasons }
}

const problemView = (code: string, { t }: Words, has: (key: string) => boolean) => {
  const name = code.split('/').at(-1) ?? code
  const known = has(`roster.problems.${name}.why`)
  return { say: t('roster.unread', { why: known ? t(`roster.problems.${name}.why`) : t('roster.problems.other.why', { code }) }), mend: t(`roster.problems.${known ? name : 'other'}.mend`) }
}

/** When the LMS's list of members was read, or why it could not be. */
export const rosterView = (run: Run, state: RosterState | undefined, lms: string | undefined, words: Words, has: (key: string) => boolean) => {
  const { t } = words
  const from = lms ? words.apart(lms) : t('roster.lms')
  const code = run.nrps ? state?.problem?.code : 'lti/members-not-offered'
  return {
    read: state?.syncedAt ? { say: t('roster.read', { lms: from }), at: words.moment(state.syncedAt), count: t('roster.count', { count: state.members ?? 0 }) } : undefined,
    never: !state?.syncedAt && !code ? t('roster.never', { lms: from }) : undefined,
    problem: code ? problemView(code, words, has) : undefined,
    again: run.nrps ? t(state?.syncedAt ? 'roster.again' : 'roster.first') : undefined,
  }
}

/** `POST /insights/:run/roster`: reads the members again. */
export const rosterRoutes = ({ kit, roster }: { kit: Pick<Kit, 'now'>; roster: Pick<Roster, 'sync' | 'state'> }): Router =>
  Router({ mergeParams: true }).post('/', async (req: Request, res: Response) => {
    const { run } = sessionOf(res)
    const state = await roster.state(run)
    const newest = Math.max(state?.syncedAt?.getTime() ?? 0, state?.problem?.at.getTime() ?? 0)
    if (kit.now().getTime() - newest > JUST_NOW_MS) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)))
      // What comes after the answer is in the state that the page shows next.
      await Promise.race([roster.sync(run), late]).finally(() => clearTimeout(timer))
    }
    res.redirect(303, `/insights/${run}/#part-roster`)
  })
