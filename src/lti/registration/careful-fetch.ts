import { lookup as resolve } from 'node:dns'
import { request as plainly, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as securely } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { readWithin } from '../read-within.js'

/** Why an address that a stranger named was not asked, or not heard to its end. */
export type FetchReason = 'address' | 'insecure' | 'private' | 'unreachable' | 'slow' | 'large' | 'redirect'
export class FetchFault extends Error {
  constructor(readonly reason: FetchReason, readonly host: string, options?: ErrorOptions) {
    super(`${host}: ${reason}`, options)
    this.name = 'FetchFault'
  }
}
export interface Care {
  /** May an address be http? */
  mayBePlain(url: URL): boolean
  /** May an address lie inside our own network? */
  mayBeInside(url: URL): boolean
  timeoutMs: number
}
export interface Asked { status: number; text: string }

const MOST_BYTES = 256 * 1024

/** What isn't reached over the internet: this machine, its network, the cloud's own addresses. @see RFC 6890 */
const INSIDE = new BlockList()
for (const [net, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 3]] as const) INSIDE.addSubnet(net, bits)
for (const [net, bits] of [['::', 127], ['64:ff9b::', 32], ['2001::', 32], ['2002::', 16], ['fc00::', 7], ['fe80::', 10], ['ff00::', 8]] as const) INSIDE.addSubnet(net, bits, 'ipv6')

const isInside = (address: string): boolean => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return INSIDE.check(mapped)
  const family = isIP(address)
  // An IPv4 address in any other dress of IPv6 is nobody's public address.
  return family === 4 ? INSIDE.check(address) : /^::ffff:/i.test(address) || INSIDE.check(address, 'ipv6')
}

/** Looks a name up once, and connects to what was looked at: a name that answers otherwise the second time leads nowhere else. */
const outsideOnly = (host: string): LookupFunction => (hostname, options, answer) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    const inside = found?.some(({ address }) => isInside(address)) ?? false
    const [first] = found ?? []
    if (error || inside || !first) return answer(error ?? (new FetchFault('private', host) as NodeJS.ErrnoException), [])
    if (options.all) answer(null, found)
    else answer(null, first.address, first.family)
  })
}

const guard = (url: URL, care: Care): void => {
  const { protocol, hostname, host } = url
  if (protocol !== 'https:' && !(protocol === 'http:' && care.mayBePlain(url))) throw new FetchFault('insecure', host)
  const literal = hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) && isInside(literal) && !care.mayBeInside(url)) throw new FetchFault('private', host)
}

const textOf = async (answer: IncomingMessage, host: string): Promise<string> =>
  (await readWithin(answer as AsyncIterable<Buffer>, MOST_BYTES, () => new FetchFault('large', host))).toString('utf8')

const send = (url: URL, options: RequestOptions, body: string | undefined): Promise<IncomingMessage> =>
  new Promise((resolved, reject) => {
    const request = (url.protocol === 'https:' ? securely : plainly)(url, options, resolved)
    request.once('error', reject)
    request.end(body)
  })

/**
 * Asks an address that somebody else has named: https, no redirect, nothing inside our own network, 256 kB and a few seconds at
 * most. What the answer says is the caller's to judge.
 * @throws FetchFault
 */
export const carefulFetch = async (address: string, { method = 'GET', headers = {}, body }: { method?: 'GET' | 'POST'; headers?: Record<string, string>; body?: string }, care: Care): Promise<Asked> => {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || url.username !== '' || url.password !== '') throw new FetchFault('address', url?.host ?? '')
  guard(url, care)
  const signal = AbortSignal.timeout(care.timeoutMs)
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  try {
    const lookup = care.mayBeInside(url) ? {} : { lookup: outsideOnly(url.host) }
    const answer = await send(url, { method, agent: false, signal, headers: { accept: 'application/json', ...headers, ...length }, ...lookup }, body)
    const status = answer.statusCode ?? 0
    if (status >= 300 && status < 400) {
      answer.destroy()
      throw new FetchFault('redirect', url.host)
    }
    return { status, text: await textOf(answer, url.host) }
  } catch (cause) {
    if (cause instanceof FetchFault) throw cause
    throw new FetchFault(signal.aborted ? 'slow' : 'unreachable', url.host, { cause })
  }
}
