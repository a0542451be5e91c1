import type { Column, Course } from '../../courses/index.js'
import type { Words } from '../words.js'
import type { Who } from './rows.js'

/** A column as people call it. */
export const columnName = (column: Column, { rooms }: Course, { t, apart }: Words): string => {
  if (column === 'course' || column === 'credential') return t(`console.column.${column}`)
  const index = rooms.findIndex(({ id }) => column === `room:${id}`)
  const room = rooms[index]
  return room ? t('console.column.room', { number: index + 1, title: apart(room.title) }) : t('console.column.gone')
}
/** The name, or who the others know them as. */
export const nameOf = (who: Who, { alias }: Words): string => who.name ?? alias(who)
/** «80 %»; undefined where there is no grade. */
export const shareText = (share: number | undefined, { percent }: Words): string | undefined => (share === undefined ? undefined : percent(share))

/** A code in our own words, what the LMS answered, and what helps. */
export const faultView = ({ code, status, text }: { code: string; status?: number; text?: string }, words: Words) => ({
  why: words.gradeProblem(code), mend: words.gradeMend(code),
  answer: status || text ? words.t('console.answer', { status: status ? String(status) : 'none', text: text ?? '' }).trim() : undefined,
})
