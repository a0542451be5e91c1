import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import {
  cacheImplementations, ContentPermission, fsImplementations, H5PConfig, H5PPlayer, LibraryManager, UrlGenerator, UserDataPermission,
  type IContentStorage, type ILibraryName, type IPermissionSystem, type IPlayerModel,
} from '@lumieducation/h5p-server'
import type { Core } from './core-files.js'
import { installOwn, nameOf } from './libraries.js'

/** How often a content saves its state by itself, beside the saves after each answer. */
const SAVE_EVERY = 5000

/** Looking at a content and at one's own state; whatever isn't named is refused. Lumi without one of these allows all. */
const permissions: IPermissionSystem = {
  checkForContent: (_user, permission) => Promise.resolve(permission === ContentPermission.View),
  checkForUserData: (user, permission, _content, affected) => Promise.resolve(permission === UserDataPermission.ViewState && affected === user.id),
  checkForTemporaryFile: () => Promise.resolve(false),
  checkForGeneralAction: () => Promise.resolve(false),
}

/** Addresses that change with the bytes behind them, so that they can be kept for ever. */
const makeAddresses = (config: H5PConfig, { core, own, publicUrl }: { core: Core; own: Map<string, string>; publicUrl: string }): UrlGenerator => {
  const addresses = new UrlGenerator(config)
  const byVersion = addresses.libraryFile
  addresses.coreFile = (file) => `/h5p/core/${file}?v=${core.version}`
  addresses.libraryFile = (library, file) => {
    const hash = own.get(nameOf(library as ILibraryName))
    return hash ? byVersion(library, file).replace(/\?.*$/, `?v=${hash}`) : byVersion(library, file)
  }
  // xAPI wants an IRI; this one names the content and leads nowhere.
  addresses.uniqueContentUrl = (id) => `${publicUrl}/h5p/contents/${encodeURIComponent(id)}`
  return addresses
}

export interface Player {
  render(id: string, user: { id: string; name: string; email: string }, lang: string, override: { parametersOverride: unknown; metadataOverride: object }): Promise<IPlayerModel>
}
export interface Stores { dir: string; ownLibraries: string; core: Core; contents: IContentStorage; publicUrl: string }

/**
 * Lumi's player over our libraries and contents. It is given no editor, no routes and no state storage: its routes would
 * hand the parameters, keys and all, to whoever may look at a content.
 */
export const createPlayer = async ({ dir, ownLibraries, core, contents, publicUrl }: Stores): Promise<{ player: Player; librariesDir: string }> => {
  const librariesDir = path.join(dir, 'libraries')
  await mkdir(librariesDir, { recursive: true })
  // Without the cache each page reads every library.json there is.
  const storage = new cacheImplementations.CachedLibraryStorage(new fsImplementations.FileLibraryStorage(librariesDir))
  const config = new H5PConfig(undefined, { baseUrl: '/h5p', contentUserStateSaveInterval: SAVE_EVERY, setFinishedEnabled: false, fetchingDisabled: 1 })
  const own = await installOwn({ manager: new LibraryManager(storage), storage }, ownLibraries, path.join(dir, 'own-libraries.json'))
  const addresses = makeAddresses(config, { core, own, publicUrl })
  const player = new H5PPlayer(storage, contents, config, undefined, addresses, undefined, { permissionSystem: permissions }).setRenderer((model) => model)
  await storage.listAddons?.() // the first page doesn't pay for it
  return {
    librariesDir,
    player: {
      render: async (id, user, lang, override) => (await player.render(id, { ...user, type: 'local' }, lang, override as Parameters<typeof player.render>[3])) as IPlayerModel,
    },
  }
}
