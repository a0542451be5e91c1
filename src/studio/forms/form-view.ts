import type { Authoring, ContentType, Draft, Fault, Field } from '../../h5p/index.js'
import type { Lang, Say } from '../../infra/index.js'
import { sayFaults, type SaidFault } from './fault-words.js'
import { labelsFor } from './labels.js'
import { metadataFields } from './metadata-fields.js'
import { formWords } from './words.js'

/** Addresses a draft's form talks to. */
export interface FormUrls { save: string; semantics: string; files: string; content: string; preview: string; duplicate: string }

export interface FormInput {
  draft: Draft
  faults: Fault[]
  semantics: Map<string, Field[]>
  types: ContentType[]
  urls: FormUrls
  /** Joubel's editor of this draft, where it is installed. */
  editor?: string
  csrf: string
  lang: Lang
  t: Say
}

/** All libraries named in parameters, the content's own first. */
export const librariesIn = (library: string, params: unknown): string[] => {
  const inside = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return []
    const own = 'library' in value && typeof value.library === 'string' ? [value.library] : []
    return [...own, ...Object.values(value).flatMap(inside)]
  }
  return [...new Set([library, ...inside(params)])]
}

/** The semantics of a draft and of all contents in it; a library that is gone has none. */
export const semanticsFor = async (authoring: Pick<Authoring, 'semantics'>, draft: Pick<Draft, 'library' | 'params'>, lang: Lang, isGone: (error: unknown) => boolean): Promise<Map<string, Field[]>> => {
  const found = new Map<string, Field[]>()
  for (const library of librariesIn(draft.library, draft.params)) {
    const fields = await authoring.semantics(library, lang).catch((error: unknown) => {
      if (!isGone(error)) throw error
      return undefined
    })
    if (fields) found.set(library, fields)
  }
  return found
}

/** What is still to mend, the title included. */
export const faultsOf = (draft: Pick<Draft, 'library' | 'params' | 'title'>, faults: Fault[], semantics: ReadonlyMap<string, Field[]>, t: Say): SaidFault[] => [
  ...(draft.title.trim() === '' ? [{ path: 'title', words: t('studio-forms.faults.missing'), label: t('studio-forms.ui.title'), missing: true }] : []),
  ...sayFaults(faults, labelsFor(draft.library, draft.params, semantics), t),
]

/** All that the form's script needs, in one piece. */
export const formData = ({ draft, faults, semantics, types, urls, editor, csrf, lang, t }: FormInput) => ({
  draft: { id: draft.id, title: draft.title, library: draft.library, params: draft.params, metadata: draft.metadata, revision: draft.revision, updatedAt: draft.updatedAt.toISOString() },
  faults: faultsOf(draft, faults, semantics, t),
  semantics: Object.fromEntries(semantics),
  metadataFields: metadataFields(lang, t),
  types: types.map(({ library, machineName, title, icon }) => ({ library, machineName, title, icon })),
  words: formWords(t),
  urls, editor, csrf,
})
