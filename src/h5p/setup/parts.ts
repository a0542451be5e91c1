import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { missing } from '../files.js'

/** What H5P needs that no registry holds whole: Joubel's browser core, and Joubel's editor. */
export const PARTS = ['core', 'editor'] as const
export type PartName = (typeof PARTS)[number]

/** A part without these can't work; what else Lumi lists and a part lacks is left out of pages. */
const MUST: Record<PartName, string[]> = {
  core: ['js/jquery.js', 'js/h5p.js', 'js/h5p-event-dispatcher.js', 'js/h5p-x-api.js', 'js/h5p-content-type.js', 'styles/h5p.css'],
  editor: ['scripts/h5peditor.js', 'scripts/h5peditor-editor.js', 'scripts/h5peditor-form.js', 'styles/css/application.css', 'ckeditor/ckeditor.js', 'language/en.js'],
}
/** Where each is installed, below DATA_DIR/h5p. */
export const FOLDER: Record<PartName, string> = { core: 'core-joubel', editor: 'editor' }

/** What a browser loads of a part; its PHP and its sources stay out. */
export const SERVED = /\.(?:js|css|woff2?|ttf|otf|eot|svg|png|jpe?g|gif|webp)$/i

/** The first of a part's files that `has` doesn't know. */
export const lackOf = (part: PartName, has: (file: string) => boolean): string | undefined => MUST[part].find((file) => !has(file))

/** «1.28»: the API a core offers to content types, as its PHP half says. */
export const apiIn = (php: string): string | undefined => {
  const found = /\$coreApi\s*=\s*(?:array\(|\[)[^)\]]*?majorVersion\D+(\d+)[^)\]]*?minorVersion\D+(\d+)/.exec(php)
  return found ? `${found[1]}.${found[2]}` : undefined
}
export const API_FILE = 'h5p.classes.php'

/** What was installed, and from where. */
export interface Installed { folder: string; source: string; sha256: string; version: string; api?: string; files: number; at: string }
export type SetupRecord = Partial<Record<PartName, Installed>>

const recordFile = (dir: string): string => path.join(dir, 'setup.json')

/** What `h5p:setup` wrote down in DATA_DIR/h5p; nothing where it never ran. */
export const readRecord = async (dir: string): Promise<SetupRecord> => JSON.parse((await readFile(recordFile(dir), 'utf8').catch(missing)) ?? '{}') as SetupRecord
