/** Administration of H5P: core, editor, libraries, the Hub. */
import type { IKeyValueStorage } from '@lumieducation/h5p-server'
import type { Router } from 'express'
import type { Kit } from '../../infra/index.js'
import type { Fault } from '../model.js'
import type { Parts } from '../setup/index.js'
import type { Store } from '../store/index.js'
import { createHub, type Hub, type HubAddresses } from './hub.js'
import { asSaid, keyValues, withoutHub } from './key-values.js'
import { adminRoutes } from './routes.js'
import { createShelf, type Shelf } from './shelf.js'
import { createUpgrades } from './upgrades.js'

export { hubConfig, type Hub, type HubAddresses } from './hub.js'
export type { Shelf } from './shelf.js'

/** `values` are for an editor: with them it asks the Hub nothing by itself. */
export interface Admin { shelf: Shelf; hub: Hub; values: IKeyValueStorage; routes: Router }

export const createAdmin = (kit: Pick<Kit, 'config' | 'log' | 'mongo' | 'views' | 'i18n' | 'now'>, { store, parts, check, hubAddresses }: { store: Store; parts: Parts; check: (library: string, params: unknown) => Fault[]; hubAddresses?: HubAddresses }): Admin => {
  const stored = keyValues(kit.mongo)
  const values = kit.config.h5pHub ? stored : withoutHub(stored)
  const shelf = createShelf({ store, log: kit.log, coreApi: parts.core.api })
  const hub = createHub(kit, { values, shelf, store, addresses: hubAddresses })
  const upgrades = createUpgrades({ store, log: kit.log, now: kit.now, check })
  return { shelf, hub, values: kit.config.h5pHub ? asSaid(stored) : values, routes: adminRoutes({ kit, parts: parts.states, shelf, hub, upgrades }) }
}
