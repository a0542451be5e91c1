import type { Response } from 'express'
import type { Sessions } from '../../src/infra/index.js'
import { inTurns, rate } from '../measure.js'
import type { Row } from '../model.js'
import { must, withClient } from '../support/http.js'
import { enrol, startKeyroom } from '../support/keyroom.js'
import { freePort, startPart } from '../support/process.js'

const CALLERS = 16
const EACH = 1000
/** The first room of the demo course: open to who has launched. */
const ROOM = 'screening-room'

/** The session's cookie as the launch would set it, whatever its name is. */
const cookieFor = (sessions: Sessions, run: string): string => {
  const { session, token } = sessions.issue({ run, user: 'ana', role: 'participant' })
  let cookie = ''
  sessions.setCookie({ cookie: (name: string, value: string) => (cookie = `${name}=${value}`) } as unknown as Response, token, session)
  return cookie
}

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
