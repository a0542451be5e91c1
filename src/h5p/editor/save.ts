import type { H5PEditor, IContentMetadata } from '@lumieducation/h5p-server'
import { z } from 'zod'
import { BadInput, NotFound } from '../../infra/index.js'
import { cleanParams, refuseRestricted } from '../authoring/index.js'
import type { Fault } from '../model.js'
import { StaleDraft } from '../refusals.js'
import type { Semantics } from '../semantics.js'
import { isLibraryName, isTooDeep, librariesOf, type Store } from '../store/index.js'
import type { Editing } from './permissions.js'
import { misshapen, withoutNull } from './shape.js'

export const Saved = z.object({
  /** What was opened; absent for a new one. */
  revision: z.int().optional(),
  library: z.string().refine((name) => isLibraryName(name)),
  params: z.looseObject({}),
  metadata: z.looseObject({ title: z.string().trim().min(1).max(255) }),
})
export type Saved = z.output<typeof Saved>

export interface SaveDeps { store: Store; editor: H5PEditor; check: (library: string, params: unknown) => Fault[] }

/**
 * Keeps what the editor has, with its files; unfinished is fine, and what doesn't fit is told. What another's type only would have
 * otherwise isn't: that is its own editor's affair. Parameters are cleaned by our own
 * rules first: the editor's word for it isn't taken.
 * @throws StaleDraft, NotAllowed for a restricted type, BadInput
 */
export const saveContent = async (deps: SaveDeps, saved: Saved, user: Editing): Promise<{ draft: string; revision: number; faults: Fault[] }> => {
  const { store: { docs, libraries }, editor, check } = deps
  const doc = user.draft === undefined ? undefined : await docs.of(user.draft)
  if (user.draft !== undefined && doc?.course !== user.course) throw new NotFound({ detail: { draft: user.draft } })
  if (doc && doc.revision !== saved.revision) throw new StaleDraft({ detail: { draft: doc._id, revision: saved.revision, theirs: doc.revision } })
  if (isTooDeep(JSON.stringify(saved.params))) throw new BadInput([{ field: 'params', message: 'fields.too_big' }])
  const installed = await libraries.all()
  if (!installed.has(saved.library)) throw new NotFound({ detail: { library: saved.library } })
  if (!user.admin) refuseRestricted(installed, librariesOf(saved.library, saved.params), doc?.libraries)
  const semantics: Semantics = { get: (name) => installed.get(name)?.semantics }
  const clean = withoutNull(cleanParams(semantics, saved.library, saved.params))
  const wrong = misshapen(semantics, saved.library, clean)
  if (wrong.length > 0) throw new BadInput(wrong)
  const metadata = { ...saved.metadata, embedTypes: ['div'], language: saved.metadata.language ?? 'und' } as unknown as IContentMetadata
  const { id } = await editor.saveOrUpdateContentReturnMetaData(user.draft as string, clean as Parameters<H5PEditor['saveOrUpdateContent']>[1], metadata, saved.library, doc ? { ...user, revision: doc.revision } : user).catch((error: unknown) => {
    if (error instanceof Error && error.message.startsWith('Metadata does not conform')) throw new BadInput([{ field: 'metadata', message: 'fields.other' }], error)
    throw error
  })
  const kept = await docs.of(id)
  return { draft: id, revision: kept?.revision ?? 1, faults: check(saved.library, kept ? JSON.parse(kept.params) : {}).filter(({ soft }) => !soft) }
}
