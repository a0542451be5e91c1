import type { Context, LineItem, Link, Status } from './model.js'
import { isEnrolled, PEOPLE, personOf, type Person } from './people.js'
import { HAND_CLIENT } from './place.js'
import type { Store } from './store.js'

export interface NewLink extends Partial<Omit<Link, 'id' | 'context' | 'history'>> {
  title: string
  /** A column of the gradebook that comes with it. */
  lineItem?: Partial<Pick<LineItem, 'label' | 'resourceId' | 'tag' | 'startDateTime' | 'endDateTime'>> & { scoreMaximum: number }
}
/** Courses, the links in them and who is in them. */
export interface Courses {
  all(): Context[]
  of(id: string | undefined): Context | undefined
  add(course: { title: string; label?: string }): Context
  /** The same links with other ids, their columns empty: what a restored backup is. */
  copy(context: string, title?: string): Context
  links(context?: string): Link[]
  link(id: string | undefined, context?: string): Link | undefined
  addLink(context: string, link: NewLink): Link
  changeLink(id: string, change: Partial<Pick<Link, 'title' | 'url' | 'custom'>>): void
  columns(context: string): LineItem[]
  statusOf(context: string, person: string): Status
  setStatus(context: string, person: string, status: Status): void
  /** Whoever is, or was, a member: with how they stand. */
  members(context: string): { person: Person; status: Status }[]
  /** Participants who are still there. */
  participants(context: string): Person[]
}

export const makeCourses = (store: Store): Courses => {
  const { state } = store
  const of: Courses['of'] = (id) => state.contexts.find((each) => each.id === id)
  const links: Courses['links'] = (context) => state.links.filter((each) => context === undefined || each.context === context)
  const statusOf: Courses['statusOf'] = (context, person) => state.moves.findLast((move) => move.context === context && move.person === person)?.status ?? 'Active'
  const addColumn = (item: Omit<LineItem, 'id'>): void => {
    state.lineItems.push({ id: String(state.nextLineItem), ...item })
    state.nextLineItem += 1
  }
  const addContext = (course: Omit<Context, 'id'>): Context => {
    const context = { id: store.nextId(), ...course }
    state.contexts.push(context)
    return context
  }
  const known = (id: string): Context => {
    const context = of(id)
    if (!context) throw new Error(`The demo LMS has no course ${id}`)
    return context
  }
  const members: Courses['members'] = (context) => PEOPLE.filter(isEnrolled).map((person) => ({ person, status: statusOf(context, person.id) })).filter(({ status }) => status !== 'absent')

  return {
    of, links, statusOf, members,
    all: () => state.contexts,
    add({ title, label = title.slice(0, 12) }) {
      const context = addContext({ title, label, history: [] })
      store.save()
      return context
    },
    copy(id, title) {
      const from = known(id)
      const context = addContext({ label: from.label, title: title ?? `${from.title} (2)`, history: [from.id, ...from.history] })
      for (const link of links(id)) {
        const copy = { ...link, id: store.nextId(), context: context.id, history: [link.id, ...link.history] }
        state.links.push(copy)
        // resourceId and tag are the tool's own words: a copy keeps them.
        for (const { id: _id, ...item } of state.lineItems.filter((each) => each.resourceLinkId === link.id)) addColumn({ ...item, context: context.id, resourceLinkId: copy.id })
      }
      store.save()
      return context
    },
    link: (id, context) => links(context).find((each) => each.id === id),
    addLink(id, { lineItem, ...said }) {
      const link = { custom: {}, tool: HAND_CLIENT, ...said, id: store.nextId(), context: known(id).id, history: [] }
      state.links.push(link)
      if (lineItem) addColumn({ label: link.title, ...lineItem, context: id, tool: link.tool, resourceLinkId: link.id })
      store.save()
      return link
    },
    changeLink(id, change) {
      const link = state.links.find((each) => each.id === id)
      if (link) Object.assign(link, change)
      store.save()
    },
    columns: (context) => state.lineItems.filter((item) => item.context === context),
    setStatus(context, person, status) {
      if (!personOf(person)) throw new Error(`The demo LMS has no person ${person}`)
      state.moves.push({ context, person, status })
      store.save()
    },
    participants: (context) => members(context).filter(({ person, status }) => person.kind === 'participant' && status !== 'Deleted').map(({ person }) => person),
  }
}
