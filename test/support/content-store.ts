import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ContentStore } from '../../src/studio/index.js'

/** As much of h5p/ as the studio needs where no content is looked at. `added`: ids of contents stored. */
export const aContentStore = (): ContentStore & { added: string[] } => {
  const [kept, added]: [Map<string, Buffer>, string[]] = [new Map(), []]
  return {
    added,
    addContent: (id) => Promise.resolve(void added.push(id)),
    check: () => [],
    alone: (_name, work) => work(),
    files: {
      async put(source) {
        const bytes = Buffer.concat(await source.map((part: Buffer) => Buffer.from(part)).toArray())
        const key = createHash('sha256').update(bytes).digest('hex')
        kept.set(key, bytes)
        return { key, bytes: bytes.length }
      },
      get: (key) => Promise.resolve(Readable.from([kept.get(key) ?? Buffer.alloc(0)])),
    },
  }
}
