import net, { type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

/** As much of Redis as passing messages on takes: RESP2, subscriptions to channels and patterns, publish. */
export interface PlayedRedis { url: string; published: number; stop(): Promise<void> }

interface Client { socket: Socket; channels: Set<string>; patterns: Set<string> }
const bulk = (text: Buffer | string): Buffer => Buffer.concat([Buffer.from(`$${Buffer.byteLength(text)}\r\n`), Buffer.from(text), Buffer.from('\r\n')])
const array = (...parts: (Buffer | string | number)[]): Buffer => Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...parts.map((part) => (typeof part === 'number' ? Buffer.from(`:${part}\r\n`) : bulk(part)))])

/** The commands in what has arrived, and what is left of it. */
const commandsIn = (data: Buffer): { commands: Buffer[][]; rest: Buffer } => {
  const commands: Buffer[][] = []
  let at = 0
  const number = (from: number): { value: number; next: number } | undefined => {
    const end = data.indexOf('\r\n', from)
    return end < 0 ? undefined : { value: Number(data.subarray(from + 1, end).toString()), next: end + 2 }
  }
  for (;;) {
    const count = number(at)
    if (!count) return { commands, rest: data.subarray(at) }
    const parts: Buffer[] = []
    let next = count.next
    while (parts.length < count.value) {
      const length = number(next)
      if (!length || data.length < length.next + length.value + 2) return { commands, rest: data.subarray(at) }
      parts.push(data.subarray(length.next, length.next + length.value))
      next = length.next + length.value + 2
    }
    commands.push(parts)
    at = next
  }
}

export const playRedis = async (): Promise<PlayedRedis> => {
  const clients = new Set<Client>()
  const redis: PlayedRedis = {
    url: '', published: 0,
    stop: () => {
      for (const { socket } of clients) socket.destroy()
      return new Promise((done) => void server.close(() => done()))
    },
  }
  const publish = (channel: Buffer, message: Buffer): number => {
    redis.published++
    let heard = 0
    for (const { socket, channels, patterns } of clients) {
      const name = channel.toString()
      if (channels.has(name)) heard += Number(socket.write(array('message', channel, message)))
      for (const pattern of patterns) if (name.startsWith(pattern.replace(/\*$/, ''))) heard += Number(socket.write(array('pmessage', pattern, channel, message)))
    }
    return heard
  }
  const answer = (client: Client, [name = Buffer.from(''), ...args]: Buffer[]): void => {
    const command = name.toString().toLowerCase()
    const kept = command.includes('psub') || command.includes('punsub') ? client.patterns : client.channels
    if (/^p?(un)?subscribe$/.test(command)) {
      for (const arg of args) {
        kept[command.includes('un') ? 'delete' : 'add'](arg.toString())
        client.socket.write(array(command, arg, kept.size))
      }
    } else if (command === 'publish') client.socket.write(`:${publish(args[0] ?? name, args[1] ?? name)}\r\n`)
    else if (command === 'info') client.socket.write(bulk('redis_version:7.0.0\r\nloading:0\r\n'))
    else client.socket.write(command === 'hello' ? '-ERR unknown command\r\n' : '+OK\r\n')
  }
  const server = net.createServer((socket) => {
    const client: Client = { socket, channels: new Set(), patterns: new Set() }
    let waiting = Buffer.alloc(0)
    clients.add(client)
    socket.on('close', () => clients.delete(client)).on('error', () => undefined)
    socket.on('data', (data) => {
      const { commands, rest } = commandsIn(Buffer.concat([waiting, data]))
      waiting = Buffer.from(rest)
      for (const command of commands) answer(client, command)
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  redis.url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
  return redis
}
