/** Gives the demo's participants a history, over the path everyone takes: launched by the LMS, playing with the right answers. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { readSeedCourse } from './course-file.js'
import { STORIES, tell } from './history.js'
import { launchAs } from './participant.js'

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const lms = process.env.DEMO_LMS_URL || 'http://127.0.0.1:3100'
const keyroom = process.env.KEYROOM_URL || 'http://localhost:3000'
const dataDir = path.resolve(process.env.DEMO_LMS_DATA || './.data/lms')
const done = path.join(dataDir, 'seeded.json')

const seed = async (): Promise<void> => {
  const course = readSeedCourse(process.env.DEMO_COURSE || path.join(ROOT, 'h5p-content', 'demo-course'))
  for (const [index, story] of STORIES.entries()) {
    await tell(story, course, await launchAs(story.person, { lms, keyroom }))
    console.log(`Participants with a history: ${index + 1} of ${STORIES.length}`)
  }
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(done, JSON.stringify({ at: new Date().toISOString(), people: STORIES.length }))
}

if (!existsSync(done)) {
  await seed().catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
    console.error(`The demo's history could not be made: ${error instanceof Error ? error.message : String(error)}${cause}`)
    process.exitCode = 1
  })
}
