import type { Router } from 'express'

/** verified: our own types, the server holds the key. rescored: scored again, but the key was in the page. self-reported: the browser's word. */
export type VerdictKind = 'verified' | 'rescored' | 'self-reported'

/** One question inside a content: its `subContentId`, or `_` where the content is that one question. */
export interface Item { id: string; max: number; kind: VerdictKind }

/** The server's judgement of one answer. */
export interface Scored {
  correct: boolean
  score: number
  max: number
  kind: VerdictKind
  /** HTML of simple tags: what this answer has earned, never what it hasn't. */
  feedback?: string
}

/** What doesn't fit in a content's parameters, and where. */
export interface Fault { path: string; message: string }

/** A content as it lies in a course file: `h5p.json`, `content/content.json`, and the folder `content` with its files. */
export interface ContentFolder { h5p: object; content: object; files: string }

/** What a learner has done with one item so far. */
export interface ItemState { tries: number; correct: boolean; response?: unknown }

/** What stands behind a ticket, once play has let it through. */
export interface Opened {
  run: string
  user: string
  room: string
  activity: string
  /** Id of the H5P content. */
  content: string
  title: string
  /** BCP 47: the course's language, for what the learner's own doesn't decide. */
  lang: string
  items: Record<string, ItemState>
}

/**
 * What a frame asks of play. Each throws the Refusal that fits: a forged ticket, a locked room, a course that is gone.
 * Every route of the frame calls `open` (or one that does the same) before it answers anything.
 */
export interface FrameDeps {
  open(ticket: string, run: string): Promise<Opened>
  answer(ticket: string, run: string, answer: { item: string; response: unknown; key: string }): Promise<{ verdict: object; outcome: object }>
  complete(ticket: string, run: string, claim: { key: string }): Promise<object>
}

export interface H5P {
  /** Every question inside a content, in reading order, however deep. @throws NotFound */
  items(content: string): Promise<Item[]>
  /** Scores an answer with the key only the server has. @throws NotFound for an unknown item, BadInput for a response of another shape. */
  score(content: string, item: string, response: unknown): Promise<Scored>
  /** What doesn't fit in parameters of one of our own types; an official type has no faults known here. */
  check(library: string, params: unknown): Fault[]
  /** Stores a content under an id of the caller's. An id that is there already changes nothing. */
  addContent(id: string, folder: ContentFolder): Promise<void>
  /** Core and library files, for everyone; mounted at `/h5p`. */
  publicRoutes: Router
  /** One content in its frame; mounted at `/play/:run/h5p/:ticket`. The ticket is the only credential. */
  frameRoutes(deps: FrameDeps): Router
}
