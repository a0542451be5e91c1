import type { Reader, Wrapper } from './model.js'
import { official } from './official/index.js'
import { own, wrappers } from './own/index.js'
import { machineNameOf } from './sub-content.js'

const byName = <T extends { machineName: string }>(all: T[]): Map<string, T> => new Map(all.map((each) => [each.machineName, each]))
const readers = byName<Reader>([...own, ...official])
const around = byName<Wrapper>(wrappers)

/** How contents of this library are scored; undefined where they aren't. */
export const readerOf = (library: string): Reader | undefined => readers.get(machineNameOf(library))
export const wrapperOf = (library: string): Wrapper | undefined => around.get(machineNameOf(library))
/** Official machine names that the server scores. */
export const isRescored = (library: string): boolean => readerOf(library)?.kind === 'rescored'
