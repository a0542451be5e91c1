/** H5P: contents stored, shown in a frame without their answer keys, and scored on the server. Knows nothing of rooms, keys or XP. */
export { createH5P, type H5POptions } from './h5p.js'
export { frameOrigin } from './frame-origin.js'
export { outboxOf } from './frame.js'
export { asks } from './scoring/index.js'
export type * from './model.js'
export { CourseFull, FileTooLarge, FileTypeRefused, PackageRefused, StaleDraft } from './refusals.js'
export { installPart, type PartName } from './setup/index.js'
export { unzip, ZipRefused, type ZipFault } from './packages/index.js'
