import type { Kit } from '../infra/index.js'
import type { H5P } from './model.js'

export interface H5POptions {
  /** Folder of the project's own content types. */
  libraries?: string
}

export const createH5P = (_kit: Kit, _options: H5POptions = {}): Promise<H5P> => Promise.reject(new Error('not built yet'))
