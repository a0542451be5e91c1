import type { JWK } from 'jose'

/** A course of the LMS. */
export interface Context {
  id: string
  label: string
  title: string
  /** The courses this one is a copy of, the newest first. */
  history: string[]
}
export interface Period { startDateTime?: string; endDateTime?: string }
/** An activity in a course that opens a tool. */
export interface Link {
  id: string
  context: string
  /** The client id of the tool. */
  tool: string
  title: string
  text?: string
  /** Absent: where the tool's launches go anyway. */
  url?: string
  custom: Record<string, string>
  /** The links this one is a copy of, the newest first. */
  history: string[]
  icon?: string
  frame?: { width?: number; height?: number }
  available?: Period
  submission?: Period
}
export interface LineItem extends Period {
  id: string
  context: string
  tool: string
  label: string
  scoreMaximum: number
  resourceLinkId?: string
  resourceId?: string
  tag?: string
}
/** A person's place in a column: the last score that was taken. */
export interface Score {
  lineItem: string
  userId: string
  /** Absent: the grade was wiped. */
  given?: number
  maximum?: number
  comment?: string
  activityProgress: string
  gradingProgress: string
  timestamp: string
  receivedAt: string
}
/** What a teacher set by hand: from then on the tool's scores don't change what is shown. */
export interface Override { lineItem: string; userId: string; points: number; at: string }

export const MESSAGES = ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest', 'LtiSubmissionReviewRequest'] as const
export type Message = (typeof MESSAGES)[number]

/** A tool, as it was registered. */
export interface Tool {
  clientId: string
  deployment: string
  name: string
  state: 'active' | 'pending'
  origin: string
  login: string
  /** Where launches go that name no address of their own. */
  launch: string
  jwks: string
  redirects: string[]
  scopes: string[]
  /** The claims of a person it asked for; absent: all. */
  claims?: string[]
  custom: Record<string, string>
  messages: { type: Message; target?: string; label?: string }[]
  logo?: string
}

/** How a person stands in a course; nothing said: a member. */
export type Status = 'Active' | 'Inactive' | 'Deleted' | 'absent'

export interface State {
  key: JWK
  contexts: Context[]
  links: Link[]
  lineItems: LineItem[]
  nextLineItem: number
  /** Of contexts, links and deployments made later. */
  nextId: number
  scores: Score[]
  overrides: Override[]
  /** Those that registered themselves. */
  tools: Tool[]
  /** Every change of somebody's membership, in its order; the last one counts. */
  moves: { context: string; person: string; status: Status }[]
}
