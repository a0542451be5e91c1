import { inTurns } from '../measure.js'
import type { Row } from '../model.js'
import { aRoom, visit, withContext } from '../support/room-visit.js'

/** Seconds from the click to an activity that can be played, over a slow line, nothing in the browser's cache. */
export default {
  name: 'h5p.interactive', aim: 1.5, better: 'lower', unit: 's',
  async run(ctx) {
    const { browser, room } = await aRoom(ctx)
    return inTurns(ctx.rounds, () => withContext(browser, async (context) => (await visit(context, room, { slow: true })).seconds), () => Promise.resolve(1))
  },
} satisfies Row
