import { WARM_UP } from '../measure.js'
import type { Row } from '../model.js'
import { aRoom, visit, withContext } from '../support/room-visit.js'

/** What a room costs whose browser knows nothing yet, against the same unpacked. */
export default {
  name: 'h5p.cold-bytes', aim: 0.55, better: 'lower', unit: 'kB',
  async run(ctx) {
    const { browser, room } = await aRoom(ctx)
    const samples = []
    for (let round = 0; round < WARM_UP + ctx.rounds; round++) {
      const { transferred, unpacked } = await withContext(browser, (context) => visit(context, room))
      samples.push({ value: transferred / 1000, floor: unpacked / 1000 })
    }
    return samples.slice(WARM_UP)
  },
} satisfies Row
