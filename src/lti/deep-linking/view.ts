import type { Say } from '../../infra/index.js'
import type { Asked } from './asked.js'
import type { Choice, CourseChoices } from './choices.js'
import { NEW, nameOf, picksIn, valueIn, type Body, type Faults } from './form.js'
import type { Opens } from './settings.js'

export interface FieldView { name: string; value: string; fault?: string }
/** One thing that may be chosen, and how it is to be. */
export interface ChoiceView {
  id: string
  key: string
  kind: 'map' | 'room' | 'ladder'
  words: string
  /** In the course's language. */
  title?: string
  picked: boolean
  /** Something in it has to be mended, or was filled in: it stands open. */
  unfolded: boolean
  fields: Record<'title' | 'from' | 'due' | 'until' | 'width' | 'height', FieldView>
  /** Absent: nothing to give a grade for, or the LMS takes none. */
  graded?: { name: string; on: boolean }
  opens: { value: Opens; words: string; chosen: boolean }[]
  opensName: string
  langs?: { value: string; words: string; chosen: boolean }[]
}
export interface CourseView { title: string; summary: string; lang: string; facts: string; scene: string; unfolded: boolean; choices: ChoiceView[] }
export interface DeepLinkingView {
  title: string
  lead: string
  several: boolean
  lineItems: boolean
  fault?: string
  courses: CourseView[]
  fresh?: ChoiceView
  zone: string
  zoneWords: string
  go: string
}
export interface ViewInput { asked: Asked; all: CourseChoices[]; say: Say; lang: string; langs: { value: string; words: string }[]; zone: string; body?: Body; faults?: Faults }

const apart = (text: string): string => `\u2068${text}\u2069`
const OPTIONS = ['title', 'from', 'due', 'until', 'width', 'height'] as const
/** A frame tall enough for a room; the width is the LMS's own. */
const USUAL = { height: '800' }

/** What a link is called until somebody calls it otherwise. */
const titleOf = ({ course, room, target }: Choice, { settings }: Asked, say: Say): string => {
  // What was typed in the LMS before is meant for the one link that comes back.
  if (settings.title && !settings.several) return settings.title
  return target.kind === 'ladder' ? say('deep-linking.ladderOf', { course: course.title }) : (room?.title ?? course.title)
}
const wordsOf = ({ course, room, target }: Choice, say: Say): string =>
  target.kind === 'room' ? say('deep-linking.room', { number: course.rooms.findIndex(({ id }) => id === room?.id) + 1 }) : say(`deep-linking.${target.kind}`)

const viewing = ({ asked, say, body, faults = {} }: ViewInput) => (choice: Choice, id: string): ChoiceView => {
  const { key, target, room } = choice
  const { settings } = asked
  const isNew = key === NEW
  const usual: Record<string, string> = { ...USUAL, title: isNew ? '' : titleOf(choice, asked, say) }
  const fieldOf = (option: string): FieldView => {
    const name = nameOf(option, key)
    // A form sends nothing of a choice that its script left out.
    const value = (body && valueIn(body, name)) ?? usual[option] ?? ''
    return { name, value, ...(faults[name] ? { fault: say(`deep-linking.faults.${faults[name]}`) } : {}) }
  }
  const fields = Object.fromEntries(OPTIONS.map((option) => [option, fieldOf(option)])) as ChoiceView['fields']
  const wasSent = body !== undefined && valueIn(body, nameOf('title', key)) !== undefined
  const graded = { name: nameOf('graded', key), on: wasSent ? valueIn(body, nameOf('graded', key)) === 'on' : target.kind === 'map' }
  const chosen = (body && valueIn(body, nameOf('opens', key))) ?? settings.opens[0]
  return {
    id, key, kind: target.kind, words: isNew ? say('deep-linking.new.pick') : wordsOf(choice, say), ...(room ? { title: room.title } : {}),
    picked: body ? picksIn(body).includes(key) : false, unfolded: isNew || Object.values(fields).some(({ fault }) => fault !== undefined), fields,
    ...(settings.lineItems && target.kind !== 'ladder' ? { graded } : {}),
    opens: settings.opens.map((value) => ({ value, words: say(`deep-linking.opens.${value}`), chosen: value === chosen })), opensName: nameOf('opens', key),
  }
}

/** All that the page shows; with what was sent before, where it has to be mended. */
export const deepLinkingView = (input: ViewInput & { fresh: Choice }): DeepLinkingView => {
  const { asked, all, say, lang, langs, zone, body, faults = {}, fresh } = input
  const { settings, contextTitle, isAuthor } = asked
  const view = viewing(input)
  const courses = all.map(({ course, choices }, index): CourseView => {
    const views = choices.map((each, nth) => view(each, `c${index}-${nth}`))
    return {
      title: course.title, summary: course.summary, lang: course.lang, scene: course.rooms[0]?.scene ?? 'library',
      facts: say('deep-linking.rooms', { count: course.rooms.length }), unfolded: all.length === 1 || views.some(({ picked }) => picked), choices: views,
    }
  })
  const newLang = (body && valueIn(body, nameOf('lang', NEW))) ?? lang
  return {
    title: say('deep-linking.title'),
    lead: contextTitle ? say('deep-linking.lead', { context: apart(contextTitle) }) : say('deep-linking.leadNowhere'),
    several: settings.several, lineItems: settings.lineItems, courses, zone, zoneWords: say('deep-linking.zone', { zone: apart(zone) }),
    ...(isAuthor ? { fresh: { ...view(fresh, NEW), langs: langs.map((each) => ({ ...each, chosen: each.value === newLang })) } } : {}),
    ...(faults.pick ? { fault: say(`deep-linking.faults.${faults.pick}`) } : Object.keys(faults).length > 0 ? { fault: say('deep-linking.faults.fields') } : {}),
    go: say(`deep-linking.go.${settings.creates ? 'create' : 'give'}-${settings.several ? 'several' : 'one'}`),
  }
}
