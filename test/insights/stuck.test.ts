import { describe, expect, it } from 'vitest'
import { STUCK, stuckOn } from '../../src/insights/index.js'
import type { ItemState, PlayState } from '../../src/play/index.js'
import { COURSE } from './world.js'

const now = new Date('2026-03-10T12:00:00Z')
const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000)
const item = (tries: number, correct = false): ItemState => ({ tries, correct, score: correct ? 1 : 0, max: 1, firstTry: false })
const play = (change: Partial<PlayState> = {}): PlayState => ({
  launched: hoursAgo(1), lastSeen: hoursAgo(1), rooms: { hall: { opened: hoursAgo(1), wrong: 0 } }, activities: { film: { items: { a: item(1) }, score: 0, max: 0 } }, ...change,
})
const reasons = (state: PlayState): string[] => stuckOn(COURSE, state, now).map(({ why }) => why)

describe('who is stuck', () => {
  it('is not who has just begun', () => expect(reasons(play())).toEqual([]))
  it('is who stands before a door with five wrong keys', () => {
    const at = (wrong: number, opened?: Date) => play({ rooms: { hall: { opened: hoursAgo(1), completed: hoursAgo(1), wrong: 0 }, library: { wrong, opened } } })
    expect(reasons(at(STUCK.wrongKeys - 1))).toEqual([])
    expect(stuckOn(COURSE, at(STUCK.wrongKeys), now)).toEqual([{ why: 'door', room: 'library', wrong: 5 }])
    expect(reasons(at(STUCK.wrongKeys, hoursAgo(1)))).toEqual([])
  })
  it('is who tried one question four times in vain', () => {
    const tried = (items: Record<string, ItemState>, completed?: Date) => play({ activities: { film: { items, score: 0, max: 0, completed } } })
    expect(reasons(tried({ a: item(STUCK.tries - 1), b: item(STUCK.tries - 1) }))).toEqual([])
    expect(stuckOn(COURSE, tried({ a: item(6), b: item(4) }), now)).toEqual([{ why: 'question', room: 'hall', activity: 'film', tries: 6 }])
  })
  it('is not who got it right in the end, or finished the activity without it', () => {
    expect(reasons(play({ activities: { film: { items: { a: item(9, true) }, score: 1, max: 0 } } }))).toEqual([])
    expect(reasons(play({ activities: { film: { items: { a: item(9) }, score: 1, max: 2, completed: hoursAgo(1) } } }))).toEqual([])
  })
  it('is not held up by a choice of a room that is done', () => {
    const done = { hall: { opened: hoursAgo(2), completed: hoursAgo(1), wrong: 0 } }
    expect(reasons(play({ rooms: done, activities: { film: { items: { a: item(9) }, score: 0, max: 0 } } }))).toEqual([])
  })
  it('is who took no step forward for three days, however often they looked in', () => {
    const quiet = (hours: number) => play({ launched: hoursAgo(hours), lastSeen: hoursAgo(1), rooms: { hall: { opened: hoursAgo(hours), wrong: 0 } } })
    expect(reasons(quiet(STUCK.quietHours - 1))).toEqual([])
    expect(stuckOn(COURSE, quiet(STUCK.quietHours), now)).toEqual([{ why: 'quiet', since: hoursAgo(72), hours: 72 }])
  })
  it('is neither who finished nor who never began, however long ago', () => {
    const old = { launched: hoursAgo(900), lastSeen: hoursAgo(900) }
    expect(reasons(play({ ...old, finished: hoursAgo(900) }))).toEqual([])
    expect(reasons(play({ ...old, activities: {} }))).toEqual([])
  })
  it('may be so for several reasons at once', () => {
    const state = play({ launched: hoursAgo(100), rooms: { hall: { opened: hoursAgo(100), wrong: 0 }, library: { wrong: 7 } }, activities: { film: { items: { a: item(5) }, score: 0, max: 0 } } })
    expect(reasons(state)).toEqual(['question', 'door', 'quiet'])
  })
})
