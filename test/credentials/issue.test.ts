import { createHash } from 'node:crypto'
import request from 'supertest'
import { beforeAll, describe, expect, it } from 'vitest'
import { freshMongo } from '../support/mongo.js'
import { addressOfDid, aVerifier, bitsOf } from './verifier.js'
import { aCourse, aWorld, completed, PLAYED, roomCompleted, type IssuedJson, type World } from './world.js'

let world: World
let id: string
let credential: IssuedJson
let stranger: ReturnType<typeof aVerifier>
const ANA = { name: 'Ana Ruiz', email: 'Ana.Ruiz@uni.example' }

beforeAll(async () => {
  world = await aWorld({ mongo: await freshMongo() })
  id = await world.holds('ana', ANA)
  credential = await world.json(id)
  stranger = aVerifier(world.app)
})

describe('a finished course', () => {
  it('brings a credential that the stock library verifies from what is served alone', async () => {
    const { verified, error } = await stranger.verify(credential)
    expect(error).toBeUndefined()
    expect(verified).toBe(true)
  })
  it('is told to the ledger, with the credential’s id', async () => {
    const { credentials } = await world.ledger.standing(world.run, 'ana')
    expect(credentials.issued.course).toMatchObject({ credential: id })
    expect((await world.ledger.events(world.run, 'ana')).filter(({ type }) => type === 'issued')).toHaveLength(1)
  })
  it('is named with what was done, by whom, when and on whose word', () => {
    expect(credential).toMatchObject({
      id: `https://keyroom.example/verify/${id}`,
      type: ['VerifiableCredential', 'AchievementCredential'],
      name: 'Designing for Active Learning',
      issuer: { id: 'did:web:keyroom.example:issuers:keyroom', type: ['Profile'], name: 'University of the House' },
      validFrom: '2026-05-12T10:00:00.000Z',
      credentialSubject: {
        type: ['AchievementSubject'],
        achievement: {
          criteria: { narrative: 'Both rooms completed, with the answers **scored by the server**.' },
          alignment: [{ targetName: 'Explain what makes learning active.' }, { targetName: 'Design an activity from an outcome.' }],
          resultDescription: [{ resultType: 'Percent', valueMax: '100' }],
        },
        result: [{ value: '91.67' }],
      },
      evidence: [
        { name: 'The screening room', genre: 'verified', narrative: '- Check \\*the\\* ground: 5 of 6 points, scored by the server' },
        { name: 'The library', genre: 'self-reported', narrative: '- Tell a colleague: done, self-reported' },
      ],
    })
  })
  it('names its holder by a salted fingerprint of the e-mail address, which is nowhere in clear', () => {
    const [email, name] = credential.credentialSubject.identifier ?? []
    expect(JSON.stringify(credential).toLowerCase()).not.toContain('ana.ruiz@')
    expect(email).toMatchObject({ identityType: 'emailAddress', hashed: true })
    expect(email?.identityHash).toBe(`sha256$${createHash('sha256').update(`ana.ruiz@uni.example${email?.salt}`).digest('hex')}`)
    expect(name).toEqual({ type: 'IdentityObject', identityType: 'name', hashed: false, identityHash: 'Ana Ruiz' })
    expect(credential.credentialSubject.id).toBeUndefined()
  })
  it('names a holder without an e-mail address by a pseudonym', async () => {
    const other = await world.json(await world.holds('ben'))
    expect(other.credentialSubject.identifier).toBeUndefined()
    expect(other.credentialSubject.id).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(JSON.stringify(other)).not.toContain('"ben"')
    expect((await stranger.verify(other)).verified).toBe(true)
  })
})

describe('what the official schema and its validators ask', () => {
  it('is there: contexts in order, a list of proofs, a schema that is known', () => {
    expect(credential['@context']).toEqual([
      'https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json', 'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json',
    ])
    expect(credential.proof).toMatchObject([{ type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022', proofPurpose: 'assertionMethod' }])
    expect(credential.credentialSchema).toEqual([{ id: 'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json', type: '1EdTechJsonSchemaValidator2019' }])
  })
  it('has each part’s needed fields, and no other in the closed ones', () => {
    const subject = credential.credentialSubject
    for (const identity of subject.identifier ?? []) expect(Object.keys(identity).filter((key) => !['type', 'hashed', 'identityHash', 'identityType', 'salt'].includes(key))).toEqual([])
    for (const field of ['id', 'type', 'criteria', 'description', 'name']) expect(subject.achievement).toHaveProperty(field)
    expect(credential.credentialStatus).toMatchObject({ id: expect.stringContaining('#'), type: 'BitstringStatusListEntry', statusPurpose: 'revocation' })
  })
  it('is one proof by a key that the issuer’s document names for assertions', async () => {
    const { did, document } = { did: credential.issuer.id, document: (await stranger.read(addressOfDid(credential.issuer.id))) as { id: string; assertionMethod: string[]; verificationMethod: { controller: string }[] } }
    expect(document.id).toBe(did)
    expect(document.assertionMethod).toContain(credential.proof[0]?.verificationMethod)
    expect(document.verificationMethod.map(({ controller }) => controller)).toEqual([did])
    expect(JSON.stringify(document)).not.toMatch(/secret|private/i)
  })
})

/** Each word of a document, with the way to change it. */
const words = (value: unknown, path: string[] = []): { path: string[]; value: string | boolean }[] => {
  if (typeof value === 'string' || typeof value === 'boolean') return [{ path, value }]
  return Object.entries(value as object).flatMap(([key, each]) => words(each, [...path, key]))
}
const changed = (document: object, path: string[], value: string | boolean): object => {
  const copy = structuredClone(document)
  const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy as Record<string, unknown>)
  parent[path.at(-1) ?? ''] = typeof value === 'boolean' ? !value : `${value.slice(0, -1)}${value.endsWith('x') ? 'y' : 'x'}`
  return copy
}

describe('a credential that somebody changed', () => {
  it('fails with the stock library, whichever word it is', async () => {
    const all = words(credential)
    expect(all.length).toBeGreaterThan(60)
    for (const { path, value } of all) {
      const { verified } = await stranger.verify(changed(credential, path, value))
      expect(verified, path.join('.')).toBe(false)
    }
  }, 60_000)
  it('fails with a word added, and with one left out', async () => {
    expect((await stranger.verify({ ...credential, awardedDate: '2020-01-01T00:00:00Z' })).verified).toBe(false)
    expect((await stranger.verify({ ...credential, credentialStatus: undefined })).verified).toBe(false)
  })
})

describe('the status list', () => {
  const listOf = async (of: IssuedJson) => (await stranger.read(of.credentialStatus.statusListCredential)) as { credentialSubject: { encodedList: string; statusPurpose: string }; id: string }
  it('is a signed credential of at least 131,072 entries', async () => {
    const list = await listOf(credential)
    expect((await stranger.verify(list)).verified).toBe(true)
    expect(list.id).toBe(credential.credentialStatus.statusListCredential)
    expect(bitsOf(list.credentialSubject.encodedList).entries).toBeGreaterThanOrEqual(131_072)
    expect((await stranger.verify({ ...list, credentialSubject: { ...list.credentialSubject, encodedList: 'uH4sI' } })).verified).toBe(false)
  })
  it('shows a revocation at once in its bit, and leaves the others alone', async () => {
    const [mine, theirs] = [await world.holds('carla'), await world.holds('dan')]
    const [one, two] = [await world.json(mine), await world.json(theirs)]
    const bit = async (of: IssuedJson): Promise<boolean> => bitsOf((await listOf(of)).credentialSubject.encodedList).isSet(Number(of.credentialStatus.statusListIndex))
    expect([await bit(one), await bit(two)]).toEqual([false, false])
    await world.credentials.revoke(mine, 'Issued by mistake', 'admin')
    expect([await bit(one), await bit(two)]).toEqual([true, false])
    expect((await stranger.verify(await listOf(one))).verified).toBe(true)
  })
  it('has a place of its own for each credential', async () => {
    const learners = Array.from({ length: 20 }, (_, n) => `many-${n}`)
    await Promise.all(learners.map((learner) => world.finishes(learner)))
    for (const learner of learners) expect((await world.settled(learner)).state).toBe('delivered')
    const places = await Promise.all((await world.credentials.list({ run: world.run })).map(async (held) => (await world.json(held.id)).credentialStatus))
    expect(new Set(places.map(({ statusListIndex, statusListCredential }) => `${statusListCredential} ${statusListIndex}`)).size).toBe(places.length)
    expect(places.length).toBeGreaterThan(learners.length)
  }, 60_000)
  it('is not there for a number that no credential points to', async () => {
    for (const list of ['7', '-1', 'x', '1e9']) expect((await request(world.app).get(`/issuers/keyroom/status/${list}`)).status).toBe(404)
  })
})

describe('work that only the browser vouches for', () => {
  it('earns no credential where the author doesn’t allow it, and says why', async () => {
    const events = PLAYED.map((event) => (event.type === 'completed' ? completed('screening-room', 'quiz', { kind: 'self-reported' }) : event))
    await world.finishes('eve', {}, events)
    expect(await world.settled('eve')).toMatchObject({ state: 'failed', problem: { code: 'credentials/self-reported-only', text: expect.stringContaining('screening-room') } })
    expect(await world.credentials.of(world.run, 'eve')).toEqual([])
    expect((await world.ledger.standing(world.run, 'eve')).credentials.issued).toEqual({})
  })
  it('is no evidence beside choices that the server scored', async () => {
    const [first] = aCourse().rooms
    if (!first) throw new Error('the course has rooms')
    const choice = (name: string) => ({ id: name, title: name, content: name, outcomes: [], choice: true, pass: 0.6, selfReported: false })
    const course = aCourse({ id: 'choices@1', slug: 'choices', rooms: [{ ...first, choose: 1, activities: [choice('one'), choice('two')] }] })
    const there = await aWorld({ mongo: await freshMongo(), course })
    const end = [roomCompleted('screening-room'), { type: 'finished', data: { score: 80, max: 100 } }]
    const both = await there.json(await there.holds('ana', ANA, [completed('screening-room', 'one'), completed('screening-room', 'two', { kind: 'self-reported' }), ...end]))
    expect(both.evidence).toMatchObject([{ genre: 'verified', narrative: '- one: 5 of 6 points, scored by the server' }])
    await there.finishes('ben', ANA, [completed('screening-room', 'two', { kind: 'self-reported' }), ...end])
    expect((await there.settled('ben')).state).toBe('failed')
  })
  it('nor is there a credential for a course that isn’t finished', async () => {
    await world.finishes('fay', {}, PLAYED.slice(0, -1))
    expect(await world.settled('fay')).toMatchObject({ state: 'failed', problem: { code: 'credentials/not-finished' } })
  })
})

describe('an installation with a port', () => {
  it('has a did:web of its own, whose document is where the method says', async () => {
    const publicUrl = 'https://keyroom.example:8443'
    const there = await aWorld({ mongo: await freshMongo(), publicUrl })
    const its = await there.json(await there.holds('ana', ANA))
    expect(its.issuer.id).toBe('did:web:keyroom.example%3A8443:issuers:keyroom')
    expect(addressOfDid(its.issuer.id)).toBe(`${publicUrl}/issuers/keyroom/did.json`)
    expect((await aVerifier(there.app, publicUrl).verify(its)).verified).toBe(true)
  })
})
