/** A content inside another. */
export interface SubContent { library: string; params: unknown; subContentId: string }

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
export const isSubContent = (value: unknown): value is Record<string, unknown> & SubContent =>
  isObject(value) && typeof value.library === 'string' && typeof value.subContentId === 'string'

/** «Keyroom.Choice 1.0» gives «Keyroom.Choice». */
export const machineNameOf = (library: string): string => library.replace(/ \d+\.\d+$/, '')
export const isOwn = (library: string): boolean => /^Keyroom\.\w+ \d+\.\d+$/.test(library)
