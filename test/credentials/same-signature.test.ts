import request from 'supertest'
import { beforeAll, expect, it } from 'vitest'
import { freshMongo } from '../support/mongo.js'
import { aWorld, type World } from './world.js'

/** The signature is over what a document means (RDF), the page shows how it is written: these mean what was signed, and read otherwise. */
type Node = Record<string, unknown>
const OB = 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#'
const STATUS = 'https://www.w3.org/ns/credentials/status#'
const TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'
/** As Open Badges' context has it. */
const XSD = 'https://www.w3.org/2001/XMLSchema#'

let world: World
let original: Node
let revoked: Node
beforeAll(async () => {
  world = await aWorld({ mongo: await freshMongo() })
  original = await world.json(await world.holds('ana', { name: 'Ana Ruiz', email: 'ana@uni.example' }))
  const taken = await world.holds('rita', { name: 'Rita' })
  await world.credentials.revoke(taken, 'Handed in by another', 'admin')
  revoked = await world.json(taken)
})

const verify = async (document: Node): Promise<string> =>
  (await request(world.app).post('/verify').type('form').set('Accept', 'text/html').send({ credential: JSON.stringify(document) })).text
const stateOf = (page: string): string | undefined => /data-state="([^"]+)"/.exec(page)?.[1]
const subjectOf = (document: Node): Node => document.credentialSubject as Node
const changed = (document: Node, change: (copy: Node) => void): Node => {
  const copy = structuredClone(document)
  change(copy)
  return copy
}

it('a credential brought along is shown as it was issued', async () => {
  expect(stateOf(await verify(original))).toBe('valid')
  expect(stateOf(await verify(revoked))).toBe('revoked')
})

it('nobody puts their own name on another’s credential', async () => {
  const mine = changed(original, (copy) => {
    const [email, name] = subjectOf(copy).identifier as Node[]
    subjectOf(copy).identifier = [email, {
      '@context': { identityHash: '@index', hashed: { '@id': `${OB}hashed`, '@type': `${XSD}boolean` }, identityType: `${OB}identityType` },
      [TYPE]: { '@id': `${OB}IdentityObject` }, hashed: false, identityType: 'name', identityHash: 'Mallory', [`${OB}identityHash`]: name?.identityHash,
    }]
  })
  const page = await verify(mine)
  expect(page).not.toContain('Mallory')
  expect(stateOf(page)).toBe('changed')
})

it('nobody takes the name off another’s credential', async () => {
  const nobodys = [
    changed(original, (copy) => {
      const { identifier, ...rest } = subjectOf(copy)
      copy.credentialSubject = { ...rest, [`${OB}identifier`]: identifier }
    }),
    changed(original, (copy) => {
      const { identifier, ...rest } = subjectOf(copy)
      copy.credentialSubject = { ...rest, '@nest': { identifier } }
    }),
    changed(original, (copy) => {
      const { identifier, ...rest } = subjectOf(copy)
      copy.credentialSubject = { ...rest, '@context': { who: { '@id': `${OB}identifier`, '@container': '@set' } }, who: identifier }
    }),
  ]
  for (const document of nobodys) expect(stateOf(await verify(document))).toBe('changed')
})

it('nobody makes a better score of theirs', async () => {
  const better = changed(original, (copy) => {
    const [result] = subjectOf(copy).result as Node[]
    subjectOf(copy).result = [{
      '@context': { value: '@index', resultDescription: { '@id': `${OB}resultDescription`, '@type': `${XSD}anyURI` } },
      [TYPE]: { '@id': `${OB}Result` }, resultDescription: result?.resultDescription, value: '100', 'https://schema.org/value': result?.value,
    }]
  })
  expect(stateOf(await verify(better))).toBe('changed')
})

it('nobody makes a revoked one valid again by naming another’s place in the list', async () => {
  const { id, statusPurpose, statusListIndex, statusListCredential } = revoked.credentialStatus as Record<string, string>
  const again = changed(revoked, (copy) => {
    copy.credentialStatus = {
      '@context': { statusListIndex: '@index', statusPurpose: `${STATUS}statusPurpose`, statusListCredential: { '@id': `${STATUS}statusListCredential`, '@type': '@id' } },
      id, type: `${STATUS}BitstringStatusListEntry`, statusPurpose, statusListCredential,
      statusListIndex: String((Number(statusListIndex) + 1) % 131_072), [`${STATUS}statusListIndex`]: statusListIndex,
    }
  })
  expect(stateOf(await verify(again))).toBe('changed')
})
