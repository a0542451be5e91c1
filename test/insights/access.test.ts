import { beforeAll, describe, expect, it } from 'vitest'
import { aWorld, h5p, type World } from './world.js'

let world: World
let learner: string
beforeAll(async () => {
  world = await aWorld()
  const ana = await world.learner('Ana')
  learner = ana.user
  await ana.answers('film', 'a', 'essay: mine')
})
const ROUTES = [
  ['GET', '/'], ['GET', '/part'], ['GET', '/participants.csv'], ['GET', '/ladder'], ['GET', '/ladder/part'], ['GET', '/participants/USER'], ['GET', '/participants/USER/releases'],
  ['POST', '/participants/USER/releases'], ['POST', '/participants/USER/grade'], ['POST', '/grades'],
  ['GET', '/reviews/'], ['GET', '/reviews/USER/film/a'], ['POST', '/reviews/USER/film/a'],
] as const

describe.each(ROUTES)('%s %s', (method, route) => {
  const ask = async (base: string, staff: { token?: string }, room = 'library'): Promise<number> => {
    const headers: Record<string, string> = staff.token ? { authorization: `Bearer ${staff.token}` } : {}
    const body = method === 'POST' ? new URLSearchParams({ room, reason: 'because', 'level-0': '1', 'level-1': '1', tries: '1' }) : undefined
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
  const router = insightsRoutes({ kit: world.kit, courses: world.courses, ledger: world.ledger, play: world.play, h5p })
  type Stack = typeof router.stack
  const routesIn = (stack: Stack, prefix: string): string[] => stack.flatMap(({ route, handle }) => {
    const inside = (handle as { stack?: Stack }).stack
    if (inside) return routesIn(inside, '/reviews')
    return route ? route.stack.map(({ method }) => `${method.toUpperCase()} ${prefix}${route.path.replace(':user/:activity/:item', 'USER/film/a').replace(':user', 'USER')}`) : []
  })
  const made = routesIn(router.stack, '')
  expect(made.sort()).toEqual(ROUTES.map(([method, path]) => `${method} ${path}`).sort())
})
it('a refused participant gets a page in words', async () => {
  const { status, text } = await world.as('participant').get(`/insights/${world.run}/`)
  expect(status).toBe(403)
  expect(text).toContain('<h1>')
  expect(text).not.toContain('Ana')
})
