import { MEDIA_LIMITS } from '../packages/index.js'

/** What a file is by its own first bytes; its name may say anything. */
export interface Sniffed { kind: 'image' | 'audio' | 'video' | 'captions'; ending: string; mime: string }

/** What one file of a kind may have. */
export const LIMITS: Record<Sniffed['kind'], number> = MEDIA_LIMITS
/** As much as `sniff` looks at. */
export const HEAD = 4096

const text = (head: Buffer, from: number, to: number): string => head.subarray(from, to).toString('latin1')
const starts = (head: Buffer, ...bytes: number[]): boolean => bytes.every((byte, index) => head[index] === byte)

const image = (ending: string, mime = `image/${ending}`): Sniffed => ({ kind: 'image', ending, mime })
const audio = (ending: string, mime: string): Sniffed => ({ kind: 'audio', ending, mime })
const video = (ending: string): Sniffed => ({ kind: 'video', ending, mime: `video/${ending}` })

/** ISO media: the brand says whose. @see ISO/IEC 14496-12, 4.3 */
const sniffBrand = (head: Buffer, name: string): Sniffed | undefined => {
  const brand = text(head, 8, 12)
  if (/^avi[fs]$/.test(brand)) return image('avif')
  if (/^M4[AB] $/.test(brand) || (/\.m4[ab]$/i.test(name) && /^(isom|mp4\d)$/.test(brand))) return audio('m4a', 'audio/mp4')
  return /^(isom|iso\d|mp4\d|avc1|dash|M4V |MSNV|3gp\d)$/.test(brand) ? video('mp4') : undefined
}
const sniffRiff = (head: Buffer): Sniffed | undefined => {
  if (text(head, 8, 12) === 'WEBP') return image('webp')
  return text(head, 8, 12) === 'WAVE' ? audio('wav', 'audio/wav') : undefined
}
const sniffOgg = (head: Buffer): Sniffed | undefined => {
  const codecs = text(head, 0, 512)
  if (codecs.includes('theora')) return { kind: 'video', ending: 'ogv', mime: 'video/ogg' }
  return /vorbis|OpusHead|FLAC/.test(codecs) ? audio('ogg', 'audio/ogg') : undefined
}
/** MPEG audio without a tag begins with a frame; layer nought is AAC. */
const sniffFrame = (head: Buffer): Sniffed | undefined => {
  const [first = 0, second = 0] = head
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined
  return (second & 0x06) === 0 ? ((second & 0xf0) === 0xf0 ? audio('aac', 'audio/aac') : undefined) : audio('mp3', 'audio/mpeg')
}
/** What may stand before a drawing's own tag, and where each ends. */
const BEFORE_SVG: [begins: RegExp, ends: string][] = [[/<\?xml\b/iy, '>'], [/<!--/y, '-->'], [/<!DOCTYPE\s+svg\b/iy, '>']]
/** Walks from one to the next: an expression for all of them together would try each way to divide them. */
const isDrawing = (start: string): boolean => {
  const pastSign = (sign: RegExp, at: number): number => ((sign.lastIndex = at), sign.test(start) ? sign.lastIndex : -1)
  for (let at = 0; ; ) {
    at = pastSign(/\s*/y, at)
    const [from, ends] = BEFORE_SVG.map(([begins, ends]) => [pastSign(begins, at), ends] as const).find(([past]) => past >= 0) ?? [-1, '']
    if (from < 0) return pastSign(/<svg[\s>]/iy, at) >= 0
    const end = start.indexOf(ends, from)
    // A doctype with declarations of its own can grow while it is read.
    if (end < 0 || (ends === '>' && start.slice(from, end).includes('['))) return false
    at = end + ends.length
  }
}
const sniffText = (head: Buffer): Sniffed | undefined => {
  const start = head.toString('utf8').replace(/^\ufeff/, '')
  if (/^WEBVTT(\s|$)/.test(start)) return { kind: 'captions', ending: 'vtt', mime: 'text/vtt' }
  return isDrawing(start) ? image('svg', 'image/svg+xml') : undefined
}

/** @returns undefined for what no activity shows */
export const sniff = (head: Buffer, name = ''): Sniffed | undefined => {
  if (starts(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return image('png')
  if (starts(head, 0xff, 0xd8, 0xff)) return image('jpg', 'image/jpeg')
  if (/^GIF8[79]a/.test(text(head, 0, 6))) return image('gif')
  if (text(head, 0, 4) === 'RIFF') return sniffRiff(head)
  if (text(head, 4, 8) === 'ftyp') return sniffBrand(head, name)
  if (starts(head, 0x1a, 0x45, 0xdf, 0xa3)) return text(head, 0, 64).includes('webm') ? video('webm') : undefined
  if (text(head, 0, 4) === 'OggS') return sniffOgg(head)
  if (text(head, 0, 3) === 'ID3') return audio('mp3', 'audio/mpeg')
  return sniffFrame(head) ?? sniffText(head)
}
