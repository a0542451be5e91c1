import type { Row } from '../model.js'
import { withClient } from '../support/http.js'
import { keyroomAt, registrationOf } from '../support/launches.js'
import { enterBy, loginBy } from '../support/launch.js'
import { openPlatform } from '../support/platform.js'
import { countedKeyroom } from '../support/roundtrips.js'

/** Commands to the database that a launch waits for, login and launch together, each by someone new; against one. What follows behind the answer isn't waited for. */
export default {
  name: 'lti.launch-roundtrips', aim: 4, better: 'lower', unit: 'commands',
  async run(ctx) {
    const platform = await openPlatform(ctx)
    const { url, rooms, during } = await countedKeyroom(ctx)
    await rooms.lti.registry.add(registrationOf(platform))
    const tool = keyroomAt(url)
    return withClient(1, async (send) => {
      const launch = async (user: string): Promise<number> => {
        const value = await during(async () => enterBy(send, tool, platform, user, await loginBy(send, tool, platform, user)))
        await rooms.play.arrivals.close()
        return value
      }
      await launch('first')
      const samples = []
      for (let round = 0; round < ctx.rounds; round++) samples.push({ value: await launch(`user-${round}`), floor: 1 })
      return samples
    })
  },
} satisfies Row
