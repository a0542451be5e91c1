import { expect, it } from 'vitest'
import { readAlias } from '../../src/game/names.js'

it('a name is what one sees of it: fillers, joiners and blanks that nobody sees are left out', () => {
  for (const unseen of ['\u3164', '\u115f', '\u1160', '\uffa0', '\u034f', '\u17b4', '\ufe0f', '\u2800', '\u200d', '\u202e', '\u{e0041}']) {
    expect([unseen.codePointAt(0)?.toString(16), readAlias(`Ada${unseen} L.`)]).toEqual([unseen.codePointAt(0)?.toString(16), 'Ada L.'])
    expect(readAlias(unseen.repeat(4))).toBe('') // none chosen: the name made for them
  }
})
