import type { Courses } from './courses.js'
import type { Context, LineItem, State } from './model.js'
import type { Person } from './people.js'
import { resultOf } from './score.js'

/** Participants × columns, with each grade's time and comment; where it may be looked at and set by hand, with the addresses for that. */
export const gradebookView = (state: Pick<State, 'scores' | 'overrides'>, { context, columns, people, mayGrade = false }: { context: Context; columns: LineItem[]; people: Person[]; mayGrade?: boolean }) => ({
  columns: columns.map(({ id, label, scoreMaximum }) => ({ id, label, maximum: scoreMaximum })),
  rows: people.map((person) => ({
    id: person.id,
    name: person.name,
    cells: columns.map((item) => {
      const score = state.scores.find((each) => each.lineItem === item.id && each.userId === person.id)
      const points = resultOf(item, person.id, state)
      return {
        item: item.id, column: item.label, link: item.resourceLinkId, points, maximum: item.scoreMaximum, done: score?.activityProgress === 'Completed', waits: score?.gradingProgress === 'PendingManual',
        comment: score?.comment, at: score ? new Date(score.timestamp) : undefined,
        overridden: state.overrides.some((each) => each.lineItem === item.id && each.userId === person.id),
        ...(mayGrade ? { override: `/courses/${context.id}/gradebook/${item.id}/${person.id}`, review: `/courses/${context.id}/gradebook/${item.id}/${person.id}/review` } : {}),
      }
    }),
  })),
})

/** What a teacher sets counts from then on; nothing takes it back. */
export const override = (state: State, item: LineItem, { courses, person, points, at }: { courses: Courses; person: string; points: number | undefined; at: Date }): void => {
  if (!courses.participants(item.context).some(({ id }) => id === person)) throw new Error(`The demo LMS can't grade person ${person}`)
  state.overrides = state.overrides.filter((each) => each.lineItem !== item.id || each.userId !== person)
  if (points !== undefined) state.overrides.push({ lineItem: item.id, userId: person, points: Math.min(item.scoreMaximum, points), at: at.toISOString() })
}
