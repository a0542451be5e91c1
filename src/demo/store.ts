import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { RESOURCE_LINK } from './place.js'

export interface LineItem { id: string; label: string; scoreMaximum: number; resourceLinkId?: string; resourceId?: string; tag?: string }
/** A person's place in a column: the last score that was taken. */
export interface Score {
  lineItem: string
  userId: string
  /** Absent: the grade was wiped. */
  given?: number
  maximum?: number
  comment?: string
  activityProgress: string
  gradingProgress: string
  timestamp: string
  receivedAt: string
}
export interface State { key: JWK; lineItems: LineItem[]; nextLineItem: number; scores: Score[] }

export interface Store {
  readonly state: State
  /** Writes what was changed. */
  save(): void
}

const firstState = async (): Promise<State> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const key = { ...(await exportJWK(privateKey)), kid: `lms-${Date.now().toString(36)}`, alg: 'RS256', use: 'sig' }
  return { key, lineItems: [{ id: '1', label: RESOURCE_LINK.title, scoreMaximum: 100, resourceLinkId: RESOURCE_LINK.id }], nextLineItem: 2, scores: [] }
}

const readState = (file: string): State | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as State
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`The demo LMS can't read ${file}. Remove it to begin anew.`, { cause: error })
  }
}

/** The LMS's memory: one JSON file, or none, for tests. */
export const openStore = async (dir: string | undefined): Promise<Store> => {
  if (!dir) return { state: await firstState(), save: () => undefined }
  mkdirSync(dir, { recursive: true })
  const file = path.join(dir, 'lms.json')
  const known = readState(file)
  const state = known ?? (await firstState())
  const save = () => {
    // Beside it, then over it: a process killed in between leaves the old file whole.
    writeFileSync(`${file}.new`, JSON.stringify(state, null, 1), { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  }
  if (!known) save()
  return { state, save }
}
