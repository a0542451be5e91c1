import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ContentTypeCache, H5PConfig, type IKeyValueStorage } from '@lumieducation/h5p-server'
import { NotFound, stableId, type Kit } from '../../infra/index.js'
import { ArchiveRefused, download } from '../setup/index.js'
import { byVersion, type Installed, type Store } from '../store/index.js'
import { HubOff, HubUnreachable } from './refusals.js'
import type { Shelf } from './shelf.js'

type Offered = Awaited<ReturnType<ContentTypeCache['get']>>[number]

/** Where the Hub is; another in tests. */
export interface HubAddresses { contentTypes: string; registration: string }

/** A content type the Hub offers. */
export interface HubType { machineName: string; title: string; summary: string; owner: string; version: string; installed?: string; isNewer: boolean }

/** The H5P Hub: Joubel's list of content types, and their packages. It is called only when an administrator asks, and only with H5P_HUB. */
export interface Hub {
  on: boolean
  /** As it was said last; nothing is asked. */
  list(): Promise<{ types: HubType[]; at?: Date }>
  /** Asks anew. @throws HubOff, HubUnreachable */
  refresh(): Promise<void>
  /** Fetches a listed type's package and lets it in by the same gate as an upload. @throws HubOff, HubUnreachable, PackageRefused */
  install(machineName: string): Promise<Installed[]>
}

/** The name the Hub gave this installation. */
const UUID = 'hubUuid'
/** Interactive Book with all it may hold is a tenth of this. */
const MOST_BYTES = 500 * 1024 * 1024

/** What Lumi's editor and this room know of the Hub. */
export const hubConfig = (config: H5PConfig, addresses: HubAddresses | undefined): H5PConfig => {
  if (addresses) [config.hubContentTypesEndpoint, config.hubRegistrationEndpoint] = [addresses.contentTypes, addresses.registration]
  config.sendUsageStatistics = false
  config.platformName = 'Keyroom'
  return config
}

const versionOf = ({ majorVersion, minorVersion, patchVersion }: Pick<Offered, 'majorVersion' | 'minorVersion' | 'patchVersion'>): string => `${majorVersion}.${minorVersion}.${patchVersion}`

export const createHub = (kit: Pick<Kit, 'config' | 'log'>, { values, shelf, store, addresses }: { values: IKeyValueStorage; shelf: Pick<Shelf, 'install'>; store: Pick<Store, 'libraries'>; addresses?: HubAddresses }): Hub => {
  const on = kit.config.h5pHub === true
  const config = hubConfig(new H5PConfig(undefined, {}), addresses)
  // Lumi would name this machine by its hardware's id.
  const cache = new ContentTypeCache(config, values, () => stableId('h5p-hub', kit.config.publicUrl))
  const known = async (): Promise<Offered[]> => ((await values.load('contentTypeCache')) ?? []) as Offered[]
  const typeOf = async (offered: Offered): Promise<HubType> => {
    const { machineName, title, summary, owner } = offered
    const installed = [...(await store.libraries.all()).values()].map(({ manifest }) => manifest).filter((each) => each.machineName === machineName)
    const newest = installed.sort(byVersion).at(-1)
    return { machineName, title, summary: summary ?? '', owner: owner ?? '', version: versionOf(offered), ...(newest ? { installed: versionOf(newest) } : {}), isNewer: !newest || byVersion(offered, newest) > 0 }
  }
  return {
    on,
    async list() {
      if (!on) return { types: [] }
      const at = (await values.load('contentTypeCacheUpdate')) as number | undefined
      const types = await Promise.all((await known()).map(typeOf))
      return { types: types.sort((a, b) => a.title.localeCompare(b.title)), ...(at ? { at: new Date(at) } : {}) }
    },
    async refresh() {
      if (!on) throw new HubOff()
      config.uuid = ((await values.load(UUID)) as string | undefined) ?? ''
      // Lumi logs why, and says nothing.
      const said = await cache.forceUpdate().catch((cause: unknown) => {
        throw new HubUnreachable({ cause, params: { reason: config.hubContentTypesEndpoint } })
      })
      if (!said) throw new HubUnreachable({ params: { reason: config.hubContentTypesEndpoint } })
      await values.save(UUID, config.uuid)
    },
    async install(machineName) {
      if (!on) throw new HubOff()
      if (!(await known()).some((each) => each.machineName === machineName)) throw new NotFound({ detail: { type: machineName } })
      const dir = await mkdtemp(path.join(tmpdir(), 'keyroom-hub-'))
      try {
        const file = await download(config.hubContentTypesEndpoint + encodeURIComponent(machineName), dir, MOST_BYTES).catch((cause: unknown) => {
          throw cause instanceof ArchiveRefused ? new HubUnreachable({ cause, params: { reason: String(cause.params.reason ?? config.hubContentTypesEndpoint) } }) : cause
        })
        return await shelf.install(file)
      } finally {
        await rm(dir, { recursive: true, force: true })
      }
    },
  }
}
