import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Router } from 'express'
import { NotFound, type Kit } from '../infra/index.js'
import { createAdmin, type HubAddresses } from './admin/index.js'
import { createAuthoring } from './authoring/index.js'
import { makeCheck } from './check.js'
import { createBundles } from './bundles.js'
import { cleanHtml } from './clean-html.js'
import { createContents } from './contents.js'
import { alone } from './files.js'
import { createLumiEditor, editorRoutes } from './editor/index.js'
import { frameRoutes, type Ahead } from './frame-routes.js'
import { installOwn } from './libraries.js'
import { createPlayer } from './lumi.js'
import type { H5P } from './model.js'
import { publicRoutes } from './public-routes.js'
import { scoreQuestion, type Question } from './scoring/index.js'
import { chooseParts, shareParts } from './setup/index.js'
import { createStates } from './states.js'
import { createStore, librariesOf } from './store/index.js'

export interface H5POptions {
  /** Folder of the project's own content types. */
  librariesDir?: string
  /** Another H5P Hub than Joubel's. */
  hubAddresses?: HubAddresses
}
const OWN_LIBRARIES = fileURLToPath(new URL('../../h5p-content/libraries', import.meta.url))

/** Lays out what H5P needs below DATA_DIR/h5p, and opens the room. */
export const createH5P = async (kit: Pick<Kit, 'config' | 'log' | 'mongo' | 'views' | 'i18n' | 'now'>, { librariesDir: ownLibraries = OWN_LIBRARIES, hubAddresses }: H5POptions = {}): Promise<H5P> => {
  const dir = path.join(kit.config.dataDir, 'h5p')
  const [store, states] = await Promise.all([createStore(kit, dir), createStates(kit)])
  if (kit.config.h5pFiles === 'gridfs') await store.leases.alone('h5p parts', () => alone(dir, () => shareParts(dir, { ...kit, files: store.files })))
  const parts = await alone(dir, () => chooseParts(dir, { ...kit.config, log: kit.log }))
  const { core, editor } = parts
  await installOwn(store, ownLibraries)
  const contents = createContents(store, kit.now)
  const player = createPlayer({ core, store, publicUrl: kit.config.publicUrl })
  const bundles = createBundles(kit, { core, files: store.files, libraries: store.libraries })
  const ahead: Ahead = new Map()
  const check = makeCheck({ get: (library) => store.libraries.known().get(library)?.semantics })
  const admin = createAdmin(kit, { store, parts, check, hubAddresses })
  const lumiEditor = editor && createLumiEditor(kit, { store, core, files: editor, values: admin.values, hub: admin.hub, hubAddresses })
  const questionOf = async (id: string, item: string): Promise<Question> => {
    const question = (await contents.of(id)).questions.get(item)
    if (!question) throw new NotFound({ detail: { content: id, item } })
    return question
  }
  return {
    items: async (id) => [...(await contents.of(id)).questions.values()].map(({ item, max, kind, isLock }) => ({ id: item, max, kind, ...(isLock ? { isLock } : {}) })),
    score: async (id, item, response) => scoreQuestion(await questionOf(id, item), response),
    async task(id, item) {
      const { task } = await questionOf(id, item)
      return task && { ...task, question: cleanHtml(task.question), ...(task.sample ? { sample: cleanHtml(task.sample) } : {}) }
    },
    clues: async (id) => Object.fromEntries([...(await contents.of(id)).questions.values()].flatMap(({ item, clue }) => (clue ? [[item, clue]] : []))),
    async check(library, params) {
      const [all, used] = [await store.libraries.all(), librariesOf(library, params)]
      const absent = used.find((name) => !all.has(name))
      // Another node may have installed it just now.
      if (absent) await store.libraries.get(absent)
      return check(library, params)
    },
    authoring: createAuthoring(kit, { store, check, coreApi: core.api }),
    addContent: contents.add,
    exportPackage: contents.exported,
    files: store.files,
    alone: store.leases.alone,
    installLibraries: admin.shelf.install,
    bringLibraries: (place) => admin.shelf.bring([{ place, shown: place }]),
    adminRoutes: admin.routes,
    editorInstalled: editor !== undefined,
    editorRoutes: (secrets, people) => (lumiEditor ? editorRoutes({ kit, store, editor: lumiEditor, check, parts }, secrets, people) : Router()),
    ahead: (content) => ahead.get(content) ?? { scripts: [], styles: [] },
    publicRoutes: publicRoutes(parts, store, bundles.routes),
    frameRoutes: (deps) => frameRoutes({ kit, contents, files: store.files, core, player, states, bundles, ahead }, deps),
  }
}
