import type { Role, Secrets, Session } from '../infra/index.js'

/** Whom a message is for: everyone of a run, its staff, or one person in it. */
export type Audience = { run: string; to: 'everyone' | 'staff' } | { run: string; to: 'user'; user: string }

/** What a ticket says of its bearer. */
export interface Bearer { run: string; user: string; role: Role }

/** Where the session doesn't say when it ends: a page left open overnight asks for a new launch. */
const TICKET_SECONDS = 12 * 3600

/** The Socket.IO room of an audience. JSON keeps ids apart, whatever is in them. */
export const roomOf = (audience: Audience): string => JSON.stringify([audience.run, audience.to, ...(audience.to === 'user' ? [audience.user] : [])])

/** All that a bearer hears. Nothing else can be joined. */
export const roomsOf = ({ run, user, role }: Bearer): string[] => [
  roomOf({ run, to: 'everyone' }),
  roomOf({ run, to: 'user', user }),
  ...(role === 'instructor' || role === 'author' ? [roomOf({ run, to: 'staff' })] : []),
]

/** Tickets for the socket alone: a session's token is none, and a ticket opens no page. */
export const makeTickets = (secrets: Secrets, now: () => Date) => ({
  sign({ run, user, role, exp = Infinity }: Session): string {
    const left = Math.floor(exp - now().getTime() / 1000)
    return secrets.sign('live', { run, user, role }, Math.min(TICKET_SECONDS, left), now())
  },
  /** Who bears it and until when, where it is ours and, if the page says which run it listens to, of that one. */
  read(auth: unknown): (Bearer & { exp: number }) | undefined {
    const { ticket, run } = (auth ?? {}) as { ticket?: unknown; run?: unknown }
    const bearer = typeof ticket === 'string' ? secrets.verify<Bearer>('live', ticket, now()) : undefined
    return bearer && (run === undefined || run === bearer.run) ? bearer : undefined
  },
})
