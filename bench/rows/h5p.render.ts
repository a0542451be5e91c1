import { inTurns, rate } from '../measure.js'
import type { Row } from '../model.js'
import { must, withClient } from '../support/http.js'
import { manyLibraries } from '../support/libraries.js'
import { freePort, startPart } from '../support/process.js'

const AT_ONCE = 200
const LIBRARIES = 90

/** Frames of one content, 200 asked for at once with 90 libraries installed, against the page of Lumi's player over its stock storages. */
export default {
  name: 'h5p.render', aim: 10, better: 'higher', unit: 'pages/s',
  async run(ctx) {
    const [libraries, mine, theirs] = [await manyLibraries(await ctx.folder(), LIBRARIES), await freePort(), await freePort()]
    const of = (port: number): string => `http://127.0.0.1:${port}/play/bench/h5p/anyone/frame`
    const parts = [['bench/peers/h5p-frames.ts', mine], ['bench/peers/lumi.ts', theirs]] as const
    for (const [file, port] of parts) await startPart(ctx, { file, ready: of(port), env: { PORT: String(port), LIBRARIES: libraries, DATA: await ctx.folder(), MONGODB_URI: ctx.database() } })
    const pages = (address: string): Promise<number> =>
      withClient(AT_ONCE, (send) =>
        rate(Array<string>(AT_ONCE).fill(address), AT_ONCE, async (each) => {
          const { body } = must(200, await send(each, { headers: { accept: 'text/html' } }))
          if (!body.includes('Keyroom.Sequence')) throw new Error(`not the content's page: ${body.slice(0, 500)}`)
        }),
      )
    return inTurns(ctx.rounds, () => pages(of(mine)), () => pages(of(theirs)))
  },
} satisfies Row
