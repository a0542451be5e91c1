import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/keyroom.js'
import { freshUri } from '../support/mongo.js'
import { spawnPart, untilReady, type Running } from '../support/process.js'

const folders: string[] = []
const folder = async (): Promise<string> => {
  const made = await mkdtemp(path.join(os.tmpdir(), 'keyroom-demo-'))
  folders.push(made)
  return made
}
afterAll(() => Promise.all(folders.map((each) => rm(each, { recursive: true, force: true }))))

const ended = async ({ child, output }: Running): Promise<{ code: number | null; said: string }> => {
  while (child.exitCode === null && child.signalCode === null) await sleep(50)
  return { code: child.exitCode, said: output() }
}
const says = async (part: Running, words: RegExp): Promise<string> => {
  for (;;) {
    const found = words.exec(part.output())
    if (found) return found[0]
    if (part.child.exitCode !== null) throw new Error(`It ended with ${part.child.exitCode}: ${part.output()}`)
    await sleep(50)
  }
}
const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)))
    socket.once('error', () => resolve(false))
  })

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('npm run demo', () => {
  let env: Record<string, string>
  let ports: number[]
  beforeAll(async () => {
    ports = [await freePort(), await freePort()]
    env = { PORT: String(ports[0]), DEMO_LMS_PORT: String(ports[1]), DATA_DIR: await folder() }
  })

  it('says who to sign in as, ends with the one link, and is all there; Ctrl-C stops all of it; a second run keeps what was there', async () => {
    const first = spawnPart('scripts/demo.mjs', env)
    expect(await says(first, /^Ready: .*$/m)).toBe(`Ready: http://127.0.0.1:${ports[1]}/`)
    expect(first.output()).toMatch(/Ada Okafor[^]*Tomás Oliveira[^]*Margit Halász/)
    const people = await (await fetch(`http://127.0.0.1:${ports[1]}/`)).text()
    expect(people.match(/<button name="person"/g)).toHaveLength(19)
    await first.kill('SIGINT')
    expect(await ended(first)).toMatchObject({ code: 0 })
    expect(await Promise.all(ports.map(isListening))).toEqual([false, false])

    const second = spawnPart('scripts/demo.mjs', env)
    await says(second, /^Ready: .*$/m)
    expect(second.output()).not.toMatch(/Importing|importing|history/)
    const lms = await (await fetch(`http://127.0.0.1:${ports[1]}/session`, { method: 'POST', body: new URLSearchParams({ person: '12' }), redirect: 'manual' })).headers.getSetCookie()
    const gradebook = await (await fetch(`http://127.0.0.1:${ports[1]}/gradebook`, { headers: { cookie: lms[0]?.split(';')[0] ?? '' } })).text()
    expect(gradebook).toMatch(/class="points"/)

    // Killed outright: nothing is left behind that would be in the way of the next start.
    await second.kill('SIGKILL')
    await expect.poll(async () => (await Promise.all(ports.map(isListening))).includes(true), { timeout: 30_000 }).toBe(false)
    const third = spawnPart('scripts/demo.mjs', env)
    await says(third, /^Ready: .*$/m)
    await third.kill('SIGTERM')
  }, 240_000)

  it('says plainly that a port is taken, and stops with it', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const port = (taken.address() as net.AddressInfo).port
    const { code, said } = await ended(spawnPart('scripts/demo.mjs', { ...env, PORT: String(port), DATA_DIR: await folder() }))
    taken.close()
    expect(said).toContain(`Port ${port} is taken`)
    expect(code).toBe(1)
  })
  it('says plainly that browsers refuse a port', async () => {
    const { code, said } = await ended(spawnPart('scripts/demo.mjs', { ...env, PORT: '4190', DATA_DIR: await folder() }))
    expect(said).toContain('Port 4190 can\'t be used')
    expect(code).toBe(1)
  })
  it('says plainly that the data folder is none', async () => {
    const file = path.join(await folder(), 'a-file')
    await writeFile(file, '')
    const { code, said } = await ended(spawnPart('scripts/demo.mjs', { ...env, DATA_DIR: file }))
    expect(said).toMatch(/data folder .*a-file/)
    expect(code).toBe(1)
  })
  it('says plainly that there is no mongod to be had', async () => {
    const { code, said } = await ended(spawnPart('scripts/demo.mjs', { ...env, DATA_DIR: await folder(), MONGOD_BINARY: '/nowhere/mongod' }))
    expect(said).toMatch(/MONGOD_BINARY/)
    expect(said).not.toMatch(/\n\s+at /)
    expect(code).toBe(1)
  })
  it('says plainly that the data can’t be read', async () => {
    const dataDir = await folder()
    await mkdir(path.join(dataDir, 'mongo', 'data'), { recursive: true })
    for (const name of ['WiredTiger', 'WiredTiger.wt', 'WiredTiger.turtle', 'storage.bson']) await writeFile(path.join(dataDir, 'mongo', 'data', name), 'not a database')
    const { code, said } = await ended(spawnPart('scripts/demo.mjs', { ...env, DATA_DIR: dataDir }))
    expect(said).toMatch(/can ?not read|can't be read/)
    expect(code).toBe(1)
  })
})

describe('npm start', () => {
  it('refuses to start without a strong secret and an address, and names both', async () => {
    const { code, said } = await ended(spawnPart('dist/main.js', { KEYROOM_SECRET: 'weak', NODE_ENV: 'production' }))
    expect(said).toMatch(/KEYROOM_SECRET must be at least 32/)
    expect(said).toMatch(/PUBLIC_URL must be/)
    expect(code).toBe(1)
  })
  it('starts in production by its environment, answers, and stops cleanly', async () => {
    const port = await freePort()
    const dataDir = await folder()
    const part = spawnPart('dist/main.js', { PORT: String(port), PUBLIC_URL: 'https://keyroom.example.edu', KEYROOM_SECRET: 'q3Zt7Lx0aBc9Wm2Rk8Vn4Ys6Pd1Fh5Gj', MONGODB_URI: freshUri(), DATA_DIR: dataDir })
    await untilReady(part, `http://127.0.0.1:${port}/readyz`)
    const page = await fetch(`http://127.0.0.1:${port}/none`, { headers: { accept: 'text/html' } })
    expect(page.status).toBe(404)
    expect(page.headers.get('strict-transport-security')).toMatch(/max-age/)
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'/)
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain('keyroom_http_answers_total')
    await part.kill('SIGTERM')
    expect(await ended(part)).toMatchObject({ code: 0 })
    expect(await readdir(dataDir)).not.toContain('mongo')
  })
  it.each(['SIGINT', 'SIGTERM'] as const)('takes its mongod along when %s comes before it is up', async (signal) => {
    const dataDir = await folder()
    const part = spawnPart('dist/main.js', { KEYROOM_DEMO: '1', PORT: String(await freePort()), DATA_DIR: dataDir })
    const mongod = (): Promise<number> => readFile(path.join(dataDir, 'mongo/running.json'), 'utf8').then((text) => (JSON.parse(text) as { pid: number }).pid, () => 0)
    await expect.poll(mongod, { timeout: 30_000, interval: 20 }).toBeGreaterThan(0)
    const pid = await mongod()
    part.child.kill(signal)
    expect((await ended(part)).said).not.toContain('Keyroom answers')
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false)
  }, 60_000)
  it('says plainly that the database can’t be reached, without its password', async () => {
    const { code, said } = await ended(spawnPart('dist/main.js', {
      KEYROOM_DEMO: '1', PORT: String(await freePort()), DATA_DIR: await folder(), MONGODB_URI: `mongodb://keyroom:hush-hush@127.0.0.1:${await freePort()}/keyroom?replicaSet=none&serverSelectionTimeoutMS=1500`,
    }))
    expect(said).toMatch(/MongoDB at .* can't be used/)
    expect(said).not.toContain('hush-hush')
    expect(code).toBe(1)
  }, 120_000)
})

describe('the command line', () => {
  const run = async (args: string[], env: Record<string, string>) => ended(spawnPart('bin/keyroom.js', { KEYROOM_DEMO: '1', ...env }, args))
  let env: Record<string, string>
  beforeAll(async () => {
    env = { MONGODB_URI: freshUri(), DATA_DIR: await folder() }
  })
  it('registers a platform, imports, lists and exports a course, rebuilds, shows keys, and looks over itself', async () => {
    const platform = await run(['platform', 'add', '--issuer', 'https://lms.example', '--client-id', 'c1', '--deployment', '1', '--deployment', '2', '--auth-url', 'https://lms.example/a', '--token-url', 'https://lms.example/t', '--jwks-url', 'http://127.0.0.1:9/j', '--json'], env)
    expect(JSON.parse(platform.said)).toMatchObject({ platform: { issuer: 'https://lms.example', deployments: ['1', '2'] }, tool: { login: expect.stringContaining('/lti/login') as string } })
    expect(platform.code).toBe(0)
    expect((await run(['course', 'import', 'h5p-content/demo-course'], env)).said).toMatch(/Imported “Active Learning/)
    expect(JSON.parse((await run(['course', 'list', '--json'], env)).said)).toMatchObject([{ slug: 'active-learning' }])
    const out = path.join(await folder(), 'out')
    expect((await run(['course', 'export', 'active-learning', out], env)).code).toBe(0)
    expect((await readdir(out)).sort()).toEqual(['course.yaml', 'h5p'])
    expect(JSON.parse((await run(['course', 'check', out, '--json'], env)).said)).toMatchObject({ ok: true, faults: [] })
    expect((await run(['rebuild', '--dry-run'], env)).said).toMatch(/0 differed/)
    expect(JSON.parse((await run(['keys', '--json'], env)).said)).toMatchObject({ tool: { pem: expect.stringContaining('PUBLIC KEY') as string }, issuer: { id: expect.stringMatching(/^did:web:/) as string } })
    const doctor = await run(['doctor', '--json'], env)
    expect(doctor.code).toBe(1) // the key set of that platform can't be read, and it says so
    expect(JSON.parse(doctor.said)).toEqual(expect.arrayContaining([expect.objectContaining({ ok: false, what: expect.stringContaining('key set') as string })]))
  }, 120_000)
  it('says what it takes when it isn’t understood', async () => {
    for (const args of [['nonsense'], ['course', 'import'], ['rebuild', '--colour']]) {
      const { code, said } = await run(args, env)
      expect(said, args.join(' ')).toMatch(/keyroom/)
      expect(code, args.join(' ')).toBe(2)
    }
  }, 120_000)
  it('names file, line and field of what is wrong with a course', async () => {
    const dir = await folder()
    await writeFile(path.join(dir, 'course.yaml'), 'format: keyroom-course/1\nslug: x y\ntitel: X\n')
    const { code, said } = await run(['course', 'check', dir], env)
    expect(said).toMatch(/course\.yaml:2:\d+ slug: must be/)
    expect(said).toMatch(/course\.yaml:3:\d+ titel: is not a field of the format\. Did you mean "title"\?/)
    expect(code).toBe(1)
  })
})
