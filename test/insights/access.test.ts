import { beforeAll, describe, expect, it } from 'vitest'
import { aWorld, type World } from './world.js'

let world: World
let learner: string
beforeAll(async () => {
  world = await aWorld()
  learner = (await world.learner('Ana')).user
})
const ROUTES = [
  ['GET', '/'], ['GET', '/part'], ['GET', '/participants.csv'], ['GET', '/ladder'], ['GET', '/ladder/part'], ['GET', '/participants/USER'], ['GET', '/participants/USER/releases'],
  ['POST', '/participants/USER/releases'], ['POST', '/participants/USER/grade'], ['POST', '/grades'],
] as const

describe.each(ROUTES)('%s %s', (method, route) => {
  const ask = async (base: string, staff: { token?: string }, room = 'library'): Promise<number> => {
    const headers: Record<string, string> = staff.token ? { authorization: `Bearer ${staff.token}` } : {}
    const body = method === 'POST' ? new URLSearchParams({ room, reason: 'because' }) : undefined
    return (await fetch(`${world.url}${base}${route.replace('USER', learner)}`, { method, headers: { accept: 'text/html', ...headers }, body, redirect: 'manual' })).status
  }
  it('is not for a participant', async () => expect(await ask(`/insights/${world.run}`, world.as('participant', { user: learner }))).toBe(403))
  it('is not for staff of another run', async () => expect(await ask(`/insights/${world.run}`, world.as('instructor', { run: 'another' }))).toBe(401))
  it('is not for who has no session', async () => expect(await ask(`/insights/${world.run}`, {})).toBe(401))
  it.each([['instructor', 'library'], ['author', 'stage']] as const)('is for an %s', async (role, room) => expect(await ask(`/insights/${world.run}`, world.as(role), room)).toBeLessThan(400))
})
describe.each(ROUTES.filter(([method]) => method === 'POST'))('%s %s', (_, route) => {
  it('from another site changes nothing', async () => {
    const { status } = await world.as('instructor').post(`/insights/${world.run}${route.replace('USER', learner)}`, { _csrf: '' })
    expect(status).toBe(403)
  })
})

it('there is no route that this table lacks', async () => {
  const { insightsRoutes } = await import('../../src/insights/index.js')
  const router = insightsRoutes({ kit: world.kit, courses: world.courses, ledger: world.ledger, play: world.play })
  const made = router.stack.flatMap(({ route }) => (route ? route.stack.map(({ method }) => `${method.toUpperCase()} ${route.path.replace(':user', 'USER')}`) : []))
  expect(made.sort()).toEqual(ROUTES.map(([method, path]) => `${method} ${path}`).sort())
})
it('a refused participant gets a page in words', async () => {
  const { status, text } = await world.as('participant').get(`/insights/${world.run}/`)
  expect(status).toBe(403)
  expect(text).toContain('<h1>')
  expect(text).not.toContain('Ana')
})
