import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createCourses, type Courses, type Member } from '../../src/courses/index.js'
import { createLti, type Lti } from '../../src/lti/index.js'
import { aWayIn, type WayIn } from './world.js'

export const LEARNER = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'
export interface Person { user_id: string | number; roles: string[]; status?: string; name?: string; given_name?: string; family_name?: string; email?: string }
export interface Said { status?: number; headers?: Record<string, string>; body: unknown }

/** Ada, Ben and so on: as many learners as asked for. */
export const people = (...ids: string[]): Person[] => ids.map((id) => ({ user_id: id, roles: ['Learner'], name: `Person ${id}`, email: `${id}@lms.example` }))

/** A platform whose list of members says what the test wants, and Keyroom's nodes before it; the clock is ours. */
export class RosterWorld {
  clock = Date.parse('2030-01-01T10:00:00Z')
  /** What the list says; by page where there are several. */
  pages: (Person[] | Said | (() => Promise<Said>))[] = [[]]
  asked: { url: string; headers: Record<string, unknown> }[] = []
  /** What reached a server that isn't the platform's. */
  strayed: string[] = []
  etag?: string
  declare origin: string
  declare elsewhere: string
  declare way: WayIn
  declare run: string
  private closers: (() => void)[] = []
  readonly now = (): Date => new Date(this.clock)

  async open(): Promise<void> {
    this.elsewhere = await this.listen((url) => (this.strayed.push(url), { body: { members: people('evil') } }))
    this.origin = await this.listen((url, headers) => this.answer(url, headers))
    this.way = await aWayIn({ publicUrl: 'http://localhost:3000', now: this.now, serviceTimeoutMs: 600 })
    await this.way.lti.registry.add({ issuer: this.origin, clientId: 'c', deployments: ['1'], authUrl: `${this.origin}/auth`, tokenUrl: `${this.origin}/token`, jwksUrl: `${this.origin}/keys`, name: 'LMS' })
  }
  /** A run of its own for each test, and nothing asked yet. */
  async begin(): Promise<void> {
    this.clock += 100 * 86_400_000
    this.pages = [[]]
    this.etag = undefined
    const [platform] = await this.way.lti.registry.list()
    await this.way.lti.registry.change(platform?._id ?? '', { state: 'active' })
    this.run = (await this.way.courses.ensureRun({ platform: platform?._id ?? '', deployment: '1', context: `c${this.clock}`, resourceLink: 'l', nrps: `${this.origin}/members?type=1` }))._id
    this.asked = []
    this.strayed = []
  }
  close(): void {
    this.closers.splice(0).forEach((close) => close())
  }
  /** Another node over the same database. */
  async aNode(): Promise<{ lti: Lti; courses: Courses }> {
    const courses = await createCourses(this.way.kit)
    return { courses, lti: await createLti(this.way.kit, { courses, ledger: { outbox: { rows: async () => [] } } as never, onLaunch: async () => undefined, serviceTimeoutMs: 600 }) }
  }
  sync() {
    return this.way.lti.roster.sync(this.run)
  }
  async members(): Promise<Record<string, string>> {
    return Object.fromEntries((await this.way.courses.members(this.run)).map((each) => [each.sub, `${each.role}${each.status === 'left' ? ' left' : ''}`]))
  }
  async memberOf(sub: string): Promise<Member | undefined> {
    return (await this.way.courses.members(this.run)).find((each) => each.sub === sub)
  }
  async launches(sub: string, more: Partial<Member> = {}): Promise<void> {
    const known = await this.memberOf(sub)
    await this.way.courses.upsertMember({ run: this.run, user: known?.user ?? `launched-${sub}`, platform: (await this.way.courses.run(this.run)).platform, sub, role: 'participant', lastLaunch: this.now(), ...more })
  }
  async problem(): Promise<string | undefined> {
    return (await this.way.lti.roster.state(this.run))?.problem?.code
  }
  later(hours: number): void {
    this.clock += hours * 3_600_000
  }
  nextIs(from: number, host = this.origin): Record<string, string> {
    return { link: `<${host}/members?from=${from}>; rel="next"` }
  }

  private async answer(url: string, headers: Record<string, unknown>): Promise<Said> {
    if (url === '/token') return { body: { access_token: 't', expires_in: 3600 } }
    this.asked.push({ url, headers })
    if (this.etag && headers['if-none-match'] === this.etag) return { status: 304, body: undefined }
    const at = Number(new URL(url, this.origin).searchParams.get('from') ?? 0)
    const page = this.pages[at] ?? []
    const said = typeof page === 'function' ? await page() : page
    if (!Array.isArray(said)) return said
    return { headers: { ...(at + 1 < this.pages.length ? this.nextIs(at + 1) : {}), ...(this.etag ? { etag: this.etag } : {}) }, body: { id: 'x', context: { id: 'c' }, members: said } }
  }
  private async listen(answer: (url: string, headers: Record<string, unknown>) => Said | Promise<Said>): Promise<string> {
    const server = createServer((req, res) => {
      Promise.resolve(answer(req.url ?? '', req.headers)).then(({ status = 200, headers, body }) => {
        res.writeHead(status, { 'content-type': 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body))
      }, () => req.socket.destroy())
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    this.closers.push(() => (server.closeAllConnections(), server.close()))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
}

export const rosterWorld = (): RosterWorld => {
  const world = new RosterWorld()
  beforeAll(() => world.open())
  beforeEach(() => world.begin())
  afterAll(() => world.close())
  return world
}
