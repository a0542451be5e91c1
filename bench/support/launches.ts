import { inTurns, rate } from '../measure.js'
import type { Ctx, Row } from '../model.js'
import { withClient } from './http.js'
import { startKeyroom } from './keyroom.js'
import { launch, type Tool } from './launch.js'
import { CLIENT, DEPLOYMENT, openPlatform, type Platform } from './platform.js'
import { freePort, startPart } from './process.js'

const startLtijs = async (ctx: Ctx, { idToken: _, ...platform }: Platform): Promise<Tool> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  await startPart(ctx, { file: 'bench/peers/ltijs.ts', ready: `${url}/up`, env: { PORT: String(port), MONGODB_URI: ctx.database(), PLATFORM: JSON.stringify(platform), CLIENT } })
  return { login: `${url}/login`, target: `${url}/`, status: 302, next: ({ headers }) => headers.location }
}

/** Where Keyroom is launched at `url`. */
export const keyroomAt = (url: string): Tool => ({ login: `${url}/lti/login`, target: `${url}/lti/launch`, status: 200, next: ({ body }) => /id="enter"[^>]*href="([^"]+)"/.exec(body)?.[1] })

export const registrationOf = ({ issuer, authUrl, tokenUrl, jwksUrl }: Platform) => ({ issuer, authUrl, tokenUrl, jwksUrl, clientId: CLIENT, deployments: [DEPLOYMENT], name: 'Bench' })

const startSubject = async (ctx: Ctx, platform: Platform): Promise<Tool> => keyroomAt((await startKeyroom(ctx, ({ lti }) => lti.registry.add(registrationOf(platform)))).url)

/** From the click in the LMS to the first page, each by someone new, so many at once; against bare ltijs. */
export const launchRow = (callers: number, each: number, aim: number): Row => ({
  name: `lti.launch-${callers}`, aim, better: 'higher', unit: 'launches/s',
  async run(ctx) {
    const platform = await openPlatform(ctx)
    const [subject, floor] = [await startSubject(ctx, platform), await startLtijs(ctx, platform)]
    const launches = (tool: Tool, round: number): Promise<number> =>
      withClient(callers, (send) => rate(Array.from({ length: each }, (_, n) => `${round}-${n}`), callers, (user) => launch(send, tool, platform, user)))
    return inTurns(ctx.rounds, (round) => launches(subject, round), (round) => launches(floor, round))
  },
})
