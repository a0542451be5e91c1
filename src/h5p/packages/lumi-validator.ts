import { createRequire } from 'node:module'
import type Validator from '@lumieducation/h5p-server/build/src/PackageValidator.js'

/** Lumi's check of an unpacked package. It isn't among what Lumi exports, but is the one its importer asks. */
export const { default: PackageValidator } = createRequire(import.meta.url)('@lumieducation/h5p-server/build/src/PackageValidator.js') as { default: typeof Validator.default }
