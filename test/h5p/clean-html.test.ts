import { expect, it } from 'vitest'
import { gapsOf } from '../../src/h5p/scoring/own/gaps.js'
import { cleanHtml } from '../../src/h5p/clean-html.js'

/** What takes the square of its length would take minutes, and run into the test's time limit. */
const MANY = 200_000

it.each([['tags', '<a'], ['quotes', '<a "'], ['quotes in quotes', `<a '"`], ['closings', '</b>'], ['comments', '<!-'], ['swallowed', '<script>']])('text of an author’s with %s that never end is cleaned as fast as any', (_what, piece) => {
  expect(cleanHtml(piece.repeat(MANY))).not.toContain('<a')
})
it('nests no deeper than a text does, and stays in balance', () => {
  const html = cleanHtml('<p>'.repeat(MANY) + '</b>'.repeat(MANY))
  expect(html.match(/<p>/g)).toHaveLength(50)
  expect(html.match(/<\/p>/g)).toHaveLength(50)
})
it('a gap full of tags that never end is read as fast as any', () => {
  expect(gapsOf(`*${'<'.repeat(MANY)}*`)).toHaveLength(1)
})
it('keeps what carries meaning, and shows the rest as text', () => {
  expect(cleanHtml('<p>a <b onclick="x">b</p> 3 < 4 <a href="https://x.example/?a=1&b=2" onclick=\'x\'>l</a><i title="<u>">i')).toBe(
    '<p>a <b>b</b></p> 3 &lt; 4 <a href="https://x.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">l</a><i>i</i>')
})
