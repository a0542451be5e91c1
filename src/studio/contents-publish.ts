import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isMap, isSeq, parseDocument, type Document, type YAMLMap } from 'yaml'
import yazl from 'yazl'
import { type Course, type Courses } from '../courses/index.js'
import { NotFound, Refusal } from '../infra/index.js'
import { writeFiles } from './folder.js'
import type { Studio } from './studio.js'

/** The course was changed since the page was made: what was chosen there may be elsewhere now. */
export class CourseChanged extends Refusal { readonly code = 'studio-forms/course-changed'; readonly status = 409 }

/** Where a content goes: in the place of another, or as a new activity of a room. */
export type Goal =
  | { kind: 'replace'; activity: string; selfReported?: boolean }
  | { kind: 'add'; room: string; title: string; choice: boolean; pass: number; selfReported: boolean }

type Files = Map<string, Buffer>
const YAML = 'course.yaml'

/** `case-large-hall`: what an activity is called in the file and in learners' records. */
const idFor = (title: string, taken: ReadonlySet<string>): string => {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 32).replace(/-+$/, '')
  const base = plain === '' || plain === 'constructor' ? 'activity' : plain
  const free = (n: number): string => (n === 1 && base !== 'activity' ? base : `${base}-${n}`)
  let n = 1
  while (taken.has(free(n))) n += 1
  return free(n)
}

const activitiesIn = (document: Document): { room: number; index: number; id: string; h5p: string }[] => {
  const { rooms = [] } = document.toJS() as { rooms?: { activities?: { id: string; h5p: string }[] }[] }
  return rooms.flatMap(({ activities = [] }, room) => activities.map(({ id, h5p }, index) => ({ room, index, id, h5p })))
}

/** Takes a content's files out, unless another activity shows them too. */
const withoutContent = (files: Files, place: string, all: { h5p: string }[]): Files => {
  if (all.filter(({ h5p }) => h5p === place).length > 1) return files
  return new Map([...files].filter(([name]) => name !== place && !name.startsWith(`${place}/`)))
}

const replaceIn = (document: Document, files: Files, { activity, selfReported }: Extract<Goal, { kind: 'replace' }>): { files: Files; place: string; activity: string } => {
  const all = activitiesIn(document)
  const found = all.find(({ id }) => id === activity)
  if (!found) throw new NotFound({ detail: { activity } })
  const at = ['rooms', found.room, 'activities', found.index]
  const left = withoutContent(files, found.h5p, all)
  const shared = [...left.keys()].some((name) => name === found.h5p || name.startsWith(`${found.h5p}/`))
  // A packed content gives way to a folder, which shows what changed in it.
  const place = shared || /\.h5p$/i.test(found.h5p) ? `h5p/${activity}` : found.h5p
  if (place !== found.h5p) document.setIn([...at, 'h5p'], place)
  if (selfReported) document.setIn([...at, 'selfReported'], true)
  return { files: left, place, activity }
}

const addIn = (document: Document, files: Files, { room, title, choice, pass, selfReported }: Extract<Goal, { kind: 'add' }>): { files: Files; place: string; activity: string } => {
  const { rooms = [] } = document.toJS() as { rooms?: { id: string; choose?: number }[] }
  const index = rooms.findIndex(({ id }) => id === room)
  if (index < 0) throw new NotFound({ detail: { room } })
  const activity = idFor(title, new Set(activitiesIn(document).map(({ id }) => id)))
  const place = `h5p/${activity}`
  const list = document.getIn(['rooms', index, 'activities'], true)
  if (!isSeq(list)) throw new NotFound({ detail: { room } })
  // As the others are written, so that the file stays one hand's.
  const flow = list.items.every((item) => isMap(item) && (item as YAMLMap).flow === true)
  list.add(document.createNode({ id: activity, title, h5p: place, ...(choice ? { choice } : {}), pass, ...(selfReported ? { selfReported } : {}) }, { flow }))
  if (choice && !rooms[index]?.choose) document.setIn(['rooms', index, 'choose'], 1)
  return { files, place, activity }
}

/** The course's file with a content put in its place: comments and all else as they were. */
export const placeContent = (source: Files, content: Files, goal: Goal): { files: Files; activity: string } => {
  const document = parseDocument(source.get(YAML)?.toString('utf8') ?? '')
  const { files, place, activity } = goal.kind === 'replace' ? replaceIn(document, source, goal) : addIn(document, source, goal)
  const put = new Map(files)
  for (const [name, bytes] of content) put.set(`${place}/${name}`, bytes)
  put.set(YAML, Buffer.from(document.toString({ lineWidth: 0 })))
  return { files: put, activity }
}

const inFolder = async <T>(files: Files, use: (dir: string) => Promise<T>): Promise<T> => {
  const dir = await mkdtemp(path.join(tmpdir(), 'keyroom-publish-'))
  try {
    await writeFiles(dir, files)
    return await use(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export interface PublishDeps { courses: Pick<Courses, 'current'>; studio: Pick<Studio, 'importCourse' | 'source'> }

/**
 * Makes a new version of the course with a content in its place, by the same way a course file goes in: checked wholly, or not
 * at all. `version`: the one that whoever chose the place was looking at.
 * @throws CourseFaults, CourseChanged
 */
export const publish = async ({ courses, studio }: PublishDeps, slug: string, version: string, content: Files, goal: Goal): Promise<{ course: Course; activity: string }> => {
  const course = await courses.current(slug)
  if (!course) throw new NotFound({ detail: { course: slug } })
  if (course.id !== version) throw new CourseChanged()
  const { files, activity } = placeContent(await studio.source(course), content, goal)
  return { course: await inFolder(files, (dir) => studio.importCourse(dir)), activity }
}

/** An activity's content as a `.h5p`, from the course's own files. @throws NotFound */
export const packageOf = async (studio: Pick<Studio, 'source'>, course: Course, activity: string): Promise<Buffer> => {
  const files = await studio.source(course)
  const place = activitiesIn(parseDocument(files.get(YAML)?.toString('utf8') ?? '')).find(({ id }) => id === activity)?.h5p
  if (place === undefined) throw new NotFound({ detail: { activity } })
  const packed = files.get(place)
  if (packed) return packed
  const zip = new yazl.ZipFile()
  for (const [name, bytes] of files) if (name.startsWith(`${place}/`)) zip.addBuffer(bytes, name.slice(place.length + 1))
  zip.end()
  const parts: Buffer[] = []
  for await (const part of zip.outputStream) parts.push(Buffer.from(part as Uint8Array))
  return Buffer.concat(parts)
}
