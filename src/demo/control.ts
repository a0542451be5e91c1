import type { JWTPayload } from 'jose'
import type { Courses, NewLink } from './courses.js'
import type { DeepLinking, DeepLinkingAnswer } from './deep-linking.js'
import { override } from './gradebook.js'
import type { Asked, Launches } from './launches.js'
import type { Context, LineItem, Link, Score, Status, Tool } from './model.js'
import type { Outage, Switch } from './outage.js'
import { personOf } from './people.js'
import type { Place, Registration } from './place.js'
import type { Registering } from './registration.js'
import { resultOf } from './score.js'
import type { Settings } from './settings.js'
import type { Store } from './store.js'
import type { Tools } from './tools.js'

/** What a test, or whoever runs the LMS, can look at and change without its pages. */
export interface Control {
  /** Of the tool that was registered by hand. */
  registration(): Registration
  /** Every score as it stands, with what the gradebook shows of it. */
  grades(): (Score & { points?: number })[]
  /** What the gradebook shows of one person in one column. */
  result(lineItem: string, person: string): number | undefined
  off(outage?: Partial<Outage>): void
  on(): void
  /** Other roles for a person's next launches; none: their own again. */
  setRoles(person: string, roles?: string[]): void
  /** Privacy, storage, paging, deep linking and more, from now on. */
  set(change: Partial<Omit<Settings, 'deepLinking'>> & { deepLinking?: Partial<Settings['deepLinking']> }): void

  contexts(): Context[]
  addContext(course: { title: string; label?: string }): Context
  copyContext(context: string, title?: string): Context
  links(context?: string): Link[]
  addLink(context: string, link: NewLink): Link
  changeLink(id: string, change: Partial<Pick<Link, 'title' | 'url' | 'custom'>>): void
  /** With the address each has for tools. */
  lineItems(context?: string): (LineItem & { url: string })[]
  setMember(context: string, person: string, status: Status): void
  /** A teacher's own grade; undefined takes it back. */
  override(lineItem: string, person: string, points: number | undefined): void

  tools(): Tool[]
  setTool(clientId: string, state: Tool['state']): void
  /** The tool's link, with configuration and a token for one registration. */
  registrationLink(toolLink: string): string
  /** What came back of deep linking requests, refused ones too. */
  deepLinked(): DeepLinkingAnswer[]

  /** The claims of an honest launch, for tests that make it dishonest. */
  claims(person: string, nonce: string, asked?: Asked): JWTPayload
  /** Signed with the platform's key. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>
}
export interface ControlDeps {
  place: Place
  store: Store
  courses: Courses
  tools: Tools
  launches: Launches
  deepLinking: DeepLinking
  registering: Registering
  power: Switch
  settings: Settings
  now: () => Date
}

export const makeControl = ({ place, store, courses, tools, launches, deepLinking, registering, power, settings, now }: ControlDeps): Control => {
  const { state } = store
  const columnOf = (id: string): LineItem => {
    const item = state.lineItems.find((each) => each.id === id)
    if (!item) throw new Error(`The demo LMS has no column ${id}`)
    return item
  }
  return {
    registration: () => ({ issuer: place.issuer, clientId: tools.byHand.clientId, deployment: tools.byHand.deployment, authUrl: place.authUrl, tokenUrl: place.tokenUrl, jwksUrl: place.jwksUrl }),
    grades: () => state.scores.map((score) => ({ ...score, points: resultOf(columnOf(score.lineItem), score.userId, state) })),
    result: (lineItem, person) => resultOf(columnOf(lineItem), person, state),
    off: (outage = {}) => power.off({ status: 503, seconds: 3600, of: 'services', ...outage }),
    on: () => power.on(),
    setRoles: (person, roles) => void (roles ? launches.roles.set(person, roles) : launches.roles.delete(person)),
    set: ({ deepLinking: asked, ...change }) => {
      Object.assign(settings, change)
      Object.assign(settings.deepLinking, asked)
    },
    contexts: courses.all, addContext: courses.add, copyContext: courses.copy, links: courses.links, addLink: courses.addLink, changeLink: courses.changeLink, setMember: courses.setStatus,
    lineItems: (context) => state.lineItems.filter((item) => context === undefined || item.context === context).map((item) => ({ ...item, url: place.lineItem(item, tools.of(item.tool) ?? tools.byHand) })),
    override: (lineItem, person, points) => {
      override(state, columnOf(lineItem), { courses, person, points, at: now() })
      store.save()
    },
    tools: tools.all, setTool: tools.setState, registrationLink: registering.linkFor,
    deepLinked: () => deepLinking.answers,
    claims: (id, nonce, { ...asked } = {}) => {
      const person = personOf(id)
      if (!person) throw new Error(`The demo LMS has no person ${id}`)
      const first = asked.link === undefined && asked.context === undefined ? { link: courses.all()[0] && courses.links(courses.all()[0]?.id)[0]?.id } : {}
      return launches.claims(person, nonce, { ...first, ...asked })
    },
    sign: (claims, header) => launches.sign(claims, header),
  }
}
