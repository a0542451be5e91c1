/** The bench: each row measured against its floor in the same run. Exit code: 0 whatever the ratios are, 1 when a row broke, 2 not understood. */
import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { isMet, resultOf } from './measure.js'
import type { Result, Row } from './model.js'
import { tableOf } from './report.js'
import { openWorld } from './world.js'

const USAGE = 'npm run bench -- [--only NAME[,NAME]] [--rounds N] [--json FILE]'
const ROWS = path.join(import.meta.dirname, 'rows')

const misused = (sentence: string): never => {
  console.error(`${sentence}\n${USAGE}`)
  process.exit(2)
}
const asked = () => {
  try {
    return parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' }, rounds: { type: 'string', default: '5' } } }).values
  } catch (error) {
    return misused((error as Error).message)
  }
}
const rowsOf = async (only: string | undefined): Promise<Row[]> => {
  const names = (await readdir(ROWS)).filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const wanted = only?.split(',')
  const unknown = wanted?.filter((name) => !names.includes(name)) ?? []
  if (unknown.length > 0) misused(`There is no row ${unknown.join(', ')}; there are: ${names.join(', ')}.`)
  const chosen = wanted ?? names
  return Promise.all(chosen.map(async (name) => ((await import(path.join(ROWS, `${name}.ts`))) as { default: Row }).default))
}

const { json, only, rounds: text } = asked()
const rounds = Number(text)
if (!Number.isInteger(rounds) || rounds < 1) misused('--rounds must be a whole number, 1 or more.')
const rows = await rowsOf(only)
const world = await openWorld(console.log)
let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopping = true
    void world.close().finally(() => process.exit(130))
  })
}

const results: Result[] = []
let broke = 0
for (const row of rows) {
  console.log(`${row.name} …`)
  try {
    results.push(resultOf(row, await world.run(row, rounds)))
  } catch (error) {
    if (stopping) await new Promise(() => undefined) // the end is under way
    broke++
    console.error(`${row.name} broke:`, error)
  }
}
await world.close()
console.log(`\n${tableOf(results)}\n`)
console.log(`${results.filter(isMet).length} of ${rows.length} aims met${broke > 0 ? `, ${broke} broke` : ''}.`)
if (json) await writeFile(json, `${JSON.stringify(results, null, 2)}\n`)
process.exit(broke > 0 ? 1 : 0)
