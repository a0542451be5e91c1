import { WARM_UP } from '../measure.js'
import type { Row } from '../model.js'
import { aRoom, visit, withContext } from '../support/room-visit.js'

/** What a room costs when the browser comes back to it, against all of it unpacked. */
export default {
  name: 'h5p.warm-bytes', aim: 0.1, better: 'lower', unit: 'kB',
  async run(ctx) {
    const { browser, room } = await aRoom(ctx)
    const samples = []
    for (let round = 0; round < WARM_UP + ctx.rounds; round++) {
      samples.push(
        await withContext(browser, async (context) => {
          const { unpacked } = await visit(context, room)
          const { transferred } = await visit(context, room)
          return { value: transferred / 1000, floor: unpacked / 1000 }
        }),
      )
    }
    return samples.slice(WARM_UP)
  },
} satisfies Row
