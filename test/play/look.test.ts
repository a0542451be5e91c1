import { readFileSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { SCENES } from '../../src/courses/index.js'
import { ROOT } from '../support/root.js'

const look = readFileSync(path.join(ROOT, 'public/look/look.css'), 'utf8')
const tokensIn = (css: string): Record<string, string> => Object.fromEntries([...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)].map(([, name = '', value = '']) => [name, value]))
const [day = '', night = ''] = look.split('@media (prefers-color-scheme: dark)')
const light = tokensIn(day)
const dark = { ...light, ...tokensIn(night.slice(0, night.indexOf('\n}'))) }

/** @see [WCAG 2.2, relative luminance](https://www.w3.org/TR/WCAG22/#dfn-relative-luminance) */
const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (a = '', b = ''): number => {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (lighter + 0.05) / (darker + 0.05)
}
const PAIRS = [
  ['ink', 'paper'], ['ink', 'sheet'], ['ink-2', 'paper'], ['ink-2', 'sheet'], ['lamp-ink', 'lamp-wash'], ['lamp-ink', 'sheet'], ['key-ink', 'key'], ['ink', 'key-wash'],
  ['brick', 'sheet'], ['brick', 'brick-wash'], ['on-lamp', 'lamp'], ['night-ink', 'sky-1'], ['night-ink', 'night-sheet'],
] as const

describe('the look', () => {
  it.each(PAIRS)('writes %s on %s with a contrast of 4.5 or more, by day and by night', (ink, ground) => {
    for (const tokens of [light, dark]) expect(contrast(tokens[ink], tokens[ground])).toBeGreaterThanOrEqual(4.5)
  })
  it('marks the focus with a contrast of 3 or more', () => {
    for (const tokens of [light, dark]) for (const ground of ['paper', 'sheet']) expect(contrast(tokens.focus, tokens[ground])).toBeGreaterThanOrEqual(3)
  })
  it('has a drawing of its own for every scene', () => {
    const drawn = SCENES.map((scene) => readFileSync(path.join(ROOT, 'views/play/scenes', `${scene}.eta`), 'utf8'))
    for (const [i, scene] of SCENES.entries()) expect(drawn[i]).toContain(`id="scene-${scene}"`)
    expect(new Set(drawn.map((svg) => svg.replace(/id="[^"]+"/, ''))).size).toBe(SCENES.length)
  })
  it('puts no style and no handler into the markup: the policy of the pages forbids both', () => {
    for (const dir of ['views/play', 'views/play/scenes', 'views/layout', 'views/infra']) {
      for (const file of readdirSync(path.join(ROOT, dir)).filter((name) => name.endsWith('.eta'))) expect(readFileSync(path.join(ROOT, dir, file), 'utf8')).not.toMatch(/\s(style|on\w+)="/)
    }
  })
  it('is light to fetch: the styles of a participant’s page stay under 40 kB', () => {
    const size = ['look/look.css', 'play/play.css'].reduce((sum, file) => sum + statSync(path.join(ROOT, 'public', file)).size, 0)
    expect(size).toBeLessThan(40_000)
  })
})
