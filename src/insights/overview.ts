import type { Course } from '../courses/index.js'
import { choose, dirOf, firstDir, hasGradeProblem, isShown, searchOf, SHOWS, SORTS, type Choice, type Sort } from './choice.js'
import type { Participant } from './model.js'
import { standingView } from './roster.js'
import type { Words } from './words.js'

/** The middle one; of an even number the mean of the two. */
export const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length === 0 ? 0 : ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}

const totalsOf = (all: Participant[], { t, number, percent }: Words) => {
  const count = (of: (each: Participant) => boolean): string => number(all.filter(of).length)
  const started = all.filter(({ status }) => status !== 'not-started')
  return [
    { key: 'people', label: t('insights.totals.people'), value: number(all.length) },
    { key: 'started', label: t('insights.totals.started'), value: number(started.length) },
    { key: 'finished', label: t('insights.totals.finished'), value: count(({ status }) => status === 'finished') },
    { key: 'stuck', label: t('insights.totals.stuck'), value: count(({ status }) => status === 'stuck') },
    { key: 'median', label: t('insights.totals.median'), value: percent(median(started.map(({ pages }) => (pages.of ? pages.done / pages.of : 0)))) },
  ]
}

/** For each room: who is through, who is there, and who is stuck there. */
const roomsOf = (course: Course, all: Participant[], choice: Choice, words: Words) =>
  course.rooms.map((room, index) => {
    const done = all.filter(({ rooms }) => rooms[index]?.state === 'done').length
    const here = all.filter(({ at }) => at === room.id)
    const stuck = here.filter(({ status }) => status === 'stuck').length
    const share = (people: number): number => (all.length ? (people / all.length) * 100 : 0)
    return {
      number: words.number(index + 1), title: room.title, done: words.number(done), here: words.number(here.length), stuck: words.number(stuck),
      // A learner released into a later room can be done there and still be here before it: the bar ends at its end.
      bar: { done: share(done), moving: share(here.length - stuck), stuck: share(stuck) },
      id: `room-${room.id}`, current: choice.room === room.id,
      href: searchOf(choice, { room: choice.room === room.id ? '' : room.id, show: 'all' }),
    }
  })

const headOf = (sort: Sort, choice: Choice, { t }: Words) => {
  const current = choice.sort === sort
  const dir = dirOf(choice)
  const next = current ? (dir === 'asc' ? 'desc' : 'asc') : firstDir(sort)
  return {
    sort, id: `sort-${sort}`, label: t(`insights.columns.${sort}`), href: searchOf(choice, { sort, dir: next }),
    aria: current ? (dir === 'asc' ? ('ascending' as const) : ('descending' as const)) : undefined,
  }
}

const roomSay = (course: Course, each: Participant, { t, number, apart }: Words) =>
  each.rooms.map(({ state, pages }, index) => ({
    state,
    mark: state === 'open' ? `${number(pages.done)}/${number(pages.of)}` : '',
    say: t(`insights.room.${state}`, { number: index + 1, title: apart(course.rooms[index]?.title ?? ''), done: pages.done, of: pages.of }),
  }))

/** A grade's cell, with the way to all columns of this person. */
export const gradeView = (each: Participant, words: Words) => ({
  state: each.grade.state, ...words.grade(each.grade), canRetry: hasGradeProblem(each),
  among: each.columns.of > 1 ? words.t('console.cell', { ...each.columns }) : undefined,
  href: each.columns.of > 0 ? `grades/?learner=${encodeURIComponent(each.user)}` : undefined,
})

const rowOf = (course: Course, each: Participant, words: Words) => {
  const { t, number } = words
  return {
    user: each.user, href: `participants/${encodeURIComponent(each.user)}`,
    name: words.name(each), unnamed: !each.name, alias: words.alias(each),
    rooms: roomSay(course, each, words), pages: t('insights.pages', { done: each.pages.done, of: each.pages.of }),
    xp: number(each.xp), level: t('insights.level', { level: each.level }),
    answers: t('insights.answers', { count: each.answers }), wrongKeys: each.wrongKeys ? t('insights.wrongKeys', { count: each.wrongKeys }) : undefined,
    seen: each.lastSeen && words.moment(each.lastSeen),
    ...standingView(each, words, each.stuck.map((reason) => words.reason(course, reason))),
    grade: gradeView(each, words),
  }
}

/** 1 … 4 5 6 … 20: the ends and the neighbours; 0 stands for a gap. */
export const pageNumbers = (page: number, pages: number): number[] => {
  const shown = [...new Set([1, page - 1, page, page + 1, pages])].filter((each) => each >= 1 && each <= pages)
  return shown.flatMap((each, index) => (each - (shown[index - 1] ?? 0) > 1 ? [0, each] : [each]))
}

/** The pages of a list, for its foot. */
export const pagingOf = (page: number, pages: number, { number, t }: Words, hrefOf: (page: number) => string) =>
  pages === 1 ? undefined : {
    before: page > 1 ? hrefOf(page - 1) : undefined,
    after: page < pages ? hrefOf(page + 1) : undefined,
    numbers: pageNumbers(page, pages).map((each) => (each === 0 ? undefined : { label: number(each), say: t('insights.paging.page', { page: each, pages }), href: hrefOf(each), current: each === page })),
  }

/** All that «who is where» shows. */
export const overviewView = (course: Course, all: Participant[], choice: Choice, words: Words) => {
  const { rows, total, page, pages } = choose(all, choice, { lang: words.lang, aliasOf: words.alias })
  const now = { ...choice, page }
  const here = all.filter(({ left }) => !left)
  // A filter for who left is of use once somebody has.
  const shows = SHOWS.filter((show) => show !== 'left' || choice.show === show || here.length < all.length)
  return {
    totals: totalsOf(here, words),
    rooms: roomsOf(course, here, choice, words),
    shows: shows.map((show) => ({
      show, id: `show-${show}`, label: words.t(show === 'left' ? 'roster.left' : `insights.show.${show}`), count: words.number(all.filter((each) => isShown(show, each)).length),
      href: searchOf(choice, { show, room: '' }), current: choice.show === show && !choice.room,
    })),
    heads: SORTS.map((sort) => headOf(sort, choice, words)),
    rows: rows.map((row) => rowOf(course, row, words)),
    found: words.t('insights.found', { count: total }),
    isEmpty: all.length === 0,
    search: searchOf(now, { page }),
    paging: pagingOf(page, pages, words, (to) => searchOf(now, { page: to })),
    canRetryAll: choice.show === 'grade-problem' && total > 1,
  }
}
