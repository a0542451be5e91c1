import { once } from 'node:events'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { pieceOf, zipOf, type Piece } from '../../src/h5p/index.js'
import { readAll } from './store-world.js'

/** So much of a file, and then a fault, or nothing more for ever. */
const brokenOff = (end: Error | 'silence'): Piece & { stream?: Readable } => {
  const piece: Piece & { stream?: Readable } = {
    bytes: 1_000_000,
    open: () => {
      let sent = false
      piece.stream = new Readable({
        read() {
          if (!sent) this.push(Buffer.alloc(1000, 'x'))
          else if (end !== 'silence') this.destroy(end)
          sent = true
        },
      })
      return Promise.resolve(piece.stream)
    },
  }
  return piece
}

describe('a zip on its way out', () => {
  it('breaks off where a file of it can’t be read to its end', async () => {
    await expect(readAll(zipOf(new Map([['a.txt', pieceOf(Buffer.from('a'))], ['b.txt', brokenOff(new Error('the disk is gone'))]])))).rejects.toThrow('the disk is gone')
  })
  it('breaks off where a file of it isn’t there', async () => {
    await expect(readAll(zipOf(new Map([['a.txt', { bytes: 1, open: () => Promise.reject(new Error('not there')) }]])))).rejects.toThrow('not there')
  })
  it('closes its files when nobody wants it any more', async () => {
    const piece = brokenOff('silence')
    const zip = zipOf(new Map([['a.mp4', piece]]))
    await once(zip, 'readable')
    while (!piece.stream) await new Promise((resolve) => setImmediate(resolve))
    zip.destroy()
    await once(zip, 'close')
    expect(piece.stream.destroyed).toBe(true)
  })
})
