/** Elements that run, embed or fetch something. A prefix is any name: dots, letters of every script. */
const ACTIVE_ELEMENT = /<(?:[^\s<>/:]+:)?(script|foreignobject|iframe|embed|object|handler|listener|audio|video|meta|link|base)[\s/>]/i
/** `onload=…`, wherever an attribute can stand. */
const HANDLER = /[\s"'/]on[a-z]+\s*=/i
/** An animation of an address or a handler: it can make one that runs. */
const ANIMATED = /attributename\s*=\s*(?:["']\s*)?(?:[^\s"'<>/:=]+:)?(?:href|on)/i
/** What can give an element more than stands in it: entities, attributes that a doctype adds, stylesheets that build elements. */
const DECLARED = /<!(?:ENTITY|ATTLIST|ELEMENT|NOTATION)|<!DOCTYPE[^>[]{0,1000}\[|<\?xml-stylesheet/i
/** References that lead out of the picture, or run. */
const REFERENCE = /(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi
const HARMLESS = /^\s*(#|data:image\/(png|jpe?g|gif|webp);base64,)/i

/** HTML in a drawing, letters that only an HTML doctype has names for, and addresses that stand in no `url()`. */
const FOREIGN = /w3\.org\/1999\/xhtml|&(?!(?:amp|lt|gt|quot|apos);)[a-z]\w*;|image-set\s*\(/i

const letter = (code: number): string => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '')
const decoded = (text: string): string =>
  text.replace(/&#x([0-9a-f]{1,6});?|&#(\d{1,7});?/gi, (_all, hex?: string, decimal?: string) => letter(hex ? parseInt(hex, 16) : Number(decimal)))

/** As a stylesheet reads it: any letter may be written by its number. */
const unescaped = (text: string): string => text.replace(/\\([0-9a-f]{1,6})\s?/gi, (_all, hex: string) => letter(parseInt(hex, 16))).replaceAll('\\', '')

/** A browser may read other letters than these: what was read here as UTF-8 is written otherwise, or says so. */
const isOtherwiseWritten = (source: string): boolean => {
  const encoding = /^[\s\ufeff]*<\?xml\s[^>]{0,300}?\sencoding\s*=\s*["']([^"']{0,40})/i.exec(source)?.[1]
  return source.includes('\0') || source.startsWith('\ufffd') || (encoding !== undefined && !/^utf-?8$/i.test(encoding))
}

/**
 * Whether an SVG could do anything but be looked at. Refused rather than mended: what a drawing program writes has none of
 * this. It is served in a sandbox besides.
 * @param source its bytes read as UTF-8
 */
export const isActiveSvg = (source: string): boolean => {
  if (isOtherwiseWritten(source)) return true
  const text = decoded(source)
  if (DECLARED.test(text)) return true
  if (ACTIVE_ELEMENT.test(text) || HANDLER.test(text) || ANIMATED.test(text) || /(java|vb)script\s*:/i.test(text.replace(/[\s\0]+/g, ''))) return true
  if (FOREIGN.test(text) || /@import/i.test(unescaped(text))) return true
  const addresses = [...text.matchAll(REFERENCE)].map(([, double, single]) => double ?? single ?? '')
  const inStyles = [...unescaped(text).matchAll(/url\(([^)]{0,200})/gi)].map(([, address = '']) => address.replace(/^[\s'"]+/, ''))
  return [...addresses, ...inStyles].some((address) => address !== '' && !HARMLESS.test(address))
}
