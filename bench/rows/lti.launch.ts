import { inTurns, rate } from '../measure.js'
import type { Ctx, Row } from '../model.js'
import { withClient } from '../support/http.js'
import { startKeyroom } from '../support/keyroom.js'
import { launch, type Tool } from '../support/launch.js'
import { CLIENT, DEPLOYMENT, openPlatform, type Platform } from '../support/platform.js'
import { freePort, startPart } from '../support/process.js'

const CALLERS = 16
const EACH = 160

const startLtijs = async (ctx: Ctx, { idToken: _, ...platform }: Platform): Promise<Tool> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  await startPart(ctx, { file: 'bench/peers/ltijs.ts', ready: `${url}/up`, env: { PORT: String(port), MONGODB_URI: ctx.database(), PLATFORM: JSON.stringify(platform), CLIENT } })
  return { login: `${url}/login`, target: `${url}/`, status: 302, next: ({ headers }) => headers.location }
}

const startSubject = async (ctx: Ctx, { issuer, authUrl, tokenUrl, jwksUrl }: Platform): Promise<Tool> => {
  const { url } = await startKeyroom(ctx, ({ lti }) => lti.registry.add({ issuer, authUrl, tokenUrl, jwksUrl, clientId: CLIENT, deployments: [DEPLOYMENT], name: 'Bench' }))
  return { login: `${url}/lti/login`, target: `${url}/lti/launch`, status: 200, next: ({ body }) => /id="enter"[^>]*href="([^"]+)"/.exec(body)?.[1] }
}

/** From the click in the LMS to the first page, each by someone new; against bare ltijs. */
export default {
  name: 'lti.launch', aim: 2, better: 'higher', unit: 'launches/s',
  async run(ctx) {
    const platform = await openPlatform(ctx)
    const [subject, floor] = [await startSubject(ctx, platform), await startLtijs(ctx, platform)]
    const launches = (tool: Tool, round: number): Promise<number> =>
      withClient(CALLERS, (send) => rate(Array.from({ length: EACH }, (_, n) => `${round}-${n}`), CALLERS, (user) => launch(send, tool, platform, user)))
    return inTurns(ctx.rounds, (round) => launches(subject, round), (round) => launches(floor, round))
  },
} satisfies Row
