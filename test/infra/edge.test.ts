import { expect, it } from 'vitest'
import { z } from 'zod'
import { BadInput, pathForLog, read } from '../../src/infra/index.js'

it.each(['frame', 'answers', 'completed', 'finished', 'state/c/state/0', 'content/images/a%20b.png', 'ajax', ''])('no ticket is in the log, whatever is asked with it: %s', (part) => {
  expect(pathForLog(`/play/RUN/h5p/TICKET.MAC/${part}?lang=ar`)).toBe(`/play/RUN/h5p/…/${part}`)
})
it('of addresses without a ticket nothing but the query is left out', () => {
  expect(pathForLog('/play/RUN/h5p/TICKET.MAC')).toBe('/play/RUN/h5p/…')
  expect(pathForLog('/h5p/libraries/Keyroom.Core-1.0/js/dom.js?v=1')).toBe('/h5p/libraries/Keyroom.Core-1.0/js/dom.js')
  expect(pathForLog('/play/RUN/pictures/a.png?pass=SECRET')).toBe('/play/RUN/pictures/a.png')
})
it('a list of ten thousand faults is told of by its first', () => {
  const refusal = (() => {
    try {
      return read(z.object({ picked: z.array(z.int()) }), { picked: Array.from({ length: 10_000 }, () => 'x') })
    } catch (error) {
      return error
    }
  })()
  expect(refusal).toBeInstanceOf(BadInput)
  expect((refusal as BadInput).fields).toHaveLength(20)
})
