import { H5PConfig, H5PEditor, H5pError, type IEditorModel, type IKeyValueStorage, type ITemporaryFileStorage } from '@lumieducation/h5p-server'
import type { Kit } from '../../infra/index.js'
import { hubConfig, type Hub, type HubAddresses } from '../admin/index.js'
import { makeSweeper } from '../authoring/index.js'
import type { Core } from '../core-files.js'
import { coreFile, makeAddresses } from '../lumi.js'
import { WHITELISTS } from '../packages/index.js'
import type { EditorFiles } from '../setup/index.js'
import type { Store } from '../store/index.js'
import { asH5pError, DAY_MS, openPackage } from './packages.js'
import { editorPermissions, type Editing } from './permissions.js'
import { lumiWords } from './words.js'

export interface EditorStores { store: Store; core: Core; files: EditorFiles; values: IKeyValueStorage; hub: Hub; hubAddresses?: HubAddresses }

/** Files that wait to be saved stay after the first save, until their time is over: the editor goes on naming them so. */
const lasting = (temporary: ITemporaryFileStorage, sweepNowAndThen: () => void): ITemporaryFileStorage => ({
  ...temporary,
  deleteFile: () => Promise.resolve(),
  saveFile(...file) {
    sweepNowAndThen()
    return temporary.saveFile(...file).catch((error: unknown) => Promise.reject(asH5pError(error) as Error))
  },
})

/**
 * Lumi's editor over our storages. What it would take in by itself goes through our own gates: packages, and the Hub.
 */
export const createLumiEditor = (kit: Pick<Kit, 'log' | 'config'>, stores: EditorStores): H5PEditor => {
  const { store, core, files, values, hub, hubAddresses } = stores
  const temporary = lasting(store.lumi.temporary, makeSweeper(store, kit.log))
  const config = hubConfig(new H5PConfig(undefined, { baseUrl: '/h5p', fetchingDisabled: 1, contentTypeCacheRefreshInterval: Number.MAX_SAFE_INTEGER, setFinishedEnabled: false }), hubAddresses)
  config.editorLibraryUrl = '/editor'
  // The same kinds as in our own form; and an afternoon's work may wait for its first save.
  config.contentWhitelist = WHITELISTS.contentWhitelist
  config.temporaryFileLifetime = DAY_MS
  config.contentUserStateSaveInterval = false
  const [major = 0, minor = 0] = (core.api ?? '').split('.').map(Number)
  if (major > 0) config.coreApiVersion = { major, minor }
  const styles = core.styles.map((file) => coreFile(core, file))
  // Given to the constructor these would be ignored: it knows no default for them.
  config.customization = { global: { editor: { styles }, player: { styles } } }
  const addresses = makeAddresses(config, { core, store, publicUrl: kit.config.publicUrl })
  addresses.editorLibraryFile = (file) => `/h5p/editor/${file}?v=${files.version}`
  const editor = new H5PEditor(values, config, store.lumi.libraries, store.lumi.contents, temporary, lumiWords, addresses, { permissionSystem: editorPermissions(store.docs), lockProvider: store.leases.provider })
  editor.setRenderer((model: IEditorModel) => ({ ...model, scripts: model.scripts.filter((file) => has(file, core, files)), styles: model.styles.filter((file) => has(file, core, files)) }))
  editor.uploadPackage = (file, user) => openPackage({ store, log: kit.log, coreApi: core.api }, temporary, String(file), user as Editing) as unknown as ReturnType<H5PEditor['uploadPackage']>
  // Only an administrator has the Hub asked, on the page for it; no editor does, whatever its memory holds.
  editor.contentTypeCache.forceUpdate = () => Promise.resolve(undefined)
  // Lumi asks who may only inside what is replaced here.
  editor.installLibraryFromHub = async (type, user) => {
    if (!(user as Editing).admin) throw new H5pError('hub-install-denied', {}, 403)
    return (await hub.install(type)).map(({ type: what }) => ({ type: what === 'update' ? 'patch' : what })) as unknown as Awaited<ReturnType<H5PEditor['installLibraryFromHub']>>
  }
  return editor
}

/** A newer core or editor may lack what Lumi lists; the embedded core holds all in fewer files. */
export const has = (address: string, core: Pick<Core, 'has'>, files: Pick<EditorFiles, 'has'>): boolean => {
  const [, part, file = ''] = /^\/h5p\/(core|editor)\/([^?]+)/.exec(address) ?? []
  return part === 'core' ? core.has(file) : part === 'editor' ? files.has(file) : true
}
