import type { Row } from '../model.js'
import { must, withClient } from '../support/http.js'
import { enrol } from '../support/keyroom.js'
import { cookieFor } from '../support/room-visit.js'
import { countedKeyroom } from '../support/roundtrips.js'

/** Commands to the database that a later request costs for its session alone: a page that needs no more than to know who asks. None is the aim, one the floor. */
export default {
  name: 'lti.request-roundtrips', aim: 1, better: 'lower', unit: 'commands',
  async run(ctx) {
    const { url, rooms, during } = await countedKeyroom(ctx)
    const run = await enrol(rooms, ['ana'])
    const cookie = cookieFor(rooms.kit.sessions, run)
    return withClient(1, async (send) => {
      const samples = []
      for (let round = 0; round < ctx.rounds; round++) samples.push({ value: await during(async () => must(303, await send(`${url}/play/${run}/rooms/screening-room/key`, { headers: { cookie } }))), floor: 1 })
      return samples
    })
  },
} satisfies Row
