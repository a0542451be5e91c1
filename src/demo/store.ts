import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import type { LineItem, State } from './model.js'
import { COURSE } from './people.js'
import { HAND_CLIENT, RESOURCE_LINK } from './place.js'

export interface Store {
  readonly state: State
  /** Writes what was changed. */
  save(): void
  /** An id that nothing has yet. */
  nextId(): string
}

const HERE = { context: COURSE.id, tool: HAND_CLIENT }

const firstState = async (): Promise<State> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const key = { ...(await exportJWK(privateKey)), kid: `lms-${Date.now().toString(36)}`, alg: 'RS256', use: 'sig' }
  return {
    key,
    contexts: [{ ...COURSE, history: [] }],
    links: [{ ...RESOURCE_LINK, ...HERE, custom: {}, history: [] }],
    lineItems: [{ id: '1', ...HERE, label: RESOURCE_LINK.title, scoreMaximum: 100, resourceLinkId: RESOURCE_LINK.id }],
    nextLineItem: 2, nextId: 100, scores: [], overrides: [], tools: [], moves: [],
  }
}

/** A file of an older version lacks what came later. */
const grown = (known: Partial<State>, first: State): State => ({
  ...first, ...known, lineItems: (known.lineItems ?? []).map((item: LineItem) => ({ ...HERE, ...item })),
})

const readState = (file: string): Partial<State> | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<State>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`The demo LMS can't read ${file}. Remove it to begin anew.`, { cause: error })
  }
}

const storeOf = (state: State, save: () => void): Store => ({
  state, save,
  nextId: () => {
    state.nextId += 1
    return String(state.nextId - 1)
  },
})

/** The LMS's memory: one JSON file, or none, for tests. */
export const openStore = async (dir: string | undefined): Promise<Store> => {
  if (!dir) return storeOf(await firstState(), () => undefined)
  mkdirSync(dir, { recursive: true })
  const file = path.join(dir, 'lms.json')
  const known = readState(file)
  const first = await firstState()
  const state = known ? grown(known, first) : first
  const save = () => {
    // Beside it, then over it: a process killed in between leaves the old file whole.
    writeFileSync(`${file}.new`, JSON.stringify(state, null, 1), { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  }
  if (!known) save()
  return storeOf(state, save)
}
