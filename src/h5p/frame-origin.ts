import type { Kit } from '../infra/index.js'

/**
 * Where frames are addressed: `''` (our own origin), or CONTENT_ORIGIN, a second name of the same app. Authors' content and
 * H5P's scripts then run in another origin than the pages around them, and can reach neither their cookies nor their window.
 */
export const frameOrigin = ({ contentOrigin }: Pick<Kit['config'], 'contentOrigin'>): string => (contentOrigin ? new URL(contentOrigin).origin : '')
