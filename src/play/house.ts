import type { Scene } from '../courses/index.js'

export type Stage = 'locked' | 'open' | 'done'
/** What the picture shows of a room. */
export interface HouseRoom {
  number: string
  title: string
  scene: Scene
  stage: Stage
  /** Its key is in the learner's hand. */
  inHand: boolean
  href?: string
}
export interface PlacedRoom extends HouseRoom { x: number; y: number; w: number; h: number; windows: number[] }
export interface Wing { x: number; y: number; w: number; h: number; roof: string; gable: string; attic?: { x: number; y: number } }
export interface House { width: number; height: number; labelSize: number; wings: Wing[]; rooms: PlacedRoom[]; lit: boolean; finishHref?: string }

const WALL = 10
const MARGIN = 68
const BASE = 14
/** Five floors of three: more stands beside, as a wing of its own. */
const PER_WING = 15

const split = (count: number, parts: number): number[] => Array.from({ length: parts }, (_, i) => Math.floor(count / parts) + (i < count % parts ? 1 : 0))
const floorsOf = (count: number): number[] => split(count, Math.ceil(count / (count <= 6 ? 2 : 3)))

/** A lone room is a cottage; two in a row are wide; three are narrower. */
const innerWidth = (across: number): number => (across === 1 ? 320 : across === 2 ? 476 : 620)

interface Plan { floors: number[]; inner: number; roomHeight: number; roofHeight: number }
const planOf = (count: number): Plan => {
  const floors = floorsOf(count)
  const inner = innerWidth(Math.max(...floors))
  return { floors, inner, roomHeight: count === 1 ? 190 : 150, roofHeight: Math.round(inner * 0.26) + 24 }
}
const heightOf = ({ floors, roomHeight }: Plan): number => floors.length * (roomHeight + WALL) + WALL

/** Windows to the night on either side of a scene that doesn't fill its wall. */
const windowsOf = (w: number): number[] => (w < 400 ? [] : [38, w - 38 - 62])

const roomsOf = (plan: Plan, x: number, bottom: number, rooms: HouseRoom[]): PlacedRoom[] => {
  const placed: PlacedRoom[] = []
  plan.floors.forEach((across, floor) => {
    const w = (plan.inner - (across - 1) * WALL) / across
    const y = bottom - (floor + 1) * (plan.roomHeight + WALL)
    for (const [i, room] of rooms.slice(placed.length, placed.length + across).entries()) {
      placed.push({ ...room, x: x + WALL + i * (w + WALL), y, w, h: plan.roomHeight, windows: windowsOf(w) })
    }
  })
  return placed
}

const wingOf = (plan: Plan, x: number, bottom: number): Wing => {
  const w = plan.inner + 2 * WALL
  const h = heightOf(plan)
  const y = bottom - h
  const peak = x + w / 2
  const inset = 74
  return {
    x, y, w, h,
    roof: `M${peak} ${y - plan.roofHeight} ${x - 22} ${y + 4}H${x + w + 22}z`,
    gable: `M${peak} ${y - plan.roofHeight + 26} ${x + inset} ${y - 10}H${x + w - inset}z`,
  }
}

const mirrored = (house: House): House => ({ ...house, rooms: house.rooms.map((room) => ({ ...room, x: house.width - room.x - room.w })) })

/**
 * The house, drawn from the course: from the ground up, floors of one to three rooms, a roof with the finish under it, and a
 * wing more for each fifteen rooms. Where one reads from the right, the house does too.
 */
export const houseOf = (rooms: HouseRoom[], { rtl = false, finishHref }: { rtl?: boolean; finishHref?: string } = {}): House => {
  const plans = split(rooms.length, Math.max(1, Math.ceil(rooms.length / PER_WING))).map((count) => ({ count, ...planOf(count) }))
  const height = 24 + Math.max(...plans.map((plan) => heightOf(plan) + plan.roofHeight)) + BASE
  const bottom = height - BASE
  const wings: Wing[] = []
  const placed: PlacedRoom[] = []
  let x = MARGIN
  for (const plan of plans) {
    wings.push(wingOf(plan, x, bottom))
    placed.push(...roomsOf(plan, x, bottom, rooms.slice(placed.length, placed.length + plan.count)))
    x += plan.inner + 2 * WALL + 56
  }
  const middle = wings[Math.floor((wings.length - 1) / 2)]
  if (middle) middle.attic = { x: middle.x + middle.w / 2, y: middle.y - 42 }
  const lit = rooms.length > 0 && rooms.every(({ stage }) => stage === 'done')
  const house: House = { width: x - 56 + MARGIN, height, labelSize: 22 + 12 * (wings.length - 1), wings, rooms: placed, lit, finishHref }
  return rtl ? mirrored(house) : house
}
