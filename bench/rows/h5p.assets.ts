import { inTurns, rate } from '../measure.js'
import type { Row } from '../model.js'
import { must, withClient } from '../support/http.js'
import { aRoomsFiles } from '../support/room-files.js'
import { freePort, startPart } from '../support/process.js'

const CALLERS = 16
const EACH = 2000

/** The files of a room's activity, as a browser asks for them, against express.static with the same bytes in a folder. */
export default {
  name: 'h5p.assets', aim: 0.9, better: 'higher', unit: 'files/s',
  async run(ctx) {
    const { url, files, folder } = await aRoomsFiles(ctx)
    const port = await freePort()
    const bare = `http://127.0.0.1:${port}`
    await startPart(ctx, { file: 'bench/peers/static-files.ts', ready: `${bare}/up`, env: { PORT: String(port), FOLDER: folder } })
    const fetched = (origin: string): Promise<number> =>
      withClient(CALLERS, (send) =>
        rate(Array.from({ length: EACH }, (_, index) => files[index % files.length] ?? ''), CALLERS, async (file) => must(200, await send(`${origin}${file}`, { headers: { 'accept-encoding': 'gzip, deflate, br' } }))),
      )
    return inTurns(ctx.rounds, () => fetched(url), () => fetched(bare))
  },
} satisfies Row
