import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { launchChromium } from '../../scripts/chromium.mjs'
import { compare, makerOf } from './compare.js'
import { hostOf, type Host } from './keyroom.js'
import { isPassed, playPackage, type Row } from './play.js'
import { versionOf } from './version.js'

const USAGE = `Plays every .h5p of a folder on a whole Keyroom, in Chromium.

  npm run h5p:conformance -- FOLDER [--only NAME,NAME] [--random N [--seed S]]

--random N   for each scored type and container in the folder, N contents and answers by chance: the type's own code against the server's
--seed S     the first of their seeds; the same seed makes the same content and answer`

const mark = (is: boolean | undefined): string => (is === undefined ? '–' : is ? 'yes' : 'no')
const table = (rows: Row[]): string =>
  ['| type | version | verdict | renders | emits | resumes | scored again | equal | notes |', '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(({ type, version, kind, renders, emits, resumes, scored, equal, notes }) => `| ${[type, version, kind, mark(renders), mark(emits), mark(resumes), mark(scored), mark(equal), notes.join('; ')].join(' | ')} |`)].join('\n')

type Browser = Awaited<ReturnType<typeof launchChromium>>

const playAll = async (browser: Browser, host: Host): Promise<Row[]> => {
  const rows: Row[] = []
  for (const played of host.played) {
    console.error(`playing ${played.name}`)
    rows.push(await playPackage(browser, host, played))
  }
  return rows
}

/** How many types the server scores otherwise than they do themselves. */
const compareAll = async (browser: Browser, host: Host, range: { from: number; count: number }): Promise<{ passed: number; failed: number }> => {
  let [passed, failed] = [0, 0]
  for (const { id, library, params } of host.played.filter(({ library, params }) => makerOf(library, params))) {
    const page = await browser.newPage()
    await page.addInitScript({ path: path.join(import.meta.dirname, 'in-page.js') })
    await page.goto(await host.frame(id, 'chance'))
    await page.waitForTimeout(500)
    const { tried, questions, differing } = await compare(page, library, params, range)
    await page.close()
    console.log(`${library}: ${tried} by chance with ${questions} questions, ${differing.length} scored otherwise`)
    for (const { seed, why } of differing.slice(0, 5)) console.log(`  --random 1 --seed ${seed}: ${why}`)
    if (differing.length > 0) failed += 1
    else passed += 1
  }
  return { passed, failed }
}

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' }, random: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } } })
  const [folder] = positionals
  const random = values.random === undefined ? undefined : Number(values.random)
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed)
  if (!folder || values.help || (random !== undefined && !(random > 0)) || !Number.isInteger(seed)) {
    console.error(USAGE)
    return values.help ? 0 : 2
  }
  const only = values.only?.split(',')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.h5p') && (!only || only.includes(name.slice(0, -4)))).sort()
  const packages = await Promise.all(names.map(async (name) => ({ name: name.slice(0, -4), file: path.join(folder, name), version: await versionOf(path.join(folder, name)) })))
  const host = await hostOf(packages)
  const browser = await launchChromium()
  try {
    for (const [name, why] of host.refused) console.log(`${name} was not taken in: ${why}`)
    if (random === undefined) {
      const rows = await playAll(browser, host)
      console.log(table(rows))
      const passed = rows.filter(isPassed).length
      console.log(`\n${passed} passed, ${packages.length - passed} failed`)
      return passed === packages.length ? 0 : 1
    }
    console.log(`Contents and answers by chance, from seed ${seed}`)
    const { passed, failed } = await compareAll(browser, host, { from: seed, count: random })
    console.log(`\n${passed} passed, ${failed + host.refused.size} failed`)
    return failed + host.refused.size === 0 ? 0 : 1
  } finally {
    await browser.close()
    await host.close()
  }
}

process.exit(await main())
