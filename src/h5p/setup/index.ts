/** Setup: Joubel's core and editor, from where an administrator has them. */
export { ArchiveRefused, type ArchiveFault } from './refusals.js'
export { chooseParts, type EditorFiles, type Parts, type PartState } from './choose-parts.js'
export { download } from './fetch-archive.js'
export { installPart, type SetupOrder } from './install-part.js'
export { shareParts } from './share-parts.js'
export { readRecord, SERVED, type Installed, type PartName } from './parts.js'
