import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { commandOf } from '../../src/command.js'
import { readConfig } from '../../src/config.js'
import { createRegistrationLinks, createRegistry, platformCommand, toolAddresses, type RegistrationLinks, type Registry } from '../../src/lti/index.js'
import { freshMongo, freshUri } from '../support/mongo.js'

let registry: Registry
let links: RegistrationLinks
const out: string[] = []
const err: string[] = []
beforeEach(async () => {
  const mongo = await freshMongo()
  ;[registry, links] = await Promise.all([createRegistry(mongo), createRegistrationLinks(mongo, () => new Date())])
  out.length = err.length = 0
})

const run = (...args: string[]): Promise<number> => platformCommand(args, { registry, links, publicUrl: 'https://keyroom.example', print: (line) => void out.push(line), complain: (line) => void err.push(line) })
const FULL = ['--issuer', 'https://lms.example', '--client-id', 'c1', '--deployment', '1', '--auth-url', 'https://lms.example/auth', '--token-url', 'https://lms.example/token', '--jwks-url', 'https://lms.example/keys']
const without = (name: string): string[] => FULL.filter((part, index) => part !== name && FULL[index - 1] !== name)

describe('keyroom platform add', () => {
  it('registers, and tells what to enter at the LMS', async () => {
    expect(await run('add', ...FULL)).toBe(0)
    expect(await registry.list()).toMatchObject([{ issuer: 'https://lms.example', clientId: 'c1', deployments: ['1'], authUrl: 'https://lms.example/auth', tokenUrl: 'https://lms.example/token', jwksUrl: 'https://lms.example/keys', name: 'https://lms.example' }])
    const { login, launch, keys, icon } = toolAddresses('https://keyroom.example')
    for (const address of [login, launch, keys, icon]) expect(out.join('\n')).toContain(address)
    expect(err).toEqual([])
  })
  it('takes as many deployments as there are, each once', async () => {
    expect(await run('add', ...FULL, '--deployment', '2', '--deployment', '2', '--deployment', '3')).toBe(0)
    expect((await registry.list())[0]?.deployments).toEqual(['1', '2', '3'])
  })
  it('prints JSON, and nothing else, where asked', async () => {
    expect(await run('add', ...FULL, '--name', 'Our Moodle', '--json')).toBe(0)
    expect(JSON.parse(out.join('\n'))).toMatchObject({ platform: { name: 'Our Moodle', deployments: ['1'] }, tool: { login: 'https://keyroom.example/lti/login', launch: 'https://keyroom.example/lti/launch', keys: 'https://keyroom.example/lti/keys' } })
  })
  it('a second time changes what is there', async () => {
    await run('add', ...FULL)
    await run('add', ...without('--deployment'), '--deployment', '7', '--name', 'New')
    expect(await registry.list()).toMatchObject([{ deployments: ['7'], name: 'New' }])
  })
  it('a second time without an audience has none: tokens are asked for at their own address again', async () => {
    await run('add', ...FULL, '--token-audience', 'https://api.lms.example/token')
    expect((await registry.list())[0]?.tokenAudience).toBe('https://api.lms.example/token')
    await registry.change((await registry.list())[0]?._id ?? '', { instructorsAuthor: true })
    await run('add', ...FULL)
    expect(await registry.list()).toMatchObject([{ instructorsAuthor: true }])
    expect((await registry.list())[0]).not.toHaveProperty('tokenAudience')
  })
  it('another client of the same issuer stands beside the first', async () => {
    await run('add', ...FULL)
    await run('add', ...without('--client-id'), '--client-id', 'c2')
    expect((await registry.of('https://lms.example')).map(({ clientId }) => clientId).sort()).toEqual(['c1', 'c2'])
  })
  it.each(['--issuer', '--client-id', '--deployment', '--auth-url', '--token-url', '--jwks-url'])('without %s says so and registers nothing', async (name) => {
    expect(await run('add', ...without(name))).toBe(2)
    expect(err.join('\n')).toContain(`${name}:`)
    expect(err.join('\n')).toContain('keyroom platform add --issuer URL')
    expect([await registry.list(), out]).toEqual([[], []])
  })
  it.each([['--auth-url', 'javascript:alert(1)'], ['--token-url', 'lms.example/token'], ['--jwks-url', 'file:///etc/passwd'], ['--deployment', '']])('with %s %s says so and registers nothing', async (name, value) => {
    expect(await run('add', ...without(name), name, value)).toBe(2)
    expect(err.join('\n')).toContain(`${name}:`)
    expect(await registry.list()).toEqual([])
  })
  it('names an option that it doesn’t know', async () => {
    expect(await run('add', ...FULL, '--secret', 'x')).toBe(2)
    expect(err.join('\n')).toContain('--secret')
  })
})

describe('keyroom platform', () => {
  it('lists what is registered, in words and as JSON', async () => {
    expect(await run('list')).toBe(0)
    expect(out).toEqual(['No platform is registered.'])
    await run('add', ...FULL, '--deployment', '2', '--name', 'Our Moodle')
    out.length = 0
    await run('list')
    expect(out).toEqual(['Our Moodle  https://lms.example  c1  deployments 1, 2'])
    out.length = 0
    await run('list', '--json')
    expect(JSON.parse(out.join('\n'))).toMatchObject([{ clientId: 'c1', deployments: ['1', '2'] }])
  })
  it('removes one client, or all of an issuer; what isn’t there is said', async () => {
    await run('add', ...FULL)
    await run('add', ...without('--client-id'), '--client-id', 'c2')
    expect(await run('remove', '--issuer', 'https://lms.example', '--client-id', 'c1')).toBe(0)
    expect((await registry.of('https://lms.example')).map(({ clientId }) => clientId)).toEqual(['c2'])
    expect(await run('remove', '--issuer', 'https://lms.example')).toBe(0)
    expect(await run('remove', '--issuer', 'https://lms.example')).toBe(1)
    expect(out.at(-1)).toBe('No such platform.')
  })
  it.each([[[]], [['dance']], [['remove']]])('%j is not understood, and says how it goes', async (args) => {
    expect(await run(...args)).toBe(2)
    expect(err.join('\n')).toContain('keyroom platform list')
  })
})

describe('keyroom platform approve, disable, enable', () => {
  it('says who may come in, and that a running Keyroom knows soon', async () => {
    await run('add', ...FULL)
    await registry.add({ issuer: 'https://lms.example', clientId: 'c2', deployments: [], authUrl: 'https://lms.example/a', tokenUrl: 'https://lms.example/t', jwksUrl: 'https://lms.example/k', name: 'Second', state: 'pending' })
    out.length = 0
    await run('list')
    expect(out[1]).toBe('Second  https://lms.example  c2  deployments none  pending')
    expect(await run('disable', '--issuer', 'https://lms.example', '--client-id', 'c1')).toBe(0)
    expect(await run('approve', '--issuer', 'https://lms.example', '--client-id', 'c2')).toBe(0)
    expect(out.at(-1)).toBe('Approved Second. In effect within half a minute.')
    expect((await registry.list()).map(({ state }) => state)).toEqual(['disabled', 'active'])
    out.length = 0
    expect(await run('enable', '--issuer', 'https://lms.example', '--json')).toBe(0)
    expect(JSON.parse(out.join('\n'))).toEqual({ changed: 2, state: 'active' })
    expect(await run('approve', '--issuer', 'https://nobody.example')).toBe(1)
    expect(await run('approve')).toBe(2)
  })
  it('approves what waits and nothing else, and none unnamed beside another', async () => {
    const add = (clientId: string, state: 'pending' | 'disabled') => registry.add({ issuer: 'https://lms.example', clientId, deployments: [], authUrl: 'x', tokenUrl: 'x', jwksUrl: 'x', name: `Name of ${clientId}`, state })
    for (const clientId of ['ours', 'theirs']) await add(clientId, 'pending')
    await add('off', 'disabled')
    const states = async () => Object.fromEntries((await registry.list()).map(({ clientId, state }) => [clientId, state]))
    expect(await run('approve', '--issuer', 'https://lms.example')).toBe(1)
    expect(err.join('\n')).toMatch(/--client-id[^]*Name of ours[^]*Name of theirs/)
    expect(await run('approve', '--issuer', 'https://lms.example', '--client-id', 'off')).toBe(1)
    expect(await states()).toEqual({ ours: 'pending', theirs: 'pending', off: 'disabled' })
    expect(await run('enable', '--issuer', 'https://lms.example')).toBe(0)
    expect(await run('approve', '--issuer', 'https://lms.example', '--client-id', 'ours')).toBe(0)
    expect(await states()).toEqual({ ours: 'active', theirs: 'pending', off: 'active' })
    // Alone, it needs no more than its issuer.
    expect(await run('approve', '--issuer', 'https://lms.example')).toBe(0)
    expect((await states()).theirs).toBe('active')
  })
  it('a platform that is added by hand is let in, also where it waited', async () => {
    await registry.add({ issuer: 'https://lms.example', clientId: 'c1', deployments: [], authUrl: 'x', tokenUrl: 'x', jwksUrl: 'x', name: 'Waited', state: 'pending' })
    await run('add', ...FULL)
    expect(await registry.list()).toMatchObject([{ state: 'active', deployments: ['1'] }])
  })
})

describe('keyroom platform link', () => {
  it('prints a link that can be used once, bound to an issuer where one is named', async () => {
    expect(await run('link', '--issuer', 'https://lms.example', '--name', 'Ours', '--trust', '--json')).toBe(0)
    const { link } = JSON.parse(out.join('\n')) as { link: string }
    expect(link).toMatch(/^https:\/\/keyroom\.example\/lti\/register\?token=[\w-]{43}$/)
    expect(await links.look(link.split('=')[1] ?? '')).toMatchObject({ issuer: 'https://lms.example', name: 'Ours', trust: true })
    expect(await run('link')).toBe(0)
    expect(out.at(-1)).toContain('waits for your approval')
  })
  it('for an issuer that is no address is not made', async () => {
    expect(await run('link', '--issuer', 'our moodle')).toBe(2)
    expect(err.join('\n')).toContain('--issuer:')
    expect(await links.waiting()).toEqual([])
  })
})

it('keyroom keys rotate makes a key that signs later; keyroom keys shows the one that signs', async () => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-keys-'))
  const config = readConfig({ KEYROOM_DEMO: '1', LOG_LEVEL: 'silent', MONGODB_URI: freshUri(), DATA_DIR: dataDir })
  const keys = async (...args: string[]): Promise<unknown> => {
    out.length = 0
    expect(await commandOf('keys')?.([...args, '--json'], { config, print: (line) => void out.push(line), complain: (line) => void err.push(line) })).toBe(0)
    return JSON.parse(out.join('\n'))
  }
  const before = (await keys()) as { tool: { kid: string } }
  const made = (await keys('rotate')) as { kid: string }
  expect(made.kid).not.toBe(before.tool.kid)
  expect(await keys()).toMatchObject({ tool: { kid: before.tool.kid } })
  expect(await commandOf('keys')?.(['burn'], { config, print: () => undefined, complain: () => undefined })).toBe(2)
  await rm(dataDir, { recursive: true, force: true })
})
