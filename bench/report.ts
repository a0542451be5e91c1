import { isMet } from './measure.js'
import type { Result } from './model.js'

const HEAD = ['row', 'ratio', 'aim', '', 'value', 'floor', 'unit', 'samples'] as const
const WORDS: ReadonlySet<string> = new Set(['row', '', 'unit', 'samples'])

/** Three figures: what is beyond them is noise. */
const figure = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3))

const cellsOf = (result: Result): string[] => [
  result.name, figure(result.ratio), `${result.better === 'higher' ? '≥' : '<'} ${result.aim}`, isMet(result) ? 'met' : 'MISSED',
  figure(result.value), figure(result.floor), result.unit, result.samples.map((sample) => sample.toFixed(2)).join(' '),
]

/** One line a row, in columns. */
export const tableOf = (results: readonly Result[]): string => {
  const lines = [[...HEAD], ...results.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const padded = (cell: string, column: number): string => (WORDS.has(HEAD[column] ?? '') ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))
  return lines.map((line) => line.map(padded).join('  ').trimEnd()).join('\n')
}
