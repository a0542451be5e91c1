import type { Course } from '../courses/index.js'
import { aliasText } from '../game/index.js'
import type { I18n, Lang, Say } from '../infra/index.js'
import type { Grade, Participant } from './model.js'
import type { StuckReason } from './stuck.js'

/** A moment for a page: how long ago, and exactly: in the time zone that the LMS says, else the browser puts it in its own. */
export interface Moment { iso: string; ago: string; exact: string }

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60]]

const RTL = /[\p{Script=Arabic}\p{Script=Hebrew}]/u

/** What staff pages say, in one language. */
export interface Words {
  lang: Lang
  t: Say
  number(value: number): string
  percent(share: number): string
  moment(at: Date): Moment
  /** A title inside a sentence, kept apart where the two may run in different directions. */
  apart(title: string): string
  /** The name, or that none was given. */
  name(each: { name?: string }): string
  alias(each: Pick<Participant, 'alias'>): string
  reason(course: Course, reason: StuckReason): string
  /** Why the LMS hasn't got the grade; a code of tomorrow is shown as it is. */
  gradeProblem(code: string): string
  /** What helps against it, where there is something to do. */
  gradeMend(code: string): string | undefined
  grade(grade: Grade): { label: string; why?: string; moment?: Moment }
}

export const wordsIn = (i18n: I18n, lang: Lang, now: Date, zone = 'UTC'): Words => {
  const t = i18n.in(lang)
  const numbers = new Intl.NumberFormat(lang)
  const percents = new Intl.NumberFormat(lang, { style: 'percent' })
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' })
  const dates = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone })
  const moment = (at: Date): Moment => {
    const seconds = Math.round((at.getTime() - now.getTime()) / 1000)
    const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1]
    const ago = unit === 'second' ? relative.format(0, 'second') : relative.format(Math.trunc(seconds / size), unit)
    return { iso: at.toISOString(), ago, exact: zone === 'UTC' ? `${dates.format(at)} UTC` : dates.format(at) }
  }
  const isRtl = i18n.dir(lang) === 'rtl'
  const apart = (title: string): string => (isRtl || RTL.test(title) ? `\u2068${title}\u2069` : title)
  const gradeProblem = (code: string): string => {
    const key = `console.codes.${code.split('/').at(-1) ?? code}`
    return i18n.has(key) ? t(key) : t('console.codes.other', { code })
  }
  const gradeMend = (code: string): string | undefined => {
    const key = `console.mends.${code.split('/').at(-1) ?? code}`
    return i18n.has(key) ? t(key) : undefined
  }
  return {
    lang, t, moment, apart, gradeProblem, gradeMend,
    number: (value) => numbers.format(value),
    percent: (share) => percents.format(share),
    name: ({ name }) => name ?? t('insights.unnamed'),
    alias: ({ alias }) => aliasText(alias, t),
    reason(course, reason) {
      if (reason.why === 'quiet') return t('insights.stuck.quiet', { days: Math.floor(reason.hours / 24) })
      const room = course.rooms.find(({ id }) => id === reason.room)
      if (reason.why === 'door') return t('insights.stuck.door', { wrong: reason.wrong, room: apart(room?.title ?? reason.room) })
      return t('insights.stuck.question', { tries: reason.tries, activity: apart(room?.activities.find(({ id }) => id === reason.activity)?.title ?? reason.activity) })
    },
    grade(grade) {
      const label = t(`insights.grade.${grade.state}`)
      if (grade.state === 'delivered' || grade.state === 'cleared') return { label, moment: grade.at && moment(grade.at) }
      if (grade.state === 'overridden') return { label, why: t('console.overridden') }
      if (grade.state === 'failed') return { label, why: gradeProblem(grade.code), moment: moment(grade.at) }
      if (grade.state === 'retrying') return { label, why: gradeProblem(grade.code), moment: moment(grade.nextAt) }
      return { label }
    },
  }
}
