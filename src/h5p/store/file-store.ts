import { createHash, type Hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { FileTooLarge } from '../refusals.js'

/** A file by its key: the SHA-256 of its bytes. The same bytes are kept once, and whoever has the key has its ETag. */
export interface StoredFile { key: string; bytes: number }
/** First and last byte, both included. */
export interface Range { start: number; end: number }

/**
 * Files of contents and libraries. Nothing is ever changed in place: a reader finds a file whole or not at all, whatever was
 * killed meanwhile. Who refers to a key stands in the documents; what nobody refers to is swept a day later.
 */
export interface FileStore {
  /** Takes a stream in, never whole in memory. @throws FileTooLarge beyond `limit` bytes: reading stops there, and nothing is kept */
  put(source: Readable, limit?: number): Promise<StoredFile>
  /** @throws NotFound */
  get(key: string, range?: Range): Promise<Readable>
  /** `at`: when it was put last. */
  stat(key: string): Promise<(StoredFile & { at: Date }) | undefined>
  list(): AsyncIterable<StoredFile & { at: Date }>
  /** Unless it was put again since `before`. */
  delete(key: string, before?: Date): Promise<void>
  /** Where this node's disk has it, for what is sent often. @throws NotFound */
  local(key: string): Promise<string>
  /** Clears away what was cut off while it came in, before that time. */
  tidy(before: Date): Promise<void>
}

export const isKey = (key: string): boolean => /^[0-9a-f]{64}$/.test(key)

/** Counts and hashes what passes; stops what is too much. */
export class Measure {
  private readonly hash: Hash = createHash('sha256')
  bytes = 0
  constructor(private readonly limit = Infinity) {}

  async *pass(this: Measure, source: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
    for await (const piece of source) {
      const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece
      this.bytes += chunk.length
      if (this.bytes > this.limit) throw new FileTooLarge({ params: { limit: Math.floor(this.limit / 1024 / 1024) } })
      this.hash.update(chunk)
      yield chunk
    }
  }
  /** Once, at the end. */
  done(): StoredFile {
    return { key: this.hash.digest('hex'), bytes: this.bytes }
  }
}
