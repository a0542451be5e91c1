import { beforeAll, describe, expect, it } from 'vitest'
import { aWorld, h5p, silent, type World } from './world.js'

let world: World
let learner: string
beforeAll(async () => {
  world = await aWorld()
  const ana = await world.learner('Ana')
  learner = ana.user
  await ana.answers('film', 'a', 'essay: mine')
  await world.courses.studentView(world.run, 'looks-on', { run: world.run, user: 'looks-on', platform: 'p', sub: '9', role: 'participant', lastLaunch: new Date() })
})
/** For mentors, who have none of the others. */
const MENTORS = [['GET', '/mentees/'], ['GET', '/mentees/USER']] as const
const ROUTES = [
  ['GET', '/'], ['GET', '/part'], ['GET', '/participants.csv'], ['GET', '/ladder'], ['GET', '/ladder/part'], ['GET', '/participants/USER'], ['GET', '/participants/USER/releases'],
  ['POST', '/participants/USER/releases'], ['POST', '/participants/USER/grade'], ['POST', '/grades'],
  ['GET', '/reviews/'], ['GET', '/reviews/USER/film/a'], ['POST', '/reviews/USER/film/a'],
  ['GET', '/grades/'], ['GET', '/grades/part'], ['GET', '/grades/compare'], ['POST', '/grades/compare'], ['GET', '/grades/columns'], ['POST', '/grades/columns'], ['POST', '/grades/retry'], ['GET', '/grades/send'], ['POST', '/grades/send'],
  ['GET', '/grades/retry'], ['GET', '/grades/USER/retry'], ['GET', '/grades/USER/send'], ['POST', '/grades/USER/send'], ['GET', '/grades/USER/reset'], ['POST', '/grades/USER/reset'], ['POST', '/grades/USER/retry'],
  ['GET', '/links/'], ['GET', '/links/take-part'], ['POST', '/links/take-part'],
] as const

describe.each(ROUTES)('%s %s', (method, route) => {
  const ask = async (base: string, staff: { token?: string }, room = 'library'): Promise<number> => {
    const headers: Record<string, string> = staff.token ? { authorization: `Bearer ${staff.token}` } : {}
    const body = method === 'POST' ? new URLSearchParams({ room, reason: 'because', user: 'looks-on', 'level-0': '1', 'level-1': '1', tries: '1' }) : undefined
    return (await fetch(`${world.url}${base}${route.replace('USER', learner)}`, { method, headers: { accept: 'text/html', ...headers }, body, redirect: 'manual' })).status
  }
  it('is not for a participant', async () => expect(await ask(`/insights/${world.run}`, world.as('participant', { user: learner }))).toBe(403))
  it('is not for staff of another run', async () => expect(await ask(`/insights/${world.run}`, world.as('instructor', { run: 'another' }))).toBe(401))
  it('is not for who has no session', async () => expect(await ask(`/insights/${world.run}`, {})).toBe(401))
  it.each([['instructor', 'library'], ['author', 'stage']] as const)('is for an %s', async (role, room) => expect(await ask(`/insights/${world.run}`, world.as(role), room)).toBeLessThan(400))
})
describe.each(MENTORS)('%s %s', (_method, route) => {
  const statusFor = async (role: 'participant' | 'instructor' | 'author' | 'mentor'): Promise<number> => (await world.as(role).get(`/insights/${world.run}${route.replace('USER', learner)}`)).status
  it.each(['participant', 'instructor', 'author'] as const)('is not for a %s', async (role) => expect(await statusFor(role)).toBe(403))
  it('shows a mentor of nobody no one', async () => expect(await statusFor('mentor')).toBe(route.includes('USER') ? 404 : 200))
})
it.each(ROUTES.filter(([method, route]) => method === 'GET' && route !== '/'))('%s %s is not for a mentor', async (_method, route) => {
  expect((await world.as('mentor').get(`/insights/${world.run}${route.replace('USER', learner)}`)).status).toBe(403)
})
describe.each(ROUTES.filter(([method]) => method === 'POST'))('%s %s', (_, route) => {
  it('from another site changes nothing', async () => {
    const { status } = await world.as('instructor').post(`/insights/${world.run}${route.replace('USER', learner)}`, { _csrf: '' })
    expect(status).toBe(403)
  })
})

it('there is no route that this table lacks', async () => {
  const { insightsRoutes } = await import('../../src/insights/index.js')
  const router = insightsRoutes({ kit: world.kit, courses: world.courses, ledger: world.ledger, play: world.play, h5p, grades: silent })
  type Stack = typeof router.stack
  const mounts = ['/grades', '/reviews', '/links', '/mentees']
  const routesIn = (stack: Stack, prefix: string): string[] => stack.flatMap((layer) => {
    const { route, handle } = layer
    const inside = (handle as { stack?: Stack }).stack
    if (inside) return routesIn(inside, mounts.find((mount) => (layer as unknown as { match(path: string): boolean }).match(`${mount}/`)) ?? '/unknown')
    return route ? route.stack.map(({ method }) => `${method.toUpperCase()} ${prefix}${route.path.replace(':user/:activity/:item', 'USER/film/a').replace(':user', 'USER')}`) : []
  })
  const made = routesIn(router.stack, '')
  expect([...new Set(made)].sort()).toEqual([...ROUTES, ...MENTORS].map(([method, path]) => `${method} ${path}`).sort())
})
it('a refused participant gets a page in words', async () => {
  const { status, text } = await world.as('participant').get(`/insights/${world.run}/`)
  expect(status).toBe(403)
  expect(text).toContain('<h1>')
  expect(text).not.toContain('Ana')
})
