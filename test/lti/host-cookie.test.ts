import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeSecrets, makeSessions } from '../../src/infra/index.js'
import { aPlatform, goodClaims, type TestPlatform } from '../support/platform.js'
import { frontDoor, pageOf, register } from './front-door.js'
import { aWayIn, SECRET, type WayIn } from './world.js'

/** Over https the login's cookie goes by a name that only this very host can set. */
const HTTPS = 'https://keyroom.example.edu'
let way: WayIn
let lms: TestPlatform
let door: ReturnType<typeof frontDoor>
beforeAll(async () => {
  way = await aWayIn({ publicUrl: HTTPS })
  lms = await aPlatform()
  await register(way.lti, lms)
  door = frontDoor(way.app, lms)
})
afterAll(() => lms.close())
const login = () => door.login({ target_link_uri: `${HTTPS}/lti/launch` })

it('a launch comes in with it, and what it leaves behind is cleared', async () => {
  const begun = await login()
  expect(begun.setCookie).toMatch(/^__Host-state[0-9a-f]{50}=[^;]+; .*Path=\/;.*Secure/)
  expect(begun.setCookie).not.toMatch(/domain/i)
  const answer = await door.post(await lms.sign(goodClaims(lms.issuer, begun.nonce, HTTPS)), { state: begun.state, cookie: `kr-lang=ar; ${begun.cookie}` })
  expect(answer.status).toBe(200)
  expect(answer.text).toContain('lang="ar"')
  expect(String(answer.headers['set-cookie'])).toMatch(/__Host-state[0-9a-f]{50}=[^;]*; [^,]*Expires=Thu, 01 Jan 1970/)
})

it('a cookie that a sibling of ours could plant, of a login that was another’s, is none', async () => {
  const begun = await login()
  const planted = begun.cookie.replace('__Host-', '')
  const token = await lms.sign(goodClaims(lms.issuer, begun.nonce, HTTPS))
  const page = pageOf(await door.post(token, { state: begun.state, cookie: planted }))
  expect([page.code, page.setCookie]).toEqual(['lti/no-state-cookie', undefined])
  // Beside the true one it changes nothing.
  expect((await door.post(token, { state: begun.state, cookie: `state${begun.state}=s%3Anonsense; ${begun.cookie}` })).status).toBe(200)
})

it('a window’s token is good for minutes, its renewal for as long as the session, and neither for the other', async () => {
  const sessions = makeSessions(makeSecrets(SECRET))
  const { session } = sessions.issue({ run: 'r', user: 'u', role: 'participant' })
  const { token, renewal, seconds } = sessions.forWindow(session)
  expect(seconds).toBe(900)
  expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({ exp: expect.closeTo(Date.now() / 1000 + 900, -1) as number })
  // What stands until the session's end is told that.
  expect(sessions.read(token)).toEqual(session)
  expect([sessions.read(renewal), sessions.renew(token)]).toEqual([undefined, undefined])
  expect(sessions.read(sessions.renew(renewal)?.token ?? '')).toEqual(session)
  const ask = (given: string) => request(way.app).post('/lti/renew').set('Accept', 'application/json').type('form').send({ renewal: given })
  expect((await ask(renewal)).body).toMatchObject({ seconds: 900 })
  expect((await ask(token)).status).toBe(401)
})
