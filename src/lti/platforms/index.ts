/** Platforms: the administrator's pages about the LMSs that may launch us. */
import type { Router } from 'express'
import type { Kit } from '../../infra/index.js'
import { platformRoutes, type PlatformPagesDeps } from './routes.js'
import { createTroubles } from './troubles.js'

export const platformPages = (kit: Kit, deps: Omit<PlatformPagesDeps, 'kit' | 'troubles'>): Router => platformRoutes({ ...deps, kit, troubles: createTroubles(kit.mongo) })
