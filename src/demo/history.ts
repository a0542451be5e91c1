import type { SeedRoom } from './course-file.js'
import type { Playing } from './participant.js'
import { SeedFault } from './visitor.js'

/**
 * How far someone came: so many whole rooms, then so many activities; every nth question wrong at first (0: none); and what they
 * have written for a colleague to read.
 */
export interface Story { person: string; rooms: number; activities: number; stumbles: number; writes?: string }

/** Where the demo course takes an open answer. */
const DESK = { room: 'theatre', activity: 'have-it-read' }

/** Always the same, so that screenshots and ladders are. Ada, Mai and Zoë never started: theirs is the demo to play by hand. */
export const STORIES: readonly Story[] = [
  { person: '22', rooms: 4, activities: 0, stumbles: 0 },
  {
    person: '23', rooms: 4, activities: 0, stumbles: 4,
    writes: 'Outcome: each student can say which of two graphs shows a confounder, and why. Evidence: a slip with the graph, the confounder and one sentence. Minutes 0–3 alone with both graphs; 3–8 in pairs, who must agree; 8–15 two pairs convince each other; 15–18 everyone writes the slip. I only walk around and listen.',
  },
  {
    person: '24', rooms: 3, activities: 1, stumbles: 3,
    writes: 'I teach statics to sixty engineers. I would like them to understand free-body diagrams. First I explain one at the board, then they draw one alone, then they compare with a neighbour and mark what differs. At the end I show mine.',
  },
  { person: '25', rooms: 2, activities: 1, stumbles: 0 },
  { person: '26', rooms: 2, activities: 0, stumbles: 2 },
  { person: '27', rooms: 1, activities: 1, stumbles: 3 },
  { person: '28', rooms: 1, activities: 0, stumbles: 5 },
  { person: '29', rooms: 0, activities: 1, stumbles: 2 },
  { person: '31', rooms: 3, activities: 0, stumbles: 2 },
]

const earnedKeyIn = (html: string): string | undefined => /data-earned-key="([^"]+)"/.exec(html)?.[1]

/** Plays a story. Its keys are always the same, so a second telling changes nothing. */
export const tell = async ({ person, rooms, activities, stumbles, writes }: Story, course: SeedRoom[], playing: Playing): Promise<void> => {
  let asked = 0
  const play = async (room: SeedRoom, many: number) => {
    for (const { id, questions } of room.activities.slice(0, many)) {
      if (questions.length === 0) {
        await playing.complete(room.id, id, `seed-${person}-${id}`)
        continue
      }
      const answers = questions.flatMap((question, index) => {
        asked += 1
        const key = `seed-${person}-${id}-${index}`
        const stumbled = stumbles > 0 && asked % stumbles === 0
        return [...(stumbled ? [{ question, right: false, key: `${key}-wrong` }] : []), { question, right: true, key }]
      })
      await playing.answer(room.id, id, answers)
    }
  }
  const enter = async (room: SeedRoom, before: SeedRoom | undefined) => {
    if (!room.locked) return
    const key = room.key ?? (before ? earnedKeyIn((await playing.page(`rooms/${before.id}`)).html) : undefined)
    if (!key) throw new SeedFault(`No key to room ${room.id} was earned`)
    await playing.tryKey(room.id, key)
  }
  for (const [index, room] of course.entries()) {
    if (index > rooms || (index === rooms && activities === 0)) return
    await enter(room, course[index - 1])
    await play(room, index < rooms ? room.activities.length : activities)
    if (writes && room.id === DESK.room) await playing.answer(room.id, DESK.activity, [{ question: { item: '_', right: writes, wrong: writes }, right: true, key: `seed-${person}-writes` }])
  }
}
