/** What a course is. Made by an author (a course file, later the studio), read by all rooms of the code. */
export const SCENES = ['screening', 'library', 'workshop', 'theatre', 'studio', 'lab', 'lounge', 'garden', 'kitchen', 'observatory', 'archive', 'stage'] as const
export type Scene = (typeof SCENES)[number]

export interface Course {
  /** `slug@hash`: a version never changes. */
  id: string
  slug: string
  title: string
  summary: string
  /** BCP 47: the language its texts are in. */
  lang: string
  outcomes: Outcome[]
  rooms: Room[]
  xp: XpRules
  finish: Finish
}
export interface Outcome { id: string; text: string }
export interface Room {
  id: string
  title: string
  /** «Interactive video» */
  subtitle?: string
  scene: Scene
  /** A picture of the author's own: its name among the course's files. */
  picture?: string
  /** About how long, in minutes. */
  minutes?: number
  /** Markdown. */
  intro: string
  activities: Activity[]
  /** How many of the activities marked `choice` are needed; all others are. 0 when none is a choice. */
  choose: number
  tips: { title: string; text: string }[]
  links: { title: string; url: string; note?: string }[]
  /** The lock on this room's door; absent: open from the start. Its key is earned by finishing the room before. */
  lock?: Lock
}
export interface Lock {
  kind: 'shared' | 'personal'
  /** A shared lock's password, encrypted at rest (purpose `lock`). */
  sealedKey?: string
  /** What the door asks: «Which word did the library hide?» */
  prompt?: string
  /** A kind hint after some wrong tries. */
  hint?: string
}
export interface Activity {
  id: string
  title: string
  /** The H5P content: `COURSE_HASH-ACTIVITY`-like id in the content storage. */
  content: string
  /** Webb's Depth of Knowledge. */
  dok?: 1 | 2 | 3 | 4
  outcomes: string[]
  /** One of several, see `Room.choose`. */
  choice: boolean
  /** Share of its points needed to be done, 0–1. */
  pass: number
  /** May the browser's word alone complete it (content with nothing the server can score)? */
  selfReported: boolean
}
export interface XpRules {
  activity: number
  firstTry: number
  room: number
  finish: number
  levels: { base: number; factor: number }
}
export interface Finish {
  title: string
  message: string
  /** Letters before the attendance code: «ALSE» gives ALSE-7K2M. */
  attendancePrefix: string
  credential: { name: string; description: string; criteria: string; image?: string }
}

/** One course played in one context of one platform: isolated XP, ladder, locks and personal keys. */
export interface Run {
  _id: string
  /** A platform's `_id`, see lti/. */
  platform: string
  deployment: string
  context: string
  contextTitle?: string
  /** The home link: the one that opened the run first. Its column is the course's. */
  resourceLink: string
  course: string
  /** Service addresses of the last verified launch, never from a browser. */
  ags?: { lineitem?: string; lineitems?: string; scope: string[] }
  nrps?: string
  createdAt: Date
  /** Which columns the LMS has of this run; absent: the course alone. */
  grading?: Grading
  /** The address of each column that a link's own launch named: by «course», «room:ID» or «credential». */
  columns?: Partial<Record<Column, string>>
  /** A second run, third … of one course in one context, begun on purpose. */
  copy?: number
  /** Begun with new secrets: shared doors open by words derived from this id instead of the author's. A copy that carries on has its origin's. */
  keysFrom?: string
  /** The run that this one was copied from. */
  copiedFrom?: string
}
/** What becomes a column (line item) of the LMS's gradebook. */
export type Column = 'course' | 'credential' | `room:${string}`
export interface Grading { course: boolean; rooms: boolean; credential: boolean }
/** What a link of the LMS opens. */
export type Target = { kind: 'map' } | { kind: 'ladder' } | { kind: 'room'; room: string }
/** A resource link of the LMS, and where it leads. Collection `links`. */
export interface Link {
  /** stableId('link', platform, deployment, context, resourceLink) */
  _id: string
  platform: string
  deployment: string
  context: string
  resourceLink: string
  /** As the LMS names it: a copied link is known again by it, where the platform tells of no other history. */
  title?: string
  run: string
  slug: string
  target: Target
  /** The column that its own launches named last. */
  lineitem?: string
  at: Date
}
/** A person in a run. */
export interface Member {
  /** `run:user` */
  _id: string
  run: string
  /** stableId(platform, sub): one person of one platform. */
  user: string
  platform: string
  /** The platform's own id of the person. */
  sub: string
  name?: string
  email?: string
  role: 'participant' | 'instructor' | 'author' | 'mentor'
  /** Known as staff, and yet taking part: so they or other staff said, or the roster. Else a launch as a learner is student view. */
  takesPart?: Date
  /** Of a mentor: the users they look after. */
  mentees?: string[]
  /** Absent: known from the LMS's list of members alone, never launched. */
  lastLaunch?: Date
  /** Absent: active. Who left is on no list of the run; what is kept of them ends with the retention rule. */
  status?: 'active' | 'left'
  leftAt?: Date
  /** Since when the LMS's list of members has them. */
  seenAt?: Date
}
