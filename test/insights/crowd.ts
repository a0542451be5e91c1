import type { World } from './world.js'

const NAMES = ['Ada Okafor', '李雨桐', 'نور الحداد', 'Sofía Núñez', 'Søren Lindqvist', 'Priya Raghavan', 'Kwame Mensah', '田中雪', 'Mikołaj Wiśniewski', 'Đặng Thị Mai', 'Leilani Kahale', 'Zoë van der Berg', undefined, 'A. Very Long-Hyphenated Double-Barrelled von und zu Hohenlohe-Schillingsfürst']
const HOUR = 3_600_000

/** People in every state there is: done, under way, stuck in each way, never begun; with grades in every state too. */
export const aCrowd = async (world: World, size: number): Promise<string[]> => {
  const users: string[] = []
  const begun = world.clock.at.getTime()
  for (let n = 0; n < size; n++) {
    world.clock.at = new Date(begun + (n % 9) * 11 * HOUR)
    const each = await world.learner(n < NAMES.length ? NAMES[n] : `${NAMES[n % 12]} ${Math.floor(n / 12) + 1}`, { email: n % 3 ? `person${n}@example.org` : undefined })
    users.push(each.user)
    const far = (n * 7) % 10
    if (far === 0) continue
    await each.answers('film', 'a', 'wrong', far === 1 ? 5 : n % 3)
    if (far === 1) continue
    await each.solves('film')
    if (far > 2) await each.reads()
    if (far === 4) await each.triesWrongKeys('library', 6)
    if (far > 4) await each.opens('library')
    if (far > 5) await each.solves('book')
    if (far > 6) await each.opens('stage')
    if (far > 7) await each.solves('plan')
  }
  world.clock.at = new Date(begun + 100 * HOUR)
  const codes = ['lti/no-line-item', 'lti/platform-busy']
  for (const [index, learner] of users.entries()) {
    const code = codes[index % 11]
    const minutesAgo = (minutes: number): Date => new Date(world.clock.at.getTime() - minutes * 60_000)
    const change = code
      ? { state: index % 11 === 0 ? 'failed' : 'waiting', attempts: 3, nextAt: minutesAgo(-12), problem: { code, at: minutesAgo(30) } }
      : { state: 'delivered', deliveredAt: minutesAgo(index * 37) }
    if (index % 5) await world.mongo.db.collection('outbox').updateOne({ kind: 'grade', learner }, { $set: change })
  }
  return users
}
