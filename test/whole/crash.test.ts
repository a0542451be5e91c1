import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDemoLms, PEOPLE, type DemoLms } from '../../src/demo/index.js'
import { launchAs, type Playing } from '../../src/demo/participant.js'
import { readConfig } from '../../src/config.js'
import { openRooms } from '../../src/rooms.js'
import { freePort } from '../support/keyroom.js'
import { freshUri } from '../support/mongo.js'
import { spawnPart, untilReady, type Running } from '../support/process.js'

const ACTIVITIES = 20
const KILLS = 10
const LEARNERS = PEOPLE.filter(({ kind }) => kind === 'participant').slice(0, 10)

/** One room with many small contents: the more completions, the more moments to be killed at. */
const manyActivities = async (): Promise<string> => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-crash-course-'))
  const ids = Array.from({ length: ACTIVITIES }, (_, n) => `a${n + 1}`)
  for (const id of ids) {
    await mkdir(path.join(dir, id, 'content'), { recursive: true })
    await writeFile(path.join(dir, id, 'h5p.json'), JSON.stringify({
      title: id, language: 'en', mainLibrary: 'Keyroom.TrueFalse', embedTypes: ['div'], license: 'U',
      preloadedDependencies: [{ machineName: 'Keyroom.TrueFalse', majorVersion: 1, minorVersion: 0 }],
    }))
    await writeFile(path.join(dir, id, 'content', 'content.json'), JSON.stringify({ question: `<p>${id}</p>`, correct: 'true' }))
  }
  await writeFile(path.join(dir, 'course.yaml'), `format: keyroom-course/1
slug: crash
title: Crash
lang: en
summary: Many small things.
outcomes: [{ id: o, text: Endure. }]
rooms:
  - id: r1
    title: One
    scene: lab
    intro: Go.
    activities:
${ids.map((id) => `      - { id: ${id}, title: ${id}, h5p: ${id}, outcomes: [o] }`).join('\n')}
finish: { title: Done, message: Done., attendancePrefix: CRASH, credential: { name: Enduring, description: Endures., criteria: All of it. } }
`)
  return dir
}

let lms: DemoLms
let dataDir: string
let courseDir: string
let app: Running
let env: Record<string, string>
let url: string

const boot = async (): Promise<void> => {
  app = spawnPart('dist/main.js', env)
  await untilReady(app, `${url}/readyz`)
}

beforeAll(async () => {
  const port = await freePort()
  url = `http://localhost:${port}`
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-crash-'))
  courseDir = await manyActivities()
  env = { KEYROOM_DEMO: '1', PORT: String(port), PUBLIC_URL: url, MONGODB_URI: freshUri(), DATA_DIR: dataDir, LOG_LEVEL: 'warn' }
  lms = await createDemoLms({ keyroomUrl: url })
  const rooms = await openRooms(readConfig(env))
  const { deployment, ...platform } = lms.registration()
  await rooms.lti.registry.add({ ...platform, deployments: [deployment], name: 'Demo LMS' })
  await rooms.studio.importCourse(courseDir)
  await rooms.close()
  await boot()
})
afterAll(async () => {
  await app.kill()
  await lms.close()
  await rm(dataDir, { recursive: true, force: true })
  await rm(courseDir, { recursive: true, force: true })
})

/** Until it is acknowledged, as the page's script does: the same key each time. */
const persist = async (act: () => Promise<void>): Promise<void> => {
  for (;;) {
    try {
      return await act()
    } catch {
      await sleep(100)
    }
  }
}
const playAll = async (playing: Playing, acknowledged: string[], person: string): Promise<void> => {
  for (let n = 1; n <= ACTIVITIES; n++) {
    const id = `a${n}`
    await persist(() => playing.answer('r1', id, [{ question: { item: '_', right: true, wrong: false }, right: true, key: `crash-${person}-${id}` }]))
    acknowledged.push(`${person} ${id}`)
  }
}

it('a process killed again and again during 200 completions loses nothing that was acknowledged, doubles nothing, and every grade arrives', async () => {
  const acknowledged: string[] = []
  const learners = await Promise.all(LEARNERS.map(async ({ id }) => ({ id, playing: await launchAs(id, { lms: lms.url, keyroom: url }) })))
  let playing = true
  let kills = 0
  const killer = (async () => {
    // As often as makes the point: a machine that is slow to start would otherwise never come to the end.
    while (playing && kills < KILLS) {
      await sleep(Math.random() * 1200)
      if (!playing) break
      await app.kill('SIGKILL')
      kills += 1
      await boot()
    }
  })()
  await Promise.all(learners.map(({ id, playing: mine }) => playAll(mine, acknowledged, id)))
  playing = false
  await killer
  expect(kills).toBeGreaterThan(2)
  expect(acknowledged).toHaveLength(ACTIVITIES * LEARNERS.length)

  await expect.poll(() => lms.grades().filter(({ points, activityProgress }) => points === 100 && activityProgress === 'Completed').length, { timeout: 120_000, interval: 500 }).toBe(LEARNERS.length)
  await app.kill('SIGTERM')
  const rooms = await openRooms(readConfig(env))
  try {
    const [run] = await rooms.kit.mongo.db.collection<{ _id: string }>('runs').find().toArray()
    // The LMS's list has more people than those who came.
    const members = (await rooms.courses.members(run?._id ?? '')).filter(({ lastLaunch }) => lastLaunch)
    for (const { user, run: id } of members) {
      const events = await rooms.ledger.events(id, user)
      const completed = events.filter(({ type }) => type === 'completed').map(({ data }) => (data as { activity: string }).activity)
      expect(completed.length).toBe(ACTIVITIES)
      expect(new Set(completed).size).toBe(ACTIVITIES)
      expect(events.map(({ v }) => v)).toEqual(events.map((_, index) => index + 1))
      const standing = await rooms.ledger.standing(id, user)
      // 20 activities, each at the first try; the room; the finish.
      expect(standing.game.xp).toBe(ACTIVITIES * 40 + 40 + 100)
    }
    expect((await rooms.ledger.rebuild({ dryRun: true })).differed).toEqual([])
    expect(await rooms.ledger.outbox.rows({ kind: 'grade' })).toHaveLength(LEARNERS.length)
  } finally {
    await rooms.kit.mongo.db.dropDatabase()
    await rooms.close()
  }
}, 300_000)
