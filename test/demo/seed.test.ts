import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import express from 'express'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { questionsOf } from '../../src/demo/answers.js'
import { readSeedCourse } from '../../src/demo/course-file.js'
import { tell } from '../../src/demo/history.js'
import { createDemoLms, type DemoLms } from '../../src/demo/index.js'
import { launchAs } from '../../src/demo/participant.js'

const sub = (library: string, id: string, params: object) => ({ library: `${library} 1.0`, subContentId: id, params })

it('knows the right and a wrong answer of each question, however deep', () => {
  const book = { pages: [{ blocks: [
    sub('Keyroom.Choice', 'c', { answers: [{ text: 'a', correct: false }, { text: 'b', correct: true }] }),
    sub('Keyroom.Hotspots', 'h', { spots: [{ question: sub('Keyroom.TrueFalse', 't', { correct: 'false' }) }] }),
    sub('Keyroom.Blanks', 'b', { text: 'An *apple/pear* and *one:a number*.' }),
  ] }] }
  expect(questionsOf('Keyroom.Book 1.0', book)).toEqual([
    { item: 'c', right: [1], wrong: [0] }, { item: 't', right: false, wrong: true }, { item: 'b', right: ['apple', 'one'], wrong: ['?', '?'] },
  ])
  expect(questionsOf('Keyroom.TrueFalse 1.0', { correct: 'true' })).toEqual([{ item: '_', right: true, wrong: false }])
})

/** A tool with Keyroom's addresses and none of its rules, that notes what it is sent. */
let tool: Server
let lms: DemoLms
let keyroom: string
const heard: unknown[] = []

beforeAll(async () => {
  const app = express().use(express.urlencoded({ extended: false }), express.json())
  app.post('/lti/login', (req, res) => {
    const login = req.body as Record<string, string>
    res.cookie('state', 's')
    res.redirect(`${login.iss}/lti/auth?${new URLSearchParams({
      scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none', state: 's', nonce: 'n', client_id: login.client_id ?? '',
      redirect_uri: login.target_link_uri ?? '', login_hint: login.login_hint ?? '', lti_message_hint: login.lti_message_hint ?? '',
    })}`)
  })
  app.post('/lti/launch', (req, res) => {
    heard.push({ launched: (req.body as Record<string, string>).id_token !== undefined, cookie: req.headers.cookie })
    res.cookie('kr-RUN', 'TOKEN').send('welcome')
  })
  app.get('/play/RUN/rooms/:room', (req, res) => res.send(`<iframe src="/play/RUN/h5p/T-${String(req.query.activity)}/frame"></iframe><p data-earned-key="mine">`))
  app.post('/play/RUN/h5p/:ticket/:what', (req, res) => res.json({ heard: heard.push({ ticket: req.params.ticket, ...(req.body as object) }) }))
  app.post('/play/RUN/rooms/:room/key', (req, res) => res.json({ heard: heard.push({ door: req.params.room, by: req.headers.authorization, ...(req.body as object) }) }))
  tool = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => tool.once('listening', resolve))
  const address = tool.address()
  keyroom = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  lms = await createDemoLms({ keyroomUrl: keyroom })
})
afterAll(async () => {
  await lms.close()
  tool.close()
})

it('plays a story as a browser would: launched, answering, typing the key at the door', async () => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'seed-course-'))
  const content = async (name: string, mainLibrary: string, params: object) => {
    await mkdir(path.join(dir, name, 'content'), { recursive: true })
    await writeFile(path.join(dir, name, 'h5p.json'), JSON.stringify({ mainLibrary }))
    await writeFile(path.join(dir, name, 'content', 'content.json'), JSON.stringify(params))
  }
  await content('one', 'Keyroom.TrueFalse', { correct: 'true' })
  await content('two', 'Keyroom.Text', { text: 'read' })
  await writeFile(path.join(dir, 'course.yaml'), 'rooms:\n- id: r1\n  activities: [{id: a1, h5p: one}]\n- id: r2\n  lock: {kind: personal}\n  activities: [{id: a2, h5p: two}]\n')
  await tell({ person: '22', rooms: 1, activities: 1, stumbles: 1 }, readSeedCourse(dir), await launchAs('22', { lms: lms.url, keyroom }))
  await rm(dir, { recursive: true })
  expect(heard).toEqual([
    { launched: true, cookie: 'state=s' },
    { ticket: 'T-a1', item: '_', response: false, key: 'seed-22-a1-0-wrong' },
    { ticket: 'T-a1', item: '_', response: true, key: 'seed-22-a1-0' },
    { door: 'r2', by: 'Bearer TOKEN', key: 'mine' },
    { ticket: 'T-a2', key: 'seed-22-a2' },
  ])
})
