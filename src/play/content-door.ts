import type { Course } from '../courses/index.js'
import { sealOf, type Clue, type FrameDeps, type H5P, type ItemState } from '../h5p/index.js'
import { NotFound, type Kit } from '../infra/index.js'
import type { Standing } from '../ledger/index.js'
import { TicketRefused } from './refusals.js'
import type { Outcome, Play, Ticket } from './service.js'

/** Answers of one learner: more than any hand gives. What is written to the ledger stays, so a program must not fill it. */
const ANSWERS = { points: 120, seconds: 60 }

/** What the clues that are solved gave, of all activities but one. */
const cluesBeside = async (h5p: Pick<H5P, 'clues'>, { rooms }: Course, { play }: Standing, but: string): Promise<Clue[]> => {
  const others = rooms.flatMap(({ activities }) => activities).filter(({ id }) => id !== but && Object.values(play.activities[id]?.items ?? {}).some(({ correct }) => correct))
  const found = others.map(async ({ id, content }) => Object.entries(await h5p.clues(content)).flatMap(([item, clue]) => (play.activities[id]?.items[item]?.correct ? [clue] : [])))
  return (await Promise.all(found)).flat()
}

/** What a content's frame may do: all that its ticket names, and as long as its room is open; nothing beside it. */
export const contentDoor = (play: Play, { limits, secrets }: Pick<Kit, 'limits' | 'secrets'>, h5p: Pick<H5P, 'clues'>, followed: (ticket: Ticket, outcome: Outcome) => void = () => undefined): FrameDeps => {
  const ticketOf = (token: string, run: string): Ticket => {
    const ticket = play.readTicket(token)
    if (ticket.run !== run) throw new TicketRefused({ detail: { run } })
    return ticket
  }
  return {
    async open(token, run) {
      const ticket = ticketOf(token, run)
      const { course, room, standing } = await play.open(ticket, ticket.room)
      const activity = room.activities.find(({ id }) => id === ticket.activity)
      if (!activity) throw new NotFound({ detail: { activity: ticket.activity } })
      const items = Object.entries(standing.play.activities[activity.id]?.items ?? {})
      return {
        run, user: ticket.user, room: room.id, activity: activity.id, content: activity.content, seal: sealOf(secrets, { run, user: ticket.user, activity: activity.id, content: activity.content }), title: activity.title, lang: course.lang,
        items: Object.fromEntries(items.map(([id, { tries, correct, response, pending, review }]): [string, ItemState] => [id, { tries, correct, response, ...(pending ? { pending: true } : {}), ...(review ? { review } : {}) }])),
        clues: () => cluesBeside(h5p, course, standing, activity.id),
      }
    },
    async answer(token, run, answer) {
      const ticket = ticketOf(token, run)
      await limits.consume('answer', `${run}:${ticket.user}`, ANSWERS)
      const answered = await play.answer(ticket, answer)
      followed(ticket, answered.outcome)
      return answered
    },
    async complete(token, run, { key }) {
      const ticket = ticketOf(token, run)
      const outcome = await play.complete(ticket, key)
      followed(ticket, outcome)
      return outcome
    },
  }
}
