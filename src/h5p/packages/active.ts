/** Elements that run, embed or fetch something. */
const ACTIVE_ELEMENT = /<(?:[\w-]+:)?(script|foreignobject|iframe|embed|object|handler|listener|audio|video|meta|link|base)[\s/>]/i
/** `onload=…`, wherever an attribute can stand. */
const HANDLER = /[\s"'/]on[a-z]+\s*=/i
/** An animation of an address or a handler: it can make one that runs. */
const ANIMATED = /attributename\s*=\s*["']?\s*(?:[\w-]+:)?(?:href|on)/i
/** References that lead out of the picture, or run. */
const REFERENCE = /(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi
const HARMLESS = /^\s*(#|data:image\/(png|jpe?g|gif|webp);base64,)/i

const decoded = (text: string): string =>
  text.replace(/&#x([0-9a-f]{1,6});?|&#(\d{1,7});?/gi, (_all, hex?: string, decimal?: string) => {
    const code = hex ? parseInt(hex, 16) : Number(decimal)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
  })

/**
 * Whether an SVG could do anything but be looked at. Refused rather than mended: what a drawing program writes has none of
 * this. It is served in a sandbox besides.
 */
export const isActiveSvg = (source: string): boolean => {
  const text = decoded(source)
  if (/<!ENTITY|<!DOCTYPE[^>[]{0,1000}\[/i.test(text)) return true
  if (ACTIVE_ELEMENT.test(text) || HANDLER.test(text) || ANIMATED.test(text) || /(java|vb)script\s*:/i.test(text.replace(/[\s\0]+/g, ''))) return true
  if (/@import/i.test(text)) return true
  const addresses = [...text.matchAll(REFERENCE)].map(([, double, single]) => double ?? single ?? '')
  const inStyles = [...text.matchAll(/url\(([^)]{0,200})/gi)].map(([, address = '']) => address.replace(/^[\s'"]+/, ''))
  return [...addresses, ...inStyles].some((address) => address !== '' && !HARMLESS.test(address))
}
