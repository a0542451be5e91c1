import { isMap, isSeq, parseDocument, type Document, type YAMLMap } from 'yaml'
import type { Course } from '../courses/index.js'
import { pieceOf, readPiece, type Pieces } from '../h5p/index.js'
import { NotFound } from '../infra/index.js'
import { isIn, placeIn } from './folder.js'
import { COURSE_YAML } from './format.js'
import type { Studio } from './studio.js'

/** Where a content goes: in the place of another, or as a new activity of a room. */
export type Goal =
  | { kind: 'replace'; activity: string; selfReported?: boolean }
  | { kind: 'add'; room: string; title: string; choice: boolean; pass: number; selfReported: boolean }

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
  return rooms.flatMap(({ activities = [] }, room) => activities.map(({ id, h5p }, index) => ({ room, index, id, h5p: placeIn(h5p) })))
}

/** Takes a content's files out, unless another activity shows them too. */
const withoutContent = (files: Pieces, place: string, all: { h5p: string }[]): Pieces => {
  if (all.filter(({ h5p }) => h5p === place).length > 1) return files
  return new Map([...files].filter(([name]) => !isIn(name, place)))
}

const replaceIn = (document: Document, files: Pieces, { activity, selfReported }: Extract<Goal, { kind: 'replace' }>): { files: Pieces; place: string; activity: string } => {
  const all = activitiesIn(document)
  const found = all.find(({ id }) => id === activity)
  if (!found) throw new NotFound({ detail: { activity } })
  const at = ['rooms', found.room, 'activities', found.index]
  const left = withoutContent(files, found.h5p, all)
  const shared = [...left.keys()].some((name) => isIn(name, found.h5p))
  // A packed content gives way to a folder, which shows what changed in it.
  const place = shared || /\.h5p$/i.test(found.h5p) ? `h5p/${activity}` : found.h5p
  if (place !== found.h5p) document.setIn([...at, 'h5p'], place)
  if (selfReported) document.setIn([...at, 'selfReported'], true)
  return { files: left, place, activity }
}

const addIn = (document: Document, files: Pieces, { room, title, choice, pass, selfReported }: Extract<Goal, { kind: 'add' }>): { files: Pieces; place: string; activity: string } => {
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

/** The course's files with a content put in its place: comments and all else as they were. */
export const placeContent = async (source: Pieces, content: Pieces, goal: Goal): Promise<{ files: Pieces; activity: string }> => {
  const yaml = source.get(COURSE_YAML)
  const document = parseDocument(yaml ? (await readPiece(yaml)).toString('utf8') : '')
  const { files, place, activity } = goal.kind === 'replace' ? replaceIn(document, source, goal) : addIn(document, source, goal)
  const put = new Map(files)
  for (const [name, piece] of content) put.set(`${place}/${name}`, piece)
  put.set(COURSE_YAML, pieceOf(Buffer.from(document.toString({ lineWidth: 0 }))))
  return { files: put, activity }
}

/**
 * Makes a new version of the course with a content in its place. `version`: the one that whoever chose the place was looking at.
 * @throws CourseFaults, CourseChanged
 */
export const publish = (studio: Pick<Studio, 'revise'>, slug: string, version: string, content: Pieces, goal: Goal): Promise<{ course: Course; activity: string }> =>
  studio.revise(slug, version, (source) => placeContent(source, content, goal))
