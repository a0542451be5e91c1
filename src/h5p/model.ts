import type { Readable } from 'node:stream'
import type { Router } from 'express'
import type { Kit } from '../infra/index.js'
import type { BroughtFile } from './packages/index.js'
import type { Field } from './semantics.js'
import type { FileStore, Leases, Pieces } from './store/index.js'

export type { BroughtFile } from './packages/index.js'
export type { Field } from './semantics.js'

/** verified: our own types, the server holds the key. rescored: scored again, but the key was in the page. self-reported: the browser's word. */
export type VerdictKind = 'verified' | 'rescored' | 'self-reported'

/** One question inside a content: its `subContentId`, or `_` where the content is that one question. */
export interface Item {
  id: string
  max: number
  kind: VerdictKind
  /** So few answers that they could be tried out: wrong ones should make the next wait. */
  isLock?: true
}

/** The server's judgement of one answer. */
export interface Scored {
  correct: boolean
  score: number
  max: number
  kind: VerdictKind
  /** A person has to look at it before it is worth anything. */
  pending?: true
  /** HTML of simple tags: what this answer has earned, never what it hasn't. */
  feedback?: string
  /** What solving it gives, where it is a clue's question. */
  clue?: Clue
}

/** What a person judges an open answer by. Its maximum is the sum of each criterion's best level; without criteria, 1 point. */
export interface Task {
  /** HTML of simple tags. */
  question: string
  criteria: { title: string; description?: string; levels: { title: string; description?: string; points: number }[] }[]
  /** HTML: what a good answer may look like. */
  sample?: string
  /** The learner sees the sample too, once judged. */
  showsSample?: boolean
}

/** What solving a clue gives: part of a key. */
export interface Clue {
  title: string
  fragment: string
  note?: string
  picture?: { path: string; width?: number; height?: number }
  alt?: string
}

/** What doesn't fit in a content's parameters, and where. */
export interface Fault {
  path: string
  message: string
  /** Another's type asks for it otherwise, and plays it all the same: said, and no reason to refuse. */
  soft?: true
}

/** A content as it lies in a course file: `h5p.json`, `content/content.json`, and the files of its folder `content`, or where that is. */
export interface ContentFolder { h5p: object; content: object; files: Pieces | string }

/** What a learner has done with one item so far. */
export interface ItemState { tries: number; correct: boolean; response?: unknown; pending?: boolean; review?: Review }
/** What a person said of an open answer. */
export interface Review { score: number; max: number; comment?: string; criteria: { title: string; level: string; points: number }[] }

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
  /** What this learner's browser seals with (`sealOf`) what the server doesn't have yet. */
  seal: string
  /** Clues earned in other activities of the course; asked for by the frame's page alone. */
  clues?: () => Promise<Clue[]>
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

/** A content somebody is writing: it changes, belongs to one course, and is published as a copy that doesn't. */
export interface Draft {
  id: string
  /** The slug of its course. */
  course: string
  /** «Keyroom.Choice 1.0» */
  library: string
  title: string
  params: object
  /** What h5p.json says of it: licence, authors, language. */
  metadata: object
  /** Grows with each save. */
  revision: number
  updatedAt: Date
  by: string
}

/** A type an author can begin a content with. */
export interface ContentType {
  /** «Keyroom.Choice 1.0» */
  library: string
  machineName: string
  title: string
  /** One of the project's own: the server holds its key. */
  own: boolean
  /** Only who may use restricted types begins one. */
  restricted: boolean
  /** Its picture's address. */
  icon?: string
  summary?: string
}

/** A file that was taken in: `path` is what parameters name it by. */
export interface AddedFile { path: string; mime: string; width?: number; height?: number; bytes: number }

/** Writing contents. Whatever names a draft of another course finds none. */
export interface Authoring {
  /** Runnable types, the newest version of each. */
  types(lang: string): Promise<ContentType[]>
  /** The whole semantics, in the language where the library has its words. @throws NotFound */
  semantics(library: string, lang: string): Promise<Field[]>
  /** The newest first. */
  list(course: string): Promise<Draft[]>
  /** @throws NotFound */
  get(course: string, id: string): Promise<Draft>
  /** @throws NotFound for a type that isn't installed */
  create(course: string, draft: { library: string; title: string; params?: object; metadata?: object }, by: string): Promise<Draft>
  /** Keeps what is given even where it isn't finished, and says what doesn't fit. @throws StaleDraft when somebody else saved meanwhile */
  save(course: string, id: string, change: { revision: number; title?: string; params: object; metadata?: object }, by: string): Promise<{ draft: Draft; faults: Fault[] }>
  duplicate(course: string, id: string, by: string): Promise<Draft>
  remove(course: string, id: string): Promise<void>
  /** @throws FileTooLarge, FileTypeRefused, CourseFull */
  addFile(course: string, id: string, file: { name: string; stream: Readable }): Promise<AddedFile>
  /** Takes a `.h5p` in as a draft. Libraries it brings are installed only where `allowLibraries` says so; `held`: it is of this course, and may hold restricted types. @throws PackageRefused */
  importPackage(course: string, file: string, by: string, options?: { allowLibraries?: boolean; held?: boolean }): Promise<Draft>
  /** The draft as a `.h5p`: its content and the libraries it needs. */
  exportPackage(course: string, id: string): Promise<Readable>
  /**
   * The draft as it is now, as a content that never changes. Its files aren't copied. The same draft unchanged gives the same id.
   * @returns the content's id
   */
  publish(course: string, id: string): Promise<string>
  /** As a folder of a course file: `h5p.json` and `content/…`, to publish it. Its files stay where they are. */
  folder(course: string, id: string): Promise<{ files: Pieces }>
}

/** Who somebody is now, which a ticket to the editor doesn't say: it is asked at each use. */
export interface EditorPeople {
  isAuthor(run: string, user: string): Promise<boolean>
  /** Whether the administrator's session of that name still lasts. */
  adminLasts(name: string): Promise<boolean>
}

export interface H5P {
  /** Writing contents. */
  authoring: Authoring
  /** Every question inside a content, in reading order, however deep. @throws NotFound */
  items(content: string): Promise<Item[]>
  /** Scores an answer with the key only the server has. @throws NotFound for an unknown item, BadInput for a response of another shape. */
  score(content: string, item: string, response: unknown): Promise<Scored>
  /** What a reviewer judges an item by; undefined where nobody has to. @throws NotFound */
  task(content: string, item: string): Promise<Task | undefined>
  /** What each item that is a clue's question gives. Not for anyone who hasn't solved it. @throws NotFound */
  clues(content: string): Promise<Record<string, Clue>>
  /** What doesn't fit in parameters, by the libraries that are installed now, on whatever node. */
  check(library: string, params: unknown): Promise<Fault[]>
  /** Stores a content under an id of the caller's. An id that is there already changes nothing. */
  addContent(id: string, folder: ContentFolder): Promise<void>
  /** A published content as a `.h5p`, with the libraries it needs. @throws NotFound */
  exportPackage(content: string): Promise<Readable>
  /** Files of contents by the SHA-256 of their bytes. A course's source refers to them too. */
  files: Pick<FileStore, 'put' | 'get'>
  /** What one node does at a time, of all that share the database. */
  alone: Leases['alone']
  /** Installs the libraries that a `.h5p` carries, for an administrator. @throws PackageRefused */
  installLibraries(file: string): Promise<{ name: string; type: 'new' | 'update' | 'none' }[]>
  /** Installs all that lies in a folder, a `.zip` or a `.h5p`, for an administrator; what is refused says why. */
  bringLibraries(place: string): Promise<BroughtFile[]>
  /** Core, editor, libraries; mounted at `/admin/h5p`, behind an administrator's session. */
  adminRoutes: Router
  /** Joubel's editor is there, for what no form of ours can edit. */
  editorInstalled: boolean
  /** Joubel's editor in its own document; mounted at `/studio/:run/h5p-editor/:ticket`, where the ticket (`editorPlace`) is the only credential. */
  editorRoutes(kit: Pick<Kit, 'secrets'>, people: EditorPeople): Router
  /** What a content's frame loaded when this node showed it last: a page around may have it fetched while the frame is on its way. */
  ahead(content: string): { scripts: string[]; styles: string[] }
  /** Core and library files, for everyone; mounted at `/h5p`. */
  publicRoutes: Router
  /** One content in its frame; mounted at `/play/:run/h5p/:ticket`. The ticket is the only credential. */
  frameRoutes(deps: FrameDeps): Router
}
