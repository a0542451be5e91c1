import { Refusal } from '../../infra/index.js'

/** Why an archive of H5P's core or editor isn't taken; the sentence is `admin.problems.archive-<why>`. */
export type ArchiveFault = 'missing' | 'unreachable' | 'unreadable' | 'too-large' | 'unsafe' | 'not-core' | 'not-editor' | 'checksum'

/** An archive that isn't installed. Nothing of it stays. */
export class ArchiveRefused extends Refusal {
  readonly code: `admin/archive-${ArchiveFault}`
  readonly status = 422
  constructor(why: ArchiveFault, params: Record<string, string | number>, cause?: unknown) {
    super({ params, detail: params, cause })
    this.code = `admin/archive-${why}`
  }
}
