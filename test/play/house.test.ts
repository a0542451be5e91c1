import { describe, expect, it } from 'vitest'
import { SCENES } from '../../src/courses/index.js'
import { houseOf, type HouseRoom, type PlacedRoom } from '../../src/play/house.js'

const rooms = (count: number, stage: HouseRoom['stage'] = 'locked'): HouseRoom[] =>
  Array.from({ length: count }, (_, i) => ({ number: String(i + 1), title: `Room ${i + 1}`, scene: SCENES[i % SCENES.length] ?? 'library', stage, inHand: false }))
const overlap = (a: PlacedRoom, b: PlacedRoom): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
const counts = Array.from({ length: 40 }, (_, i) => i + 1)

describe('the house, drawn from the course', () => {
  it.each(counts)('has a place of its own for each of %i rooms, inside the picture', (count) => {
    const house = houseOf(rooms(count))
    expect(house.rooms.map(({ number }) => number)).toEqual(rooms(count).map(({ number }) => number))
    for (const [i, room] of house.rooms.entries()) {
      expect(room.x).toBeGreaterThanOrEqual(0)
      expect(room.x + room.w).toBeLessThanOrEqual(house.width)
      expect(room.y).toBeGreaterThanOrEqual(0)
      expect(room.y + room.h).toBeLessThanOrEqual(house.height)
      expect(house.rooms.slice(i + 1).some((other) => overlap(room, other))).toBe(false)
    }
  })
  it.each(counts)('has floors of one to three rooms under %i, one roof with the finish, and grows upward', (count) => {
    const house = houseOf(rooms(count))
    for (const wing of house.wings) {
      const inside = house.rooms.filter(({ x }) => x > wing.x && x < wing.x + wing.w)
      const floors = [...new Set(inside.map(({ y }) => y))].map((y) => inside.filter((room) => room.y === y))
      for (const floor of floors) expect([1, 2, 3]).toContain(floor.length)
      expect(inside.map(({ y }) => y)).toEqual(inside.map(({ y }) => y).toSorted((a, b) => b - a))
    }
    expect(house.wings.filter(({ attic }) => attic)).toHaveLength(1)
  })
  it('is read from the right where one reads from the right', () => {
    const [first, second] = houseOf(rooms(4), { rtl: true }).rooms
    expect(first?.x).toBeGreaterThan(second?.x ?? Infinity)
    expect(first?.y).toBe(second?.y)
  })
  it('is lit once every room is done, and not before', () => {
    expect(houseOf(rooms(4, 'done')).lit).toBe(true)
    expect(houseOf([...rooms(3, 'done'), ...rooms(1, 'open')]).lit).toBe(false)
  })
})
