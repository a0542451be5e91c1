import { Refusal } from '../infra/index.js'

/** A frame asks for the state of a content that isn't its own. */
export class ForeignContent extends Refusal { readonly code = 'h5p/foreign-content'; readonly status = 403 }
/** A content wants to keep more than a learner's state can be. */
export class StateTooLarge extends Refusal { readonly code = 'h5p/state-too-large'; readonly status = 413 }
/** A draft that somebody else saved since it was opened. */
export class StaleDraft extends Refusal { readonly code = 'h5p/stale-draft'; readonly status = 409 }
/** A file larger than its kind may be. */
export class FileTooLarge extends Refusal { readonly code = 'h5p/file-too-large'; readonly status = 413 }
/** A file that isn't, by its own bytes, one an activity may hold. */
export class FileTypeRefused extends Refusal { readonly code = 'h5p/file-type-refused'; readonly status = 415 }
/** The files of a course have filled its share. */
export class CourseFull extends Refusal { readonly code = 'h5p/course-full'; readonly status = 413 }
/** All that can be wrong with a `.h5p`. */
export type PackageFault =
  | 'not-a-zip' | 'encrypted' | 'too-many-files' | 'too-large' | 'file-too-large' | 'bomb' | 'outside' | 'bad-name' | 'link' | 'twice' | 'case-twice' | 'lying-size' | 'broken'
  | 'json-too-large' | 'wrong-json' | 'wrong-shape' | 'page' | 'unlisted-type' | 'active-svg' | 'svg-too-large' | 'no-main-library' | 'no-content' | 'no-h5p-json' | 'no-library-json' | 'library-folder'
  | 'library-file-missing' | 'library-twice' | 'stray-file' | 'no-library' | 'own-library' | 'core-too-old' | 'library-missing' | 'not-h5p' | 'restricted' | 'zip-in-zip'
/** A `.h5p` that is not taken in. `why` says which of many causes; `mend` is its sentence, which names the file. */
export class PackageRefused extends Refusal {
  readonly code = 'h5p/package-refused'
  readonly status = 422
  constructor(readonly why: PackageFault, readonly file: string, params: Record<string, string | number> = {}, cause?: unknown) {
    super({ params: { ...params, file, why }, mend: `h5p-packages.${why}`, detail: { ...params, why, file }, cause })
  }
}
