import { z } from 'zod'
import type { Wrapper } from '../model.js'
import { plain } from './plain.js'

const Clue = z.object({
  title: z.string(), fragment: z.string(), note: z.string().optional(),
  picture: z.looseObject({ path: z.string(), width: z.number().optional(), height: z.number().optional() }).optional(), pictureAlt: z.string().optional(),
})

/** A small challenge around one question; what it gives stays here until that is solved. */
export const clue: Wrapper = {
  machineName: 'Keyroom.Clue',
  earned: () => [],
  clue(params) {
    const known = Clue.safeParse(params)
    if (!known.success) return undefined
    const { title, fragment, note, picture, pictureAlt } = known.data
    const { path, width, height } = picture ?? {}
    return {
      title: plain(title), fragment: plain(fragment),
      ...(note ? { note: plain(note) } : {}),
      ...(path ? { picture: { path, ...(width ? { width } : {}), ...(height ? { height } : {}) }, alt: plain(pictureAlt ?? '') } : {}),
    }
  },
  shown({ fragment: _fragment, note: _note, picture: _picture, pictureAlt: _alt, ...open }) {
    return open
  },
}
