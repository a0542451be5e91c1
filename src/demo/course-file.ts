import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { questionsOf, type Question } from './answers.js'

/** Only what playing the course through needs of its file; studio/ checks the whole. */
const File = z.object({
  rooms: z.array(z.object({
    id: z.string(),
    choose: z.number().default(0),
    lock: z.object({ kind: z.string(), key: z.string().optional() }).optional(),
    activities: z.array(z.object({ id: z.string(), h5p: z.string(), choice: z.boolean().default(false) })),
  })),
})
const Manifest = z.object({ mainLibrary: z.string() })

export interface SeedActivity { id: string; questions: Question[] }
export interface SeedRoom {
  id: string
  /** Of a shared lock; a personal key is read where it is earned. */
  key?: string
  locked: boolean
  /** Those needed to finish the room: of a choice, the first ones. */
  activities: SeedActivity[]
}

/** The course as someone who knows the answers sees it. */
export const readSeedCourse = (dir: string): SeedRoom[] => {
  const { rooms } = File.parse(parse(readFileSync(path.join(dir, 'course.yaml'), 'utf8')))
  const json = (...parts: string[]): unknown => JSON.parse(readFileSync(path.join(dir, ...parts), 'utf8'))
  return rooms.map(({ id, lock, choose, activities }) => {
    const needed = [...activities.filter(({ choice }) => !choice), ...activities.filter(({ choice }) => choice).slice(0, choose)]
    return {
      id, key: lock?.key, locked: lock !== undefined,
      activities: needed.map((activity) => {
        const { mainLibrary } = Manifest.parse(json(activity.h5p, 'h5p.json'))
        return { id: activity.id, questions: questionsOf(`${mainLibrary} 1.0`, json(activity.h5p, 'content', 'content.json')) }
      }),
    }
  })
}
