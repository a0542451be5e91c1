import type { SeedRoom } from './course-file.js'
import { SeedFault, type Playing } from './participant.js'

/** How far someone came: so many whole rooms, then so many activities; every nth question wrong at first (0: none). */
export interface Story { person: string; rooms: number; activities: number; stumbles: number }

/** Always the same, so that screenshots and ladders are. Ada, Mai and Zoë never started: theirs is the demo to play by hand. */
export const STORIES: readonly Story[] = [
  { person: '22', rooms: 4, activities: 0, stumbles: 0 },
  { person: '23', rooms: 4, activities: 0, stumbles: 4 },
  { person: '24', rooms: 3, activities: 1, stumbles: 3 },
  { person: '25', rooms: 2, activities: 1, stumbles: 0 },
  { person: '26', rooms: 2, activities: 0, stumbles: 2 },
  { person: '27', rooms: 1, activities: 1, stumbles: 3 },
  { person: '28', rooms: 1, activities: 0, stumbles: 5 },
  { person: '29', rooms: 0, activities: 1, stumbles: 2 },
  { person: '31', rooms: 3, activities: 0, stumbles: 2 },
]

const earnedKeyIn = (html: string): string | undefined => /data-earned-key="([^"]+)"/.exec(html)?.[1]

/** Plays a story. Its keys are always the same, so a second telling changes nothing. */
export const tell = async ({ person, rooms, activities, stumbles }: Story, course: SeedRoom[], playing: Playing): Promise<void> => {
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
  }
}
