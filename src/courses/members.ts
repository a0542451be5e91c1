import type { mongo } from 'mongoose'
import { isDuplicate, stableId } from '../infra/index.js'
import type { Member } from './model.js'

/** Who someone is, as a launch or the roster says. */
export type MemberSaid = Omit<Member, '_id' | 'takesPart' | 'status' | 'leftAt' | 'seenAt'>

/** A person in student view: their own pages in the preview run, under an id that is nobody's. */
export interface StudentView { run: string; user: string; name?: string; at: Date; canTakePart: boolean; said?: MemberSaid }
interface StudentViewDoc {
  /** The learner's id in the preview run, before the first fresh start. */
  _id: string
  run: string
  user: string
  /** How often they began afresh. */
  turn: number
  /** Who they are in the LMS, to take part as that; absent: a test user of the LMS, who never does. */
  said?: MemberSaid
  at: Date
}

/** A launch, as the row of who launched keeps it until the ledger has it: so the answer waits for one write, and nothing is lost. */
export interface NotedLaunch { run: string; user: string; key: string; resourceLink: string; at: Date }
type MemberDoc = Member & { launches?: Omit<NotedLaunch, 'run' | 'user'>[] }
/** More than wait in any hour of trouble. */
const MOST_NOTED = 20

export interface Members {
  member(run: string, user: string): Promise<Member | undefined>
  upsertMember(member: MemberSaid): Promise<void>
  members(run: string): Promise<Member[]>
  /** A participant comes in. False, and nothing is written, where they are known as staff and don't take part: that is student view. */
  joinMember(member: MemberSaid, launch?: NotedLaunch): Promise<boolean>
  /** Launches that the ledger may not have yet: one person's, or all from before a time. */
  notedLaunches(of: Pick<NotedLaunch, 'run' | 'user'> | { before: Date }): Promise<NotedLaunch[]>
  /** The ledger has these. */
  forgetLaunches(launches: NotedLaunch[]): Promise<void>
  /** Someone in student view, or on the staff, is a participant from now on. */
  takePart(said: Pick<MemberSaid, 'run' | 'user'> & Partial<MemberSaid>): Promise<void>
  /** The learner's id in the preview run. `said`: who would take part; absent for a test user of the LMS. */
  studentView(run: string, user: string, said?: MemberSaid): Promise<string>
  /** From nothing again: another id. */
  afresh(learner: string): Promise<string>
  /** Who is behind an id of the preview run. */
  behind(learner: string): Promise<(StudentViewDoc & { learner: string }) | undefined>
  studentViews(run: string): Promise<StudentView[]>
  /** Forgets who last looked on before then. */
  forgetStudentViews(before: Date): Promise<void>
}

const STAFF: Member['role'][] = ['instructor', 'author']
const learnerOf = ({ _id, turn }: Pick<StudentViewDoc, '_id' | 'turn'>): string => (turn === 0 ? _id : `${_id}~${turn}`)
const idIn = (learner: string): string => learner.split('~')[0] ?? ''

/** What a launch says is set, what it no longer says is taken back: a platform that stops sending a name wants it forgotten. */
const changeOf = ({ name, email, mentees, ...member }: MemberSaid) => {
  const may = { name, email, mentees }
  const said = Object.fromEntries(Object.entries(may).filter(([, value]) => value?.length))
  // Who comes in is there again, whatever the list of members said.
  const unsaid: Record<string, ''> = { leftAt: '', ...Object.fromEntries(Object.entries(may).flatMap(([key, value]) => (value?.length ? [] : [[key, '' as const]]))) }
  // Who teaches again is staff again.
  if (STAFF.includes(member.role)) Object.assign(unsaid, { takesPart: '' })
  return { $set: { ...member, ...said, status: 'active' as const }, $unset: unsaid }
}

/** Who is in which run, and who looks on as a learner would. Collections `members`, `student_views`. */
export const createMembers = async (db: mongo.Db, now: () => Date): Promise<Members> => {
  const members = db.collection<MemberDoc>('members')
  const views = db.collection<StudentViewDoc>('student_views')
  await Promise.all([members.createIndex({ run: 1 }), members.createIndex({ 'launches.at': 1 }, { sparse: true }), views.createIndex({ run: 1 })])
  const idOf = ({ run, user }: { run: string; user: string }): string => `${run}:${user}`
  const behind: Members['behind'] = async (learner) => {
    const found = await views.findOne({ _id: idIn(learner) })
    return found ? { ...found, learner: learnerOf(found) } : undefined
  }
  return {
    member: async (run, user) => (await members.findOne({ _id: `${run}:${user}` })) ?? undefined,
    members: (run) => members.find({ run }).toArray(),
    async upsertMember(member) {
      await members.updateOne({ _id: idOf(member) }, changeOf(member), { upsert: true })
    },
    async joinMember(member, launch) {
      const { run: _run, user: _user, ...noted } = launch ?? {}
      const note = launch ? { $push: { launches: { $each: [noted as Omit<NotedLaunch, 'run' | 'user'>], $slice: -MOST_NOTED } } } : {}
      try {
        // One command: where the member is staff the filter finds nobody, and the insert meets their id.
        await members.updateOne({ _id: idOf(member), $or: [{ role: { $nin: STAFF } }, { takesPart: { $exists: true } }] }, { ...changeOf(member), ...note }, { upsert: true })
        return true
      } catch (error) {
        if (isDuplicate(error) && (await members.countDocuments({ _id: idOf(member), role: { $in: STAFF } })) > 0) return false
        throw error
      }
    },
    async notedLaunches(of) {
      const found = await members.find('user' in of ? { _id: idOf(of), 'launches.0': { $exists: true } } : { 'launches.at': { $lt: of.before } }).toArray()
      return found.flatMap(({ run, user, launches = [] }) => launches.map((each) => ({ run, user, ...each })))
    },
    async forgetLaunches(launches) {
      const [ids, keys] = [launches.map(idOf), launches.map(({ key }) => key)]
      await members.updateMany({ _id: { $in: ids } }, { $pull: { launches: { key: { $in: keys } } } })
    },
    async takePart({ run, user, ...said }) {
      await members.updateOne({ _id: idOf({ run, user }) }, { $set: { run, user, ...said, role: 'participant', takesPart: now(), status: 'active' }, $unset: { leftAt: '' } }, { upsert: said.sub !== undefined })
      await views.deleteMany({ run, user })
    },
    async studentView(run, user, said) {
      const _id = stableId('student-view', run, user)
      const seen = { run, user, at: now(), ...(said ? { said } : {}) }
      const found = await views.findOneAndUpdate({ _id }, { $set: seen, $setOnInsert: { turn: 0 } }, { upsert: true, returnDocument: 'after' })
      return learnerOf(found ?? { _id, turn: 0 })
    },
    async afresh(learner) {
      const found = await views.findOneAndUpdate({ _id: idIn(learner) }, { $inc: { turn: 1 } }, { returnDocument: 'after' })
      return found ? learnerOf(found) : learner
    },
    behind,
    studentViews: async (run) => (await views.find({ run }).sort({ at: -1 }).toArray()).map(({ user, said, at }) => ({ run, user, at, said, name: said?.name, canTakePart: said !== undefined })),
    async forgetStudentViews(before) {
      await views.deleteMany({ at: { $lt: before } })
    },
  }
}
