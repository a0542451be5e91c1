/** Bare ltijs with its default database, as its own guide sets it up; the page after the launch says a word. Told by its environment. */
import type { RequestHandler } from 'express'
import ltijs from 'ltijs'

/** What Keyroom doesn't use of ltijs. */
interface BareProvider {
  setup(key: string, database: { url: string }, options: object): void
  onConnect(handler: (token: unknown, ...rest: Parameters<RequestHandler>) => unknown): void
  whitelist(...routes: string[]): void
  app: { get(route: string, handler: RequestHandler): void }
  deploy(options: { port: number; silent: boolean }): Promise<boolean>
  registerPlatform(platform: object): Promise<unknown>
}
const { PORT = '', MONGODB_URI = '', PLATFORM = '{}', CLIENT = '' } = process.env
const { issuer, authUrl, tokenUrl, jwksUrl } = JSON.parse(PLATFORM) as Record<string, string>

const provider = ltijs.Provider as unknown as BareProvider
provider.setup('a key of the bench, for cookies and tokens', { url: MONGODB_URI }, { appRoute: '/', loginRoute: '/login', cookies: { secure: false, sameSite: 'Lax' }, tokenMaxAge: 60 })
provider.onConnect((_token, _req, res) => res.send('<p>Welcome</p>'))
provider.whitelist('/up')
await provider.deploy({ port: Number(PORT), silent: true })
await provider.registerPlatform({ url: issuer, name: 'Bench', clientId: CLIENT, authenticationEndpoint: authUrl, accesstokenEndpoint: tokenUrl, authConfig: { method: 'JWK_SET', key: jwksUrl } })
provider.app.get('/up', (_req, res) => void res.send('up'))
process.once('disconnect', () => process.exit(0))
process.once('SIGTERM', () => process.exit(0))
