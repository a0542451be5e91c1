import { lstat } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Config } from './config.js'
import { ArchiveRefused, installPart, type BroughtFile, type PartName } from './h5p/index.js'
import type { Refusal } from './infra/index.js'

export interface H5PCommandDeps {
  config: Pick<Config, 'dataDir'>
  print: (line: string) => void
  complain: (line: string) => void
  misused: () => number
  /** Installs the content types that lie at a place. */
  bring: (place: string) => Promise<BroughtFile[]>
  /** A refusal's sentence. */
  mendOf: (refusal: Refusal) => string
}

const OPTIONS = { core: { type: 'string' }, editor: { type: 'string' }, types: { type: 'string' }, sha256: { type: 'string', multiple: true }, json: { type: 'boolean' } } as const

/** One line of a report. */
const lineOf = ({ file, libraries, refused }: BroughtFile, mendOf: H5PCommandDeps['mendOf']): string => {
  if (refused) return `✗ ${file}: refused. ${mendOf(refused)}`
  const news = libraries.filter(({ type }) => type !== 'none').map(({ name }) => name)
  if (news.length === 0) return `= ${file}: kept what is here, as new or newer (${libraries.length})`
  return `✓ ${file}: installed ${news.length} ${news.length === 1 ? 'library' : 'libraries'} (${news.join(', ')})${news.length < libraries.length ? `, kept ${libraries.length - news.length}` : ''}`
}

/** `keyroom h5p setup`: Joubel's core and editor from an archive an administrator names, and content types from a folder or a file. */
export const h5pCommand = async ([verb, ...args]: string[], { config, print, complain, misused, bring, mendOf }: H5PCommandDeps): Promise<number> => {
  const { values } = parseArgs({ args, options: OPTIONS })
  const orders = (['core', 'editor'] as const).flatMap((part): { part: PartName; source: string }[] => (values[part] ? [{ part, source: values[part] }] : []))
  if (verb !== 'setup' || (orders.length === 0 && !values.types)) return misused()
  const types = values.types && path.resolve(values.types)
  if (types && !(await lstat(types).catch(() => undefined))) throw new ArchiveRefused('missing', { archive: types })
  const done: object[] = []
  for (const order of orders) {
    const installed = await installPart(path.join(config.dataDir, 'h5p'), { ...order, sums: values.sha256 })
    done.push({ part: order.part, ...installed })
    if (!values.json) print(`Installed H5P's ${order.part} ${installed.version}: ${installed.files} files from ${installed.source}\n  SHA-256 ${installed.sha256}`)
  }
  if (orders.length > 0 && !values.json) print('Keyroom uses it from its next start on.')
  const brought = types ? await bring(types) : []
  const ok = brought.every(({ refused }) => !refused)
  const said = brought.map(({ file, libraries, refused }) => ({ file, libraries, ...(refused ? { refused: { why: refused.why, mend: mendOf(refused) } } : {}) }))
  if (values.json) print(JSON.stringify({ ok, installed: done, ...(types ? { types: said } : {}) }, null, 2))
  else for (const each of brought) (each.refused ? complain : print)(lineOf(each, mendOf))
  return ok ? 0 : 1
}
