import { randomBytes } from 'node:crypto'
import { H5pError, type ITemporaryFileStorage, type IUser } from '@lumieducation/h5p-server'
import { Refusal, type Kit } from '../../infra/index.js'
import { importPackage } from '../packages/index.js'
import { isObject } from '../scoring/index.js'
import type { Store } from '../store/index.js'
import type { Editing } from './permissions.js'

/** A refusal of ours as the editor's code can tell it. */
export const asH5pError = (error: unknown): unknown => (error instanceof Refusal ? new H5pError(error.code, { ...error.params, ...(error.mend ? { mend: error.mend } : {}) } as Record<string, string>, error.status) : error)

/** Parameters that name files by where they lie till they are saved. */
const renamed = (params: unknown, names: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(params)) return params.map((each) => renamed(each, names))
  if (!isObject(params)) return params
  const path = typeof params.path === 'string' ? names.get(params.path) : undefined
  return { ...Object.fromEntries(Object.entries(params).map(([key, each]) => [key, renamed(each, names)])), ...(path ? { path: `${path}#tmp` } : {}) }
}

/** How long what an editor uploaded waits to be saved. */
export const DAY_MS = 86_400_000

/**
 * A `.h5p` that an author opens in the editor: through the same gate as anywhere, its files among those that wait to be saved.
 * Libraries it brings are installed only for an administrator.
 */
export const openPackage = async ({ store, log, coreApi }: { store: Store; log: Kit['log']; coreApi?: string }, temporary: ITemporaryFileStorage, file: string, user: IUser) => {
  const { course, admin } = user as Editing
  const brought = await importPackage({ store, log, room: await store.room.left(course), allowLibraries: admin === true, ...(coreApi ? { coreApi } : {}) }, file).catch((error: unknown) => {
    throw asH5pError(error)
  })
  const names = new Map<string, string>()
  for (const { name, key } of brought.files) {
    const [folder, last] = name.includes('/') ? [name.slice(0, name.lastIndexOf('/') + 1), name.slice(name.lastIndexOf('/') + 1)] : ['', name]
    const fresh = `${folder}${randomBytes(4).toString('hex')}-${last}`
    await temporary.saveFile(fresh, (await store.files.get(key)) as Parameters<ITemporaryFileStorage['saveFile']>[1], user, new Date(Date.now() + DAY_MS))
    names.set(name, fresh)
  }
  return { metadata: brought.metadata, parameters: renamed(brought.params, names), installedLibraries: [] }
}
