import { expect, it } from 'vitest'
import { foldKey } from '../../src/courses/index.js'

it.each([
  ['think pair', 'ＴＨＩＮＫ　ＰＡＩＲ'],
  ['think-pair', '“Think – Pair”'],
  ["rock'n'roll", 'ROCK’N’ROLL'],
  ['straße', 'STRASSE'],
  ['istanbul', 'İSTANBUL'],
  ['café', 'cafe\u0301'],
  ['مفتاح', 'مـفـتـاح'],
  ['学习', ' 学 习\u200b'],
])('%j and %j are one key', (a, b) => {
  expect(foldKey(a)).toBe(foldKey(b))
})

it.each([['cafe', 'café'], ['think', 'thinks'], ['0', 'o']])('%j and %j are two keys', (a, b) => {
  expect(foldKey(a)).not.toBe(foldKey(b))
})

it('nothing but marks folds to nothing', () => {
  expect(foldKey(' – “” \u200f')).toBe('')
})
