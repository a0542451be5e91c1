import { credentialSlice } from '../../src/credentials/index.js'
import type { Course } from '../../src/courses/index.js'
import { gameSlice } from '../../src/game/index.js'
import { makeLog, type Mongo } from '../../src/infra/index.js'
import { createLedger, foldEvent, type Command, type Decision, type Ledger, type LedgerEvent, type SliceMap, type Standing } from '../../src/ledger/index.js'
import { playSlice } from '../../src/play/index.js'
import { decideAnswer, decideLaunch } from '../../src/play/decide.js'

const RUN = 'bench-run'
const AT = new Date('2026-01-01T12:00:00Z')
const slices: SliceMap = { play: playSlice, game: gameSlice, credentials: credentialSlice }

const ITEMS = ['one', 'two', 'three'].map((id) => ({ id, max: 1, kind: 'verified' as const }))
const activity = (id: string) => ({ id, title: id, content: `bench-${id}`, outcomes: [], choice: false, pass: 0.6, selfReported: false })
const ROOM = { id: 'room', title: 'Room', scene: 'library' as const, intro: '', activities: [activity('film'), activity('book')], choose: 0, tips: [], links: [] }
export const COURSE: Course = {
  id: 'bench@1', slug: 'bench', title: 'Bench', summary: '', lang: 'en', outcomes: [], rooms: [ROOM, { ...ROOM, id: 'next', lock: { kind: 'personal' } }],
  xp: { activity: 30, firstTry: 10, room: 40, finish: 100, levels: { base: 100, factor: 1.4 } },
  finish: { title: '', message: '', attendancePrefix: 'B', credential: { name: '', description: '', criteria: '' } },
}

const commandOf = (learner: string, key: string, decide: (standing: Standing) => Decision): Command => ({ run: RUN, learner, key, at: AT, decide })
const answer = (learner: string, index: number): Command =>
  commandOf(learner, `answer:film:${index}`, (standing) =>
    decideAnswer(COURSE, standing, AT, {
      room: ROOM, activity: activity('film'), items: ITEMS, item: ITEMS[index]?.id ?? '', response: [1, 3], scored: { correct: true, score: 1, max: 1, kind: 'verified' },
    }),
  )

/** Learners whose next answer is the typical one: the last of three, right at once, so it completes the activity and pays. */
export const before = (learner: string): Command[] => [commandOf(learner, 'launch:1', (standing) => decideLaunch(COURSE, standing, AT, 'link')), answer(learner, 0), answer(learner, 1)]
export const typical = (learner: string): Command => answer(learner, ITEMS.length - 1)

export const openLedger = (mongo: Mongo): Promise<Ledger> => createLedger({ mongo, slices, log: makeLog('silent') })

/** All that a command writes, worked out beforehand: what the floor has only to send. */
export interface Writes { events: LedgerEvent[]; standing: Standing; outbox: NonNullable<Decision['outbox']> }

export const writesOf = (before: Standing, command: Command): Writes => {
  const { run, learner, at } = command
  const key = `${run}:${learner}:${command.key}`
  const { events: drafts, outbox = [] } = command.decide(before)
  const events = drafts.map(({ type, data }, n): LedgerEvent => ({ _id: `${key}#${n}`, key, n, run, learner, v: before.v + n + 1, type, data, at }))
  return { events, standing: events.reduce((standing, event) => foldEvent(slices, standing, event), before), outbox }
}
