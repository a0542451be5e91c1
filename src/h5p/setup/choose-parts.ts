import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Log } from '../../infra/index.js'
import { layOutCore, type Core } from '../core-files.js'
import { filesBelow, missing } from '../files.js'
import { checksumOf } from './fetch-archive.js'
import { API_FILE, apiIn, lackOf, readRecord, type Installed, type PartName } from './parts.js'

/** Joubel's editor, where there is one. */
export interface EditorFiles { dir: string; version: string; has(file: string): boolean }

/** Which core or editor runs, and where it is from. `lack`: a folder was named that lacks this file, so it isn't used. */
export interface PartState { part: PartName; from: 'embedded' | 'setup' | 'folder' | 'none'; version?: string; api?: string; source?: string; sha256?: string; at?: string; lack?: string }

export interface Parts { core: Core; editor?: EditorFiles; states: PartState[] }

/** Newer cores keep their typefaces and colours in files of their own, which Lumi doesn't know yet. */
const EXTRA_STYLES = ['styles/h5p-fonts.css', 'styles/h5p-theme-variables.css', 'styles/h5p-theme.css']

interface Found { dir: string; state: PartState; has(file: string): boolean }

const look = async (dir: string, state: PartState): Promise<Found> => {
  const files = new Set((await filesBelow(dir).catch(missing))?.map(({ name }) => name))
  const lack = lackOf(state.part, (file) => files.has(file))
  return { dir, state: lack ? { ...state, lack } : state, has: (file) => files.has(file) }
}

/** A folder the settings name is used as it lies; what `h5p:setup` installed, after that. */
const find = async (part: PartName, dir: string, folder: string | undefined, installed: Installed | undefined): Promise<Found | undefined> => {
  if (folder) {
    const api = apiIn((await readFile(path.join(folder, API_FILE), 'utf8').catch(missing)) ?? '')
    const sha256 = await checksumOf(folder).catch(() => undefined)
    return look(folder, { part, from: 'folder', source: folder, version: api ?? sha256?.slice(0, 12), ...(api ? { api } : {}), ...(sha256 ? { sha256 } : {}) })
  }
  if (!installed) return undefined
  const { folder: home, files: _files, ...said } = installed
  return look(path.join(dir, home), { part, from: 'setup', ...said })
}

/**
 * Chooses core and editor: the folder that CORE_PATH or EDITOR_PATH names, else what was installed, else the core from npm and
 * no editor. A folder that lacks what it must have is not used; the log and the administrator's page say so.
 */
export const chooseParts = async (dir: string, { corePath, editorPath, log }: { corePath?: string; editorPath?: string; log: Pick<Log, 'error'> }): Promise<Parts> => {
  const record = await readRecord(dir)
  const [core, editor] = await Promise.all([find('core', dir, corePath, record.core), find('editor', dir, editorPath, record.editor)])
  for (const found of [core, editor]) if (found?.state.lack) log.error({ part: found.state.part, folder: found.dir, file: found.state.lack }, 'this folder is not what it should be; it is not used')
  const embedded = await layOutCore(path.join(dir, 'core'))
  const isUsed = core && !core.state.lack
  const said = (state: PartState | undefined, otherwise: PartState): PartState => (state && !state.lack ? state : { ...otherwise, ...(state?.lack ? { lack: state.lack, source: state.source } : {}) })
  return {
    core: isUsed ? { dir: core.dir, version: tagOf(core.state), has: core.has, styles: EXTRA_STYLES.filter((file) => core.has(file)), api: core.state.api } : embedded,
    ...(editor && !editor.state.lack ? { editor: { dir: editor.dir, version: tagOf(editor.state), has: editor.has } } : {}),
    states: [said(core?.state, { part: 'core', from: 'embedded', version: embedded.version, source: 'h5p-standalone' }), said(editor?.state, { part: 'editor', from: 'none' })],
  }
}

/** Names the bytes: part of addresses that are kept for ever. */
const tagOf = ({ sha256, version = 'unknown' }: PartState): string => sha256?.slice(0, 12) ?? version
