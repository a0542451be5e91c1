import type { Course } from '../courses/index.js'
import type { ContentType, Draft } from '../h5p/index.js'
import type { Lang, Say } from '../infra/index.js'
import type { Place } from './contents-places.js'

export interface ListInput {
  course: Course
  drafts: Draft[]
  places: Map<string, Place[]>
  types: ContentType[]
  base: string
  said?: string
  lang: Lang
  t: Say
}

const machineOf = (library: string): string => library.split(' ')[0] ?? library

const roomOf = (course: Course, activity: string): { room: string; title: string } | undefined => {
  for (const room of course.rooms) {
    const found = room.activities.find(({ id }) => id === activity)
    if (found) return { room: room.title, title: found.title }
  }
  return undefined
}

interface Use { words: string; state: 'published' | 'ahead' | 'meant' | 'alone' }
/** Wherever a draft stands towards the course: in it, ahead of it, meant for it, or by itself. */
const usesIn = (course: Course, draft: Draft, places: Place[], t: Say): Use[] => {
  const uses = places.flatMap(({ activity, revision }): Use[] => {
    const found = roomOf(course, activity)
    if (!found) return []
    const where = { activity: found.title, room: found.room }
    if (revision === undefined) return [{ words: t('studio-forms.list.meant', where), state: 'meant' }]
    return revision >= draft.revision ? [{ words: t('studio-forms.list.published', where), state: 'published' }] : [{ words: t('studio-forms.list.ahead', where), state: 'ahead' }]
  })
  return uses.length > 0 ? uses : [{ words: t('studio-forms.list.alone'), state: 'alone' }]
}

/** The page of all contents: what learners play, room by room, and what is still being written. */
export const listView = ({ course, drafts, places, types, base, said, lang, t }: ListInput) => {
  const titles = new Map(types.map(({ machineName, title, icon }) => [machineName, { title, icon }]))
  const times = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' })
  const typeOf = (library: string) => titles.get(machineOf(library)) ?? { title: machineOf(library), icon: undefined }
  return {
    base, said, textLang: course.lang,
    drafts: drafts.map((draft) => ({
      id: draft.id, title: draft.title, type: typeOf(draft.library), uses: usesIn(course, draft, places.get(draft.id) ?? [], t),
      at: draft.updatedAt.toISOString(), when: times.format(draft.updatedAt),
      links: { edit: `${base}/${draft.id}`, preview: `${base}/${draft.id}/preview`, use: `${base}/${draft.id}/use`, package: `${base}/${draft.id}/package`, remove: `${base}/${draft.id}/remove`, duplicate: `${base}/${draft.id}/duplicate` },
    })),
    rooms: course.rooms.map((room) => ({
      title: room.title,
      activities: room.activities.map(({ id, title }) => ({ id, title, preview: `${base}/activities/${id}/preview`, edit: `${base}/activities/${id}/edit`, package: `${base}/activities/${id}/package` })),
    })),
  }
}

/** Cards to begin with: our own first. Some types need Joubel's editor, and say so. */
export const newView = ({ types, base, editor, faults = {}, values = {}, t }: { types: ContentType[]; base: string; /** Where Joubel's editor begins, where it is installed. */ editor?: string; faults?: Record<string, string>; values?: Record<string, string>; t: Say }) => {
  const card = ({ library, machineName, title, icon, summary, restricted }: ContentType) => ({ library, title, icon, summary: summary ?? '', restricted, note: NEEDS_EDITOR.has(machineName) ? t(editor ? 'studio-forms.new.betterThere' : 'studio-forms.new.needsEditor') : undefined })
  const byTitle = (a: ContentType, b: ContentType): number => a.title.localeCompare(b.title)
  return {
    base, editor, faults, values,
    groups: [
      { title: t('studio-forms.new.own'), types: types.filter(({ own }) => own).sort(byTitle).map(card) },
      { title: t('studio-forms.new.official'), types: types.filter(({ own }) => !own).sort(byTitle).map(card) },
    ].filter((group) => group.types.length > 0),
  }
}

/** Types whose heart is a picture or a film that things are placed on, by editors that only Joubel's has. */
export const NEEDS_EDITOR: ReadonlySet<string> = new Set(['H5P.InteractiveVideo', 'H5P.CoursePresentation', 'H5P.DragQuestion', 'H5P.BranchingScenario', 'H5P.ImageHotspotQuestion', 'H5P.ImageMultipleHotspotQuestion', 'H5P.ThreeImage', 'H5P.GameMap', 'H5P.Timeline'])
