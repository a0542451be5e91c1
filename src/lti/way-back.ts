const SECRET = /key|token|sess|sig|nonce|csrf|ticket|auth|code|secret|pass/i
/** An id or a word; what is longer may open something. */
const HARMLESS = /^[\w.-]{1,24}$/

const httpUrl = (url: string | undefined): URL | undefined => {
  const parsed = url && URL.canParse(url) ? new URL(url) : undefined
  return parsed && /^https?:$/.test(parsed.protocol) && parsed.username === '' ? parsed : undefined
}

/** Moodle's own way back asks for the person's session key, so what is kept leads to the course itself (mod/lti/return.php). */
const inMoodle = ({ origin, pathname, searchParams }: URL): string | undefined => {
  const course = searchParams.get('course') ?? ''
  const root = /^(.*)\/mod\/lti\/return\.php$/.exec(pathname)?.[1]
  return root !== undefined && /^\d{1,10}$/.test(course) ? `${origin}${root}/course/view.php?id=${course}` : undefined
}

/** Where «back» leads, as it may be kept: of its query only what is no secret. */
export const wayBack = (returnUrl: string | undefined): string | undefined => {
  const url = httpUrl(returnUrl)
  if (!url) return undefined
  const kept = new URL(url.pathname, url.origin)
  for (const [name, value] of url.searchParams) if (!SECRET.test(name) && HARMLESS.test(value)) kept.searchParams.append(name, value)
  return inMoodle(url) ?? kept.href
}
