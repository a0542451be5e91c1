import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { claim, goodClaims, type TestPlatform } from '../support/platform.js'
import { anOpenDoor, pageOf, PUBLIC_URL, type frontDoor } from './front-door.js'
import type { WayIn } from './world.js'

/** The tool tests of 1EdTech's certification suite for LTI Advantage, by their names there. */
let way: WayIn
let lms: TestPlatform
let door: ReturnType<typeof frontDoor>

beforeAll(async () => {
  ;({ way, lms, door } = await anOpenDoor())
})
afterAll(() => lms.close())
beforeEach(() => void (way.arrivals.length = 0))

type Claims = Record<string, unknown>
const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership'
const without = (name: string) => (claims: Claims): void => void delete claims[name]
const having = (name: string, value: unknown) => (claims: Claims): void => void (claims[name] = value)
const withoutLti = (claims: Claims): void => Object.keys(claims).filter((name) => name.includes('purl.imsglobal.org')).forEach((name) => delete claims[name])
const onlyRubbish = (claims: Claims): void => {
  for (const name of Object.keys(claims)) delete claims[name]
  claims.name = 'badltilaunch'
}
const wrongTimes = (claims: Claims): void => void Object.assign(claims, { iat: 11111, exp: 22222 })

describe('LTI 1.3 Core, known “bad” payloads: the tool refuses, in words', () => {
  const BAD: [string, { header?: Claims; tweak?: (claims: Claims) => void }, string][] = [
    ['No KID Sent in JWT header', { header: { kid: undefined } }, 'lti/no-key-id'],
    ['Incorrect KID in JWT header', { header: { kid: 'imstester_66067' } }, 'lti/unknown-key'],
    ['Wrong LTI Version', { tweak: having(claim('version'), '11.3') }, 'lti/wrong-version'],
    ['No LTI Version', { tweak: without(claim('version')) }, 'lti/wrong-version'],
    ['Invalid LTI message', { tweak: onlyRubbish }, 'lti/unknown-platform'],
    ['Missing LTI Claims', { tweak: withoutLti }, 'lti/wrong-message-type'],
    ['Timestamps Incorrect', { tweak: wrongTimes }, 'lti/expired'],
    ['message_type Claim Missing', { tweak: without(claim('message_type')) }, 'lti/wrong-message-type'],
    ['role Claim Missing', { tweak: without(claim('roles')) }, 'lti/bad-claim'],
    ['deployment_id Claim Missing', { tweak: without(claim('deployment_id')) }, 'lti/bad-claim'],
    ['resource_link_id Claim Missing', { tweak: without(claim('resource_link')) }, 'lti/bad-claim'],
    ['user (sub) Claim Missing', { tweak: without('sub') }, 'lti/guest'],
  ]
  it.each(BAD)('%s', async (_name, { header, tweak }, code) => {
    const begun = await door.login()
    const claims = goodClaims(lms.issuer, begun.nonce, PUBLIC_URL)
    tweak?.(claims)
    const page = pageOf(await door.post(await lms.sign(claims, header), begun))
    expect({ code: page.code, cookie: page.setCookie, arrivals: way.arrivals }).toEqual({ code, cookie: undefined, arrivals: [] })
    expect(page.status).toBeGreaterThanOrEqual(400)
    expect(page.title + page.mend).toMatch(/\p{L}{3}/u)
    expect(page.title + page.mend).not.toMatch(/problems\.|\{|undefined/)
  })
})

const PEOPLE = [['Instructor', 'instructor', '/insights/'], ['Student', 'participant', '/play/']] as const
const NAMES = { name: 'Ana María Ruiz', given_name: 'Ana María', family_name: 'Ruiz' }
const EMAIL = { email: 'ana@mail.example' }
const anonymous = (claims: Claims): void => ['name', 'given_name', 'family_name', 'email'].forEach((name) => delete claims[name])
const person = (said: Claims) => (claims: Claims): void => (anonymous(claims), void Object.assign(claims, said))

describe.each(PEOPLE)('LTI 1.3 Core, valid %s launches', (who, role, leadsTo) => {
  const lis = who === 'Instructor' ? 'Instructor' : 'Learner'
  /** Comes in, and says as whom. */
  const comesIn = async (tweak: (claims: Claims) => void, roles: string[] = [`${MEMBERSHIP}#${lis}`]) => {
    const answer = await door.launch((claims) => {
      // Each kind of person is somebody else: an instructor who comes as a learner is in student view.
      Object.assign(claims, { sub: `${who}-1`, [claim('roles')]: roles })
      tweak(claims)
    })
    expect(pageOf(answer)).toMatchObject({ status: 200, code: '' })
    const [arrival] = way.arrivals
    if (!arrival) throw new Error('nobody arrived')
    const member = await way.courses.member(arrival.run, arrival.user)
    return { role: arrival.role, text: answer.text, name: member?.name, email: member?.email, hasMember: member !== undefined }
  }
  it(`Launch LTI 1.3 Message as ${who}`, async () => {
    const came = await comesIn(person({ ...NAMES, ...EMAIL }))
    expect(came).toMatchObject({ role, name: NAMES.name, email: EMAIL.email })
    expect(came.text).toContain(`href="${leadsTo}`)
  })
  it(`Launch ${who} with Multiple Roles`, async () => {
    const also = who === 'Instructor' ? ['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Faculty', `${MEMBERSHIP}#Learner`] : ['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student']
    expect(await comesIn(person(NAMES), [...also, `${MEMBERSHIP}#${lis}`])).toMatchObject({ role })
  })
  it(`Launch ${who} with Short Role`, async () => {
    expect(await comesIn(person(NAMES), [lis])).toMatchObject({ role })
  })
  it(`Launch ${who} with Unknown Role: nobody is trusted with more than taking part`, async () => {
    expect(await comesIn(having('sub', `unknown-${who}`), [`${MEMBERSHIP}#${who}Unknown`])).toMatchObject({ role: 'participant' })
  })
  it(`Launch ${who} with No Role: an empty list is a participant's`, async () => {
    expect(await comesIn(having('sub', `none-${who}`), [])).toMatchObject({ role: 'participant' })
  })
  it(`Launch ${who} Email Only`, async () => {
    expect(await comesIn(person(EMAIL))).toMatchObject({ role, name: undefined, email: EMAIL.email, hasMember: true })
  })
  it(`Launch ${who} Names Only`, async () => {
    expect(await comesIn(person(NAMES))).toMatchObject({ role, name: NAMES.name, email: undefined })
  })
  it(`Launch ${who} Names Only, in parts: put together, and blanks are no name`, async () => {
    expect(await comesIn(person({ given_name: ' Ana María ', family_name: 'Ruiz' }))).toMatchObject({ name: 'Ana María Ruiz', hasMember: true })
    way.arrivals.length = 0
    expect(await comesIn(person({ name: '  ', given_name: '', family_name: 'Ruiz', email: ' ' }))).toMatchObject({ name: 'Ruiz', email: undefined })
    way.arrivals.length = 0
    expect(await comesIn(person({ name: ' ', given_name: null }))).toMatchObject({ name: undefined, hasMember: true })
  })
  it(`Launch ${who} No PII`, async () => {
    const came = await comesIn(anonymous)
    expect(came).toMatchObject({ role, name: undefined, email: undefined, hasMember: true })
    expect(came.text).not.toContain('undefined')
  })
  it(`Launch ${who} with Email Without Context`, async () => {
    expect(await comesIn((claims) => (person(EMAIL)(claims), without(claim('context'))(claims)))).toMatchObject({ role, email: EMAIL.email })
  })
})
