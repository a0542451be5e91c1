import {
  ContentPermission, H5PConfig, H5PPlayer, UrlGenerator, UserDataPermission, type ILibraryName, type IPermissionSystem, type IPlayerModel,
} from '@lumieducation/h5p-server'
import type { Core } from './core-files.js'
import { nameOf, type Store } from './store/index.js'

/** How often a content saves its state by itself, beside the saves after each answer. */
const SAVE_EVERY = 5000

/** Looking at a content and at one's own state; whatever isn't named is refused. Lumi without one of these allows all. */
const permissions: IPermissionSystem = {
  checkForContent: (_user, permission) => Promise.resolve(permission === ContentPermission.View),
  checkForUserData: (user, permission, _content, affected) => Promise.resolve(permission === UserDataPermission.ViewState && affected === user.id),
  checkForTemporaryFile: () => Promise.resolve(false),
  checkForGeneralAction: () => Promise.resolve(false),
}

/** A core file's address. */
export const coreFile = ({ version }: Pick<Core, 'version'>, file: string): string => `/h5p/core/${file}?v=${version}`

/** Addresses that change with the bytes behind them, so that they can be kept for ever. */
export const makeAddresses = (config: H5PConfig, { core, store, publicUrl }: Stores): UrlGenerator => {
  const addresses = new UrlGenerator(config)
  const byVersion = addresses.libraryFile
  addresses.coreFile = (file) => coreFile(core, file)
  addresses.libraryFile = (library, file) => {
    const hash = store.libraries.known().get(nameOf(library as ILibraryName))?.hash
    return hash ? byVersion(library, file).replace(/\?.*$/, `?v=${hash}`) : byVersion(library, file)
  }
  // xAPI wants an IRI; this one names the content and leads nowhere.
  addresses.uniqueContentUrl = (id) => `${publicUrl}/h5p/contents/${encodeURIComponent(id)}`
  return addresses
}

export interface Player {
  render(id: string, user: { id: string; name: string; email: string }, lang: string, override: { parametersOverride: unknown; metadataOverride: object }): Promise<IPlayerModel>
}
export interface Stores { core: Core; store: Store; publicUrl: string }

/**
 * Lumi's player over our libraries and contents. It is given no editor, no routes and no state storage: its routes would
 * hand the parameters, keys and all, to whoever may look at a content.
 */
export const createPlayer = (stores: Stores): Player => {
  const { core } = stores
  const config = new H5PConfig(undefined, { baseUrl: '/h5p', contentUserStateSaveInterval: SAVE_EVERY, setFinishedEnabled: false, fetchingDisabled: 1 })
  // Given to the constructor these would be ignored: it knows no default for them.
  config.customization = { global: { player: { styles: core.styles.map((file) => coreFile(core, file)) } } }
  const { libraries, contents } = stores.store.lumi
  const player = new H5PPlayer(libraries, contents, config, undefined, makeAddresses(config, stores), undefined, { permissionSystem: permissions }).setRenderer((model) => model)
  return {
    render: async (id, user, lang, override) => (await player.render(id, { ...user, type: 'local' }, lang, override as Parameters<typeof player.render>[3])) as IPlayerModel,
  }
}
