/** A content inside another. */
export interface SubContent { library: string; params: unknown; subContentId: string }

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
export const isSubContent = (value: unknown): value is Record<string, unknown> & SubContent =>
  isObject(value) && typeof value.library === 'string' && typeof value.subContentId === 'string'

/** «Keyroom.Choice 1.0» gives «Keyroom.Choice»: up to the first space, as H5P's core reads it, so that what runs there is what is scored and stripped here. */
export const machineNameOf = (library: string): string => library.split(' ', 1)[0] ?? ''
export const isOwn = (library: string): boolean => /^Keyroom\.\w+ \d+\.\d+$/.test(library)
