import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ConfigFault, readConfig } from '../../src/config.js'

const good = { PUBLIC_URL: 'https://keyroom.example.edu/', KEYROOM_SECRET: 'q3Zt7Lx0aBc9Wm2Rk8Vn4Ys6Pd1Fh5Gj' }
const faultsOf = (env: NodeJS.ProcessEnv): string[] => {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults
    throw error
  }
  return []
}

it('takes an address without its slash, and fills in the rest', () => {
  expect(readConfig(good)).toMatchObject({ publicUrl: 'https://keyroom.example.edu', port: 3000, demo: false })
})
it.each([[undefined], [''], ['short'], ['a'.repeat(64)], ['please-change-me-please-change-me-1234567890'], ['demo-secret-for-one-machine-only-never-in-production']])(
  'refuses the secret %j outside a demo',
  (secret) => {
    expect(faultsOf({ ...good, KEYROOM_SECRET: secret })).toEqual([expect.stringContaining('KEYROOM_SECRET must be')])
  },
)
it('names every fault at once', () => {
  const faults = faultsOf({ PORT: 'x', MONGODB_URI: 'mysql://', PUBLIC_URL: 'ftp://a', LOG_LEVEL: 'loud', POLICY_URL: 'javascript:alert(1)', CONTACT_EMAIL: 'nobody' })
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual(expect.arrayContaining(['PORT', 'MONGODB_URI', 'PUBLIC_URL', 'LOG_LEVEL', 'KEYROOM_SECRET', 'POLICY_URL', 'CONTACT_EMAIL']))
})
it('says of who runs it what is set, and no more', () => {
  expect(readConfig({ ...good, POLICY_URL: 'https://uni.example/privacy', CONTACT_EMAIL: 'keyroom@uni.example', TERMS_URL: '' }).about).toEqual({ policy: 'https://uni.example/privacy', contact: 'keyroom@uni.example' })
})
it('needs nothing in a demo', () => {
  expect(readConfig({ KEYROOM_DEMO: '1' })).toMatchObject({ demo: true, publicUrl: 'http://localhost:3000' })
})
it('.env.example has every variable that is read, and no other', () => {
  const config = readFileSync('src/config.ts', 'utf8')
  const read = [...config.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name).filter((name) => name !== 'NODE_ENV')
  const named = [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name)
  expect(read.length).toBeGreaterThan(8)
  expect([...named].sort()).toEqual([...read, 'DEMO_LMS_PORT', 'DEMO_LMS_STORAGE', 'CHROMIUM_PATH'].sort())
})
