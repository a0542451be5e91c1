import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Config } from './config.js'
import { installPart, type PartName } from './h5p/index.js'

export interface H5PCommandDeps { config: Pick<Config, 'dataDir'>; print: (line: string) => void; misused: () => number }

/** `keyroom h5p setup`: Joubel's core and editor from an archive an administrator names, and content types from a folder. */
export const h5pCommand = async ([verb, ...args]: string[], { config, print, misused }: H5PCommandDeps): Promise<number> => {
  const { values } = parseArgs({ args, options: { core: { type: 'string' }, editor: { type: 'string' }, sha256: { type: 'string', multiple: true }, json: { type: 'boolean' } } })
  const orders = (['core', 'editor'] as const).flatMap((part): { part: PartName; source: string }[] => (values[part] ? [{ part, source: values[part] }] : []))
  if (verb !== 'setup' || orders.length === 0) return misused()
  const done: object[] = []
  for (const order of orders) {
    const installed = await installPart(path.join(config.dataDir, 'h5p'), { ...order, sums: values.sha256 })
    done.push({ part: order.part, ...installed })
    if (!values.json) print(`Installed H5P's ${order.part} ${installed.version}: ${installed.files} files from ${installed.source}\n  SHA-256 ${installed.sha256}`)
  }
  print(values.json ? JSON.stringify({ ok: true, installed: done }, null, 2) : 'Keyroom uses it from its next start on.')
  return 0
}
