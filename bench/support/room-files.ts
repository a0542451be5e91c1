import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Ctx } from '../model.js'
import { must, withClient } from './http.js'
import { enrol, startKeyroom } from './keyroom.js'

const PLACE = { room: 'screening-room', activity: 'what-and-why' }

/** The addresses of all that one activity's frame loads of H5P, in bundles and each by itself, and the same bytes in a folder. */
export const aRoomsFiles = async (ctx: Ctx): Promise<{ url: string; files: string[]; folder: string }> => {
  const { url, made: base } = await startKeyroom(ctx, async (rooms) => {
    const run = await enrol(rooms, ['ana'])
    return `/play/${run}/h5p/${rooms.play.ticket({ run, user: 'ana', sid: 'bench', ...PLACE })}/frame`
  })
  const folder = await ctx.folder()
  const files = new Set<string>()
  await withClient(1, async (send) => {
    for (const query of ['', '?apart=1']) {
      const { body } = must(200, await send(`${url}${base}${query}`, { headers: { accept: 'text/html' } }))
      for (const [, file = ''] of body.matchAll(/(?:src|href)="(\/h5p\/[^"]+)"/g)) files.add(file)
    }
    for (const file of files) {
      const { body } = must(200, await send(`${url}${file}`))
      const copy = path.join(folder, file.replace(/\?.*$/, ''))
      await mkdir(path.dirname(copy), { recursive: true })
      await writeFile(copy, body)
    }
  })
  return { url, files: [...files], folder }
}
