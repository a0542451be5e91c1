import { describe, expect, it } from 'vitest'
import { sniff } from '../../src/h5p/authoring/index.js'

const kindOf = (text: string): string | undefined => sniff(Buffer.from(text))?.ending
/** What is divided in every way there is never comes to an end. */
const MANY = 100_000

describe('a drawing', () => {
  it.each([
    ['<svg xmlns="http://www.w3.org/2000/svg"/>'], ['\ufeff \n<SVG>'],
    ['<?xml version="1.0"?>\n<!-- made by hand --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n<!---->\n<svg\n>'],
  ])('is known by its tag, whatever may stand before it: %j', (text) => expect(kindOf(text)).toBe('svg'))
  it.each([['<svgx>'], ['<p><svg>'], ['<!-- <svg> '], ['<!-- a --> b <svg>'], ['<!DOCTYPE svg [<!ENTITY a "b">]><svg>'], ['<!DOCTYPE html><svg>'], ['<?xml <svg>'], ['']])('isn’t %j', (text) => expect(kindOf(text)).toBeUndefined())
  it.each([['<!---->'], ['<!-- -->\n'], ['<!-- --><!DOCTYPE svg> '], ['<!-->'], [' '], ['<?xml?>'], ['<!--']])('is looked for to the end behind many of %j', (piece) => {
    const many = piece.repeat(Math.ceil(MANY / piece.length))
    expect(kindOf(`${many}<sv`)).toBeUndefined()
    expect(kindOf(`${many}-->`)).toBeUndefined()
  })
})
