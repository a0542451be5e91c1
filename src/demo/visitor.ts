/** A page answered otherwise than the demo's history needs. */
export class SeedFault extends Error {}

/** A browser's cookies, as far as a demo needs them: by origin. */
const makeJar = () => {
  const jar = new Map<string, Map<string, string>>()
  const of = (origin: string) => jar.get(origin) ?? new Map<string, string>()
  return {
    of,
    take(origin: string, res: Response) {
      const cookies = of(origin)
      jar.set(origin, cookies)
      for (const line of res.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (value === '') cookies.delete(name)
        else cookies.set(name, value)
      }
    },
    header: (origin: string) => [...of(origin)].map(([name, value]) => `${name}=${value}`).join('; '),
  }
}

const unescape = (html: string): string => html.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

/** The form that sends itself, as a browser reads it. */
export const formIn = (html: string, from: string): { action: string; fields: Record<string, string> } => {
  const action = /<form[^>]*\saction="([^"]+)"/.exec(html)?.[1]
  if (!action) throw new SeedFault(`No form was found at ${from}`)
  const inputs = [...html.matchAll(/<input[^>]*>/g)].map(([tag]) => [/\sname="([^"]*)"/.exec(tag)?.[1], /\svalue="([^"]*)"/.exec(tag)?.[1] ?? ''])
  return { action: unescape(action), fields: Object.fromEntries(inputs.flatMap(([name, value]) => (name ? [[name, unescape(value ?? '')]] : []))) }
}

interface Came { res: Response; url: string }
/** A browser without a screen: cookies, redirects, and forms that send themselves. */
export interface Visitor {
  cookies(origin: string): Map<string, string>
  go(url: string, init?: RequestInit): Promise<Came>
  post(url: string, fields: Record<string, string> | URLSearchParams): Promise<Came>
  /** Sends the form of the page that came. */
  send(came: Came): Promise<Came>
}
export const makeVisitor = (): Visitor => {
  const jar = makeJar()
  const go: Visitor['go'] = async (url, init = {}) => {
    const { origin } = new URL(url)
    const res = await fetch(url, { ...init, redirect: 'manual', headers: { ...(init.headers as Record<string, string>), cookie: jar.header(origin) } })
    jar.take(origin, res)
    const location = res.headers.get('location')
    if (res.status < 300 || res.status >= 400 || !location) return { res, url }
    return go(new URL(location, url).href, { headers: init.headers })
  }
  const post: Visitor['post'] = (url, fields) => go(url, { method: 'POST', body: new URLSearchParams(fields) })
  return {
    cookies: jar.of, go, post,
    async send({ res, url }) {
      const { action, fields } = formIn(await res.text(), url)
      return post(new URL(action, url).href, fields)
    },
  }
}
