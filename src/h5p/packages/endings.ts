/** What a content's folder may hold: media, captions, fonts, documents. No HTML, no script. */
const CONTENT = new Set(
  'json png jpg jpeg gif bmp tif tiff svg webp avif eot ttf woff woff2 otf webm mp4 ogv ogg oga mp3 m4a aac wav txt pdf rtf doc docx xls xlsx ppt pptx odt ods odp csv md vtt webvtt srt gltf glb'.split(' '),
)
/** What a library's folder may hold besides. */
const LIBRARY = new Set([...CONTENT, 'js', 'mjs', 'css', 'map', 'xml', 'wasm', 'textile', 'patch', 'diff', 'swf'])

const endingOf = (name: string): string => /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

const MB = 1024 * 1024
/** What one file of a kind may have, in a draft, a package and a course alike. */
export const MEDIA_LIMITS = { image: 15 * MB, audio: 60 * MB, video: 500 * MB, captions: MB }
/** A single file of any other kind. */
export const MOST_BYTES = 500 * MB
const KINDS: Record<keyof typeof MEDIA_LIMITS, string> = {
  image: 'png jpg jpeg gif bmp tif tiff webp avif', audio: 'mp3 m4a aac wav oga', video: 'webm mp4 ogv ogg', captions: 'vtt webvtt srt',
}
const LIMIT_OF = new Map(Object.entries(KINDS).flatMap(([kind, endings]) => endings.split(' ').map((ending) => [ending, MEDIA_LIMITS[kind as keyof typeof MEDIA_LIMITS]] as const)))

/** As much as a content's file of this name may have. */
export const mostBytes = (name: string): number => LIMIT_OF.get(endingOf(name)) ?? MOST_BYTES
export const isListed = (name: string): boolean => (name.startsWith('content/') ? CONTENT : LIBRARY).has(endingOf(name))
export const isPage = (name: string): boolean => /^(x?html?|xht|shtml|php|mht|mhtml)$/.test(endingOf(name))
export const isPicture = (name: string): boolean => endingOf(name) === 'svg'
/** For Lumi's own check, which comes after ours. */
export const WHITELISTS = { contentWhitelist: [...CONTENT].join(' '), libraryWhitelist: [...LIBRARY].join(' ') }
/** What computers leave beside one's files; no package means it. */
export const isLitter = (name: string): boolean => name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX')
