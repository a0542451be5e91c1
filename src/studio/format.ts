import { z } from 'zod'
import { SCENES } from '../courses/index.js'

/** What a course begins with. */
export const COURSE_YAML = 'course.yaml'
/** A file of a course outside its contents: text, or a picture. What contents may hold, h5p/ says. */
export const MAX_FILE = 15 * 1024 * 1024
export const TOO_LARGE = 'is larger than 15 MB; make it smaller, or link to it'

/** One line or more, not only spaces. */
const words = (max: number) => z.string().trim().min(1).max(max)
const id = z.string().regex(/^(?!constructor$)[a-z0-9][a-z0-9-]{0,39}$/, 'must be small letters, digits and hyphens, such as "room-2"')
const share = z.number().min(0).max(1)
const points = z.int().min(0).max(10_000)

const Lock = z.strictObject({
  kind: z.enum(['shared', 'personal']).describe('shared: one key for all. personal: each learner gets a key of their own, derived by Keyroom.'),
  key: z.string().max(64).optional().describe('The key of a shared lock. In clear here, so keep the file from learners; Keyroom stores it encrypted.'),
  prompt: words(300).optional().describe('What the door asks.'),
  hint: words(300).optional().describe('Shown after some wrong keys.'),
})
const Activity = z.strictObject({
  id: id.describe('Unique in the course. Learners keep their progress as long as it stays the same.'),
  title: words(120),
  h5p: words(300).describe('An H5P folder (h5p.json and content/) or a .h5p file, relative to course.yaml.'),
  choice: z.boolean().default(false).describe('One of several to choose from, see choose.'),
  pass: share.default(0.6).describe('The share of the points that makes it done.'),
  selfReported: z.boolean().default(false).describe("Let the browser's word alone complete it: for content with nothing the server can score."),
  dok: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional().describe("Webb's Depth of Knowledge."),
  outcomes: z.array(id).default([]),
})
const Room = z.strictObject({
  id,
  title: words(120),
  subtitle: words(120).optional(),
  scene: z.enum(SCENES).describe("Which of the house's rooms it looks like."),
  picture: words(300).optional().describe('A png, jpg or webp file, relative to course.yaml.'),
  minutes: z.int().min(1).max(600).optional(),
  intro: words(5000).describe('Markdown.'),
  choose: z.int().min(0).max(20).default(0).describe('How many of the activities marked choice are needed.'),
  lock: Lock.optional().describe('The lock on this door. Its key is earned by finishing the room before.'),
  activities: z.array(Activity).min(1).max(30),
  tips: z.array(z.strictObject({ title: words(120), text: words(2000) })).default([]),
  links: z.array(z.strictObject({ title: words(200), url: z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }), note: words(300).optional() })).default([]),
})
const Xp = z.strictObject({
  activity: points.default(30),
  firstTry: points.default(10),
  room: points.default(40),
  finish: points.default(100),
  levels: z.strictObject({ base: z.number().min(1).max(100_000).default(100), factor: z.number().min(1).max(5).default(1.4) }).prefault({}),
})
const Finish = z.strictObject({
  title: words(120),
  message: words(2000),
  attendancePrefix: z.string().regex(/^[A-Z0-9]{2,10}$/, 'must be 2 to 10 capital letters or digits, such as "ALSE"'),
  credential: z.strictObject({ name: words(120), description: words(1000), criteria: words(2000), image: words(300).optional() }),
})

/** The course file, `course.yaml`: the one source of its check, its types and its published JSON Schema. */
export const CourseFile = z.strictObject({
  format: z.literal('keyroom-course/1', { error: 'must be "keyroom-course/1"' }),
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{1,59}$/, 'must be 2 to 60 small letters, digits and hyphens'),
  title: words(200),
  lang: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag such as "en" or "zh-CN"'),
  summary: words(2000),
  outcomes: z.array(z.strictObject({ id, text: words(500) })).min(1).max(30),
  xp: Xp.prefault({}),
  rooms: z.array(Room).min(1).max(40),
  finish: Finish,
})
export type CourseFile = z.output<typeof CourseFile>

/** What docs/course.schema.json holds: for editors that check while one types. */
export const courseJsonSchema = (): object => ({ ...z.toJSONSchema(CourseFile, { io: 'input' }), title: 'Keyroom course file, format keyroom-course/1' })
