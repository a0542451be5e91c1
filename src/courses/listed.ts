import type { mongo } from 'mongoose'
import { watchChanges, type Log, type Mongo } from '../infra/index.js'
import type { Member } from './model.js'

/** A person as the LMS's list of members has them. */
export type Listed = Pick<Member, 'user' | 'platform' | 'sub' | 'name' | 'email' | 'role'>
/** What a reading of the list changed. */
export interface Taken { members: number; added: number; renewed: number; returned: number; left: number }
export interface Roster {
  /** `began`: when the reading did. Nobody leaves by a list that isn't `complete`. */
  takeRoster(run: string, listed: Listed[], of: { began: Date; complete: boolean }): Promise<Taken>
  /** Who left before then, and is still known. */
  leftBefore(before: Date): Promise<Pick<Member, 'run' | 'user'>[]>
  /** Forgets someone who left before then; who has come back stays. */
  forgetMember(who: Pick<Member, 'run' | 'user'>, before: Date): Promise<boolean>
  /** Calls back with members who come, leave or change their role, on any node. Returns a stop function. */
  watchMembers(onChange: (member: Member) => void, onGap: () => void, log: Log): Promise<() => Promise<void>>
}

type Write = mongo.AnyBulkWriteOperation<Member>
type Kind = 'added' | 'renewed' | 'returned' | 'left'

/** A launch vouches this long for who isn't on the list and never was: platforms leave out people of a role that isn't the course's own. */
const VOUCHED_MS = 86_400_000
const AT_ONCE = 1000

export const isHere = ({ status }: Pick<Member, 'status'>): boolean => status !== 'left'

/** What the list says that isn't known. The role of who has launched is what their launches say: some lists call a teacher a learner. */
const renewal = (known: Member, { name, email, role }: Listed, now: Date): { kind: Kind; write: Write } | undefined => {
  const returns = !isHere(known)
  const set = {
    ...(name && name !== known.name ? { name } : {}), ...(email && email !== known.email ? { email } : {}),
    ...(!known.lastLaunch && !known.takesPart && role !== known.role ? { role } : {}),
    ...(known.seenAt ? {} : { seenAt: now }), ...(returns ? { status: 'active' as const } : {}),
  }
  // A platform that stops sending a name wants it forgotten.
  const unset = { ...(known.name && !name ? { name: '' as const } : {}), ...(known.email && !email ? { email: '' as const } : {}), ...(returns ? { leftAt: '' as const } : {}) }
  if (Object.keys(set).length + Object.keys(unset).length === 0) return undefined
  const update = { ...(Object.keys(set).length > 0 ? { $set: set } : {}), ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}) }
  return { kind: returns ? 'returned' : 'renewed', write: { updateOne: { filter: { _id: known._id }, update } } }
}
const arrival = (run: string, each: Listed, now: Date): { kind: Kind; write: Write } => {
  const { name, email, ...who } = each
  const first = { run, ...who, ...(name ? { name } : {}), ...(email ? { email } : {}), status: 'active' as const, seenAt: now }
  return { kind: 'added', write: { updateOne: { filter: { _id: `${run}:${each.user}` }, update: { $setOnInsert: first }, upsert: true } } }
}
/** Who is missing has left, unless they came in meanwhile. */
const departure = (known: Member, began: Date, now: Date): { kind: Kind; write: Write }[] => {
  const until = known.seenAt ? began : new Date(began.getTime() - VOUCHED_MS)
  if (!isHere(known) || (known.lastLaunch && known.lastLaunch >= until)) return []
  const filter = { _id: known._id, $or: [{ lastLaunch: { $exists: false } }, { lastLaunch: { $lt: until } }] }
  return [{ kind: 'left', write: { updateOne: { filter, update: { $set: { status: 'left', leftAt: now } } } } }]
}

/** The people of a run as the LMS lists them. Collection `members`. */
export const createRoster = async ({ db }: Pick<Mongo, 'db'>, now: () => Date): Promise<Roster> => {
  const members = db.collection<Member>('members')
  await members.createIndex({ leftAt: 1 }, { sparse: true })
  return {
    async takeRoster(run, listed, { began, complete }) {
      const at = now()
      const known = new Map((await members.find({ run }).toArray()).map((each) => [each.user, each]))
      const changes = listed.flatMap((each) => {
        const mine = known.get(each.user)
        return (mine ? renewal(mine, each, at) : arrival(run, each, at)) ?? []
      })
      const users = new Set(listed.map(({ user }) => user))
      if (complete) for (const each of known.values()) if (!users.has(each.user)) changes.push(...departure(each, began, at))
      for (let from = 0; from < changes.length; from += AT_ONCE) await members.bulkWrite(changes.slice(from, from + AT_ONCE).map(({ write }) => write), { ordered: false })
      const count = (kind: Kind): number => changes.filter((each) => each.kind === kind).length
      return { members: listed.length, added: count('added'), renewed: count('renewed'), returned: count('returned'), left: count('left') }
    },
    leftBefore: (before) => members.find({ leftAt: { $lt: before }, status: 'left' }, { projection: { _id: 0, run: 1, user: 1 } }).toArray(),
    async forgetMember({ run, user }, before) {
      const { deletedCount } = await members.deleteOne({ _id: `${run}:${user}`, status: 'left', leftAt: { $lt: before } })
      // Who came back has begun anew, and keeps what is theirs.
      if (deletedCount > 0) await db.collection('student_views').deleteMany({ run, user })
      return deletedCount > 0
    },
    watchMembers: (onChange, onGap, log) => {
      const fields = ['status', 'role'].map((field) => ({ [`updateDescription.updatedFields.${field}`]: { $exists: true } }))
      return watchChanges<Member>({ db }, 'members', { operationType: 'update', $or: fields }, { onChange, onGap, log })
    },
  }
}
