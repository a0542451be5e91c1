import { inTurns, rate } from '../measure.js'
import type { Row } from '../model.js'
import { must, withClient } from '../support/http.js'
import { enrol, startKeyroom } from '../support/keyroom.js'
import { freePort, startPart } from '../support/process.js'
import { cookieFor } from '../support/room-visit.js'

const CALLERS = 16
const EACH = 1000
/** The first room of the demo course: open to who has launched. */
const ROOM = 'screening-room'

/** A room's page for a participant with a session, against a bare route that renders the same templates with constant data. */
export default {
  name: 'http.room', aim: 0.5, better: 'higher', unit: 'pages/s',
  async run(ctx) {
    const { url, config, made } = await startKeyroom(ctx, async (rooms) => {
      const run = await enrol(rooms, ['ana'])
      return { page: `/play/${run}/rooms/${ROOM}`, cookie: cookieFor(rooms.kit.sessions, run) }
    })
    const port = await freePort()
    const bare = `http://127.0.0.1:${port}/page`
    await startPart(ctx, { file: 'bench/peers/room-page.ts', ready: bare, env: { PORT: String(port), CONFIG: JSON.stringify(config), PAGE: made.page, COOKIE: made.cookie } })
    const sizes = new Set<number>()
    const pages = (address: string): Promise<number> =>
      withClient(CALLERS, (send) =>
        rate(Array<string>(EACH).fill(address), CALLERS, async (each) => sizes.add(must(200, await send(each, { headers: { cookie: made.cookie, accept: 'text/html' } })).body.length)),
      )
    const samples = await inTurns(ctx.rounds, () => pages(`${url}${made.page}`), () => pages(bare))
    if (Math.max(...sizes) - Math.min(...sizes) > 100) throw new Error(`the floor shows another page: ${[...sizes].join(', ')} characters`)
    return samples
  },
} satisfies Row
