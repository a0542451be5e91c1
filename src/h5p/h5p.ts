import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { NotFound, type Kit } from '../infra/index.js'
import { makeCheck } from './check.js'
import { createContents } from './contents.js'
import { layOutCore } from './core-files.js'
import { alone } from './files.js'
import { frameRoutes } from './frame-routes.js'
import { createPlayer } from './lumi.js'
import type { H5P } from './model.js'
import { publicRoutes } from './public-routes.js'
import { scoreQuestion } from './scoring/index.js'
import { readSemantics } from './semantics.js'
import { createStates } from './states.js'

export interface H5POptions {
  /** Folder of the project's own content types. */
  librariesDir?: string
}
const OWN_LIBRARIES = fileURLToPath(new URL('../../h5p-content/libraries', import.meta.url))

/** Lays out what H5P needs below DATA_DIR/h5p, and opens the room. */
export const createH5P = async (kit: Pick<Kit, 'config' | 'log' | 'mongo' | 'views' | 'i18n' | 'now'>, { librariesDir: ownLibraries = OWN_LIBRARIES }: H5POptions = {}): Promise<H5P> => {
  const dir = path.join(kit.config.dataDir, 'h5p')
  const [contents, states, semantics] = await Promise.all([createContents(path.join(dir, 'content')), createStates(kit), readSemantics(ownLibraries)])
  const { core, player, librariesDir } = await alone(dir, async () => {
    const core = await layOutCore(path.join(dir, 'core'))
    return { core, ...(await createPlayer({ dir, ownLibraries, core, contents: contents.storage, publicUrl: kit.config.publicUrl })) }
  })
  return {
    items: async (id) => [...(await contents.of(id)).questions.values()].map(({ item, max, kind }) => ({ id: item, max, kind })),
    async score(id, item, response) {
      const question = (await contents.of(id)).questions.get(item)
      if (!question) throw new NotFound({ detail: { content: id, item } })
      return scoreQuestion(question, response)
    },
    check: makeCheck(semantics),
    addContent: contents.add,
    publicRoutes: publicRoutes({ core: core.dir, libraries: librariesDir }),
    frameRoutes: (deps) => frameRoutes({ kit, contents, core, player, states }, deps),
  }
}
