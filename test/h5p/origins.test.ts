import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aWorld, type World } from '../support/keyroom.js'

const CONTENT = 'content.example'
let world: World
let run: string
let main: string
beforeAll(async () => {
  world = await aWorld({ config: { contentOrigin: `http://${CONTENT}` } })
  main = new URL(world.url).host
  run = (await world.keyroom.rooms.courses.ensureRun({ platform: 'p', deployment: '1', context: 'c', resourceLink: 'l', slug: world.course.slug }))._id
}, 60_000)
afterAll(() => world.close())

const asked = async (host: string, path: string, cookie = '') => request(world.url).get(path).set({ host, accept: 'text/html', cookie })
const cookieOf = (role: 'participant' | 'author'): string => `kr-${run}=${world.keyroom.rooms.kit.sessions.issue({ run, user: role, role, lang: 'en' }).token}`
const frameIn = (html: string, attribute: string): URL => new URL((new RegExp(`${attribute}="([^"]+/frame[^"]*)"`).exec(html)?.[1] ?? '').replaceAll('&amp;', '&'))

describe('with a second name for contents', () => {
  it('a learner’s page addresses the frame there, and there alone it is answered', async () => {
    await world.keyroom.rooms.play.launched({ run, user: 'participant' }, 'l', 'first')
    const page = await asked(main, `/play/${run}/rooms/screening-room`, cookieOf('participant'))
    const { host, pathname } = frameIn(page.text, 'src')
    expect(host).toBe(CONTENT)
    expect((await asked(CONTENT, pathname)).status).toBe(200)
    expect((await asked(main, pathname)).status).toBe(404)
  })
  it('a phone’s page stays under the main name', async () => {
    const ticket = world.keyroom.rooms.play.ticket({ run, user: 'participant', sid: 's', room: 'screening-room', activity: 'check-the-basics' })
    const phone = `/play/${run}/h5p/${ticket}/phone`
    expect(frameIn((await asked(main, phone)).text, 'src').host).toBe(CONTENT)
    expect((await asked(CONTENT, phone)).status).toBe(404)
  })
  it('so is an author’s preview, also of what can’t be shown yet; pictures for the form are had under both', async () => {
    const { authoring } = world.keyroom.rooms.h5p
    for (const params of [{}, { question: '<p>Which?</p>', answers: [{ text: '<p>this</p>', correct: true }, { text: '<p>that</p>' }] }]) {
      const { id } = await authoring.create(world.course.slug, { library: 'Keyroom.Choice 1.0', title: 'A draft', params }, 'author')
      const page = await asked(main, `/studio/${run}/contents/${id}/preview`, cookieOf('author'))
      const { host, pathname } = frameIn(page.text, 'data-frame')
      expect(host).toBe(CONTENT)
      expect((await asked(CONTENT, pathname)).status).toBe(200)
      expect((await asked(main, pathname)).status).toBe(404)
    }
  })
})
