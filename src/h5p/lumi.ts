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
  render(id: string, user: { id: string; name: string; email: string }, lang: string, override: Override): Promise<IPlayerModel>
}
interface Override { /** The content's own object: another one is another content. */ parametersOverride: object; metadataOverride: object }
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
  const nobody = { id: '', name: '', email: '', type: 'local' }
  /** What Lumi makes of a content is the same for everyone but for the name in it, as long as neither content nor libraries change. */
  const models = new WeakMap<object, Map<string, { libraries: unknown; model: Promise<IPlayerModel> }>>()
  const modelOf = async (id: string, lang: string, override: Override): Promise<IPlayerModel> => {
    const installed = await stores.store.libraries.all()
    const kept = models.get(override.parametersOverride) ?? new Map<string, { libraries: unknown; model: Promise<IPlayerModel> }>()
    const known = kept.get(lang)
    if (known?.libraries === installed) return known.model
    const model = player.render(id, nobody, lang, override as Parameters<typeof player.render>[3]) as Promise<IPlayerModel>
    models.set(override.parametersOverride, kept.set(lang, { libraries: installed, model }))
    model.catch(() => kept.delete(lang))
    return model
  }
  return {
    async render(id, { id: user, name, email }, lang, override) {
      const model = await modelOf(id, lang, override)
      return { ...model, integration: { ...model.integration, user: { ...model.integration.user, id: user, name, mail: email } as typeof model.integration.user } }
    },
  }
}
