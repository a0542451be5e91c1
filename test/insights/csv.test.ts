import { beforeAll, expect, it } from 'vitest'
import { aWorld, type World } from './world.js'

let world: World
beforeAll(async () => {
  world = await aWorld()
  const names = ['=1+1', '+49 123', '-2', '@SUM(A1)', '\tTab', '＝full', 'Quote " and, comma', 'Two\nlines', 'Núñez 李雨桐 نور']
  for (const name of names) await world.learner(name, { user: `u-${names.indexOf(name)}` })
})

/** A CSV as a spreadsheet reads it. */
const parse = (text: string): string[][] => {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === '\r\n') rows.push([])
  }
  return rows.filter((row) => row.length > 1)
}
const download = () => world.as('instructor').get(`/insights/${world.run}/participants.csv?show=finished&page=9`, { accept: 'text/csv' })

it('the export is a UTF-8 file with a byte order mark, kept nowhere', async () => {
  const res = await fetch(`${world.url}/insights/${world.run}/participants.csv`, { headers: { authorization: `Bearer ${world.as('author').token}` } })
  expect([...new Uint8Array(await res.arrayBuffer()).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  expect(res.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(res.headers.get('content-disposition')).toMatch(/^attachment; filename="?participants-case\.csv"?$/)
  expect(res.headers.get('cache-control')).toBe('private, no-store')
})
it('the export holds all rows, whatever the page shows, under names for programs', async () => {
  const [head = [], ...rows] = parse((await download()).text.replace('\uFEFF', ''))
  expect(head.slice(0, 7)).toEqual(['user', 'lms_user', 'name', 'email', 'alias', 'on_ladder', 'status'])
  expect(head.slice(-2)).toEqual(['room.stage', 'room.stage.pages_done'])
  expect(rows).toHaveLength(9)
  expect(rows.every((row) => row.length === head.length)).toBe(true)
  expect(rows.find(([user]) => user === 'u-8')?.slice(0, 7)).toEqual(['u-8', 'sub-u-8', 'Núñez 李雨桐 نور', '', expect.any(String), 'true', 'not-started'])
})
it('a name that begins like a formula is no formula in a spreadsheet', async () => {
  const rows = parse((await download()).text.replace('\uFEFF', ''))
  const name = (index: number): string | undefined => rows.find(([user]) => user === `u-${index}`)?.[2]
  expect([0, 1, 2, 3, 4, 5].map(name)).toEqual(["'=1+1", "'+49 123", "'-2", "'@SUM(A1)", expect.stringMatching(/^('\t)?Tab$/), "'＝full"])
  expect([6, 7].map(name)).toEqual(['Quote " and, comma', 'Two\nlines'])
})
