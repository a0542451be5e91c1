import { z } from 'zod'
import type { Platform } from './registry.js'
import type { Services } from './services.js'

const AGS = 'https://purl.imsglobal.org/spec/lti-ags/scope/'
export const SCOPES = { score: `${AGS}score`, lineitem: `${AGS}lineitem`, read: `${AGS}lineitem.readonly`, result: `${AGS}result.readonly` } as const
const TYPES = {
  item: 'application/vnd.ims.lis.v2.lineitem+json', items: 'application/vnd.ims.lis.v2.lineitemcontainer+json',
  score: 'application/vnd.ims.lis.v1.score+json', results: 'application/vnd.ims.lis.v2.resultcontainer+json',
} as const
/** By this we know a column that we made, where the platform doesn't say whose it is. */
export const TAG = 'keyroom'

/** @see [AGS 2.0, 3.4](https://www.imsglobal.org/spec/lti-ags/v2p0#score-publish-service) */
export interface Score {
  userId: string
  timestamp: string
  /** Absent: the learner has no score (any more). */
  scoreGiven?: number
  scoreMaximum?: number
  activityProgress: 'Initialized' | 'Started' | 'InProgress' | 'Submitted' | 'Completed'
  gradingProgress: 'FullyGraded' | 'PendingManual' | 'NotReady'
  comment?: string
}
/** A column of the gradebook. */
export interface LineItem { id: string; resourceLinkId?: string | null; resourceId?: string | null; tag?: string | null }
export interface NewLineItem { label: string; scoreMaximum: number; resourceId: string; tag: string; resourceLinkId?: string }
/** What the gradebook shows of a person: after all that teachers did there. `share`: of the column's maximum, 0–1. */
export interface Result { user: string; share?: number }
/** Where a context's columns are, and what we may do with them, as a verified launch said. */
export interface Container { url: string; scope: string[] }

export interface Ags {
  postScore(platform: Platform, lineitem: string, score: Score): Promise<void>
  /** The columns that fit. Asked for by the platform's filter, and looked at once more: some ignore it, and some keep no tag. */
  columns(platform: Platform, container: Container, filter: Partial<Pick<NewLineItem, 'resourceId' | 'tag' | 'resourceLinkId'>>): Promise<LineItem[]>
  /** Its address, where the platform says it. */
  create(platform: Platform, container: Container, item: NewLineItem): Promise<string | undefined>
  results(platform: Platform, lineitem: string, user?: string): AsyncGenerator<Result>
}

/** `…/lineitem?type_id=1` → `…/lineitem/scores?type_id=1`. */
export const below = (lineitem: string, what: 'scores' | 'results'): string => {
  const url = new URL(lineitem)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${what}`
  return url.href
}
const asking = (address: string, query: Record<string, string | undefined>): string => {
  const url = new URL(address)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value)
  return url.href
}

const fits = (said: string | null | undefined, wanted: string | undefined): boolean => wanted === undefined || said === wanted

const Item = z.object({ id: z.url({ protocol: /^https?$/ }), resourceLinkId: z.string().nullish(), resourceId: z.string().nullish(), tag: z.string().nullish() })
const Items = z.array(Item)
const Results = z.array(z.object({ userId: z.string(), resultScore: z.number().nullish(), resultMaximum: z.number().positive().nullish().catch(undefined) }))

/** Absent, the maximum is 1; a score above that says nothing then. @see [AGS 2.0, 3.3.3](https://www.imsglobal.org/spec/lti-ags/v2p0#resultmaximum) */
const shareOf = ({ resultScore, resultMaximum }: z.output<typeof Results>[number]): number | undefined => {
  if (typeof resultScore !== 'number' || (!resultMaximum && resultScore > 1)) return undefined
  return resultScore / (resultMaximum ?? 1)
}

/** Who manages columns may read them too; a platform grants what it was asked for. */
const readScope = (scope: string[]): string | undefined => [SCOPES.lineitem, SCOPES.read].find((each) => scope.includes(each))
export const mayRead = (scope: string[]): boolean => readScope(scope) !== undefined
export const mayCreate = (scope: string[]): boolean => scope.includes(SCOPES.lineitem)

/** The platform's gradebook. @see [AGS 2.0](https://www.imsglobal.org/spec/lti-ags/v2p0) */
export const createAgs = (services: Services): Ags => ({
  async postScore(platform, lineitem, score) {
    const init = { method: 'POST', body: JSON.stringify(score), headers: { 'content-type': TYPES.score } }
    const response = await services.call({ step: 'score', platform, scope: SCOPES.score, url: below(lineitem, 'scores'), init })
    await response.body?.cancel()
  },
  async columns(platform, { url: container, scope }, filter) {
    const { resourceId, tag, resourceLinkId } = filter
    const url = asking(container, { resource_id: resourceId, tag, resource_link_id: resourceLinkId })
    const found: LineItem[] = []
    for await (const page of services.pages({ step: 'lineitem', platform, scope: readScope(scope) ?? SCOPES.read, url, init: { headers: { accept: TYPES.items } } }, Items)) {
      found.push(...page.filter((item) => fits(item.resourceId, resourceId) && fits(item.resourceLinkId, resourceLinkId) && fits(item.tag ?? tag, tag)))
    }
    return found
  },
  async create(platform, { url }, item) {
    const init = { method: 'POST', body: JSON.stringify(item), headers: { 'content-type': TYPES.item, accept: TYPES.item } }
    const made = await services.call({ step: 'lineitem', platform, scope: SCOPES.lineitem, url, init })
    return Item.safeParse(await made.json().catch(() => undefined)).data?.id
  },
  async *results(platform, lineitem, user) {
    const url = asking(below(lineitem, 'results'), { user_id: user })
    for await (const page of services.pages({ step: 'result', platform, scope: SCOPES.result, url, init: { headers: { accept: TYPES.results } } }, Results)) {
      yield* page.map((each) => ({ user: each.userId, share: shareOf(each) }))
    }
  },
})
