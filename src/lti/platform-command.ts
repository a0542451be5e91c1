import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { Registry } from './registry.js'

export interface PlatformCommandDeps { registry: Registry; publicUrl: string; print: (line: string) => void; complain: (line: string) => void }

const address = z.url({ protocol: /^https?$/ })
const Add = z.object({
  issuer: z.string().min(1), 'client-id': z.string().min(1), deployment: z.array(z.string().min(1)).min(1),
  'auth-url': address, 'token-url': address, 'jwks-url': address, name: z.string().min(1).optional(),
})
const USAGE = `keyroom platform add --issuer URL --client-id ID --deployment ID [--deployment ID …] --auth-url URL --token-url URL --jwks-url URL [--name NAME] [--json]
keyroom platform list [--json]
keyroom platform remove --issuer URL [--client-id ID] [--json]`

const read = (args: string[]) =>
  parseArgs({
    args, allowPositionals: true,
    options: {
      issuer: { type: 'string' }, 'client-id': { type: 'string' }, deployment: { type: 'string', multiple: true }, 'auth-url': { type: 'string' },
      'token-url': { type: 'string' }, 'jwks-url': { type: 'string' }, name: { type: 'string' }, json: { type: 'boolean' },
    },
  })

/** The addresses that the LMS's side asks for. */
export const toolAddresses = (publicUrl: string) => ({
  login: new URL('/lti/login', publicUrl).href, launch: new URL('/lti/launch', publicUrl).href, keys: new URL('/lti/keys', publicUrl).href,
})

/** `keyroom platform …`; the exit code: 0 done, 1 not found, 2 not understood. */
export const platformCommand = async (args: string[], { registry, publicUrl, print, complain }: PlatformCommandDeps): Promise<number> => {
  let parsed: ReturnType<typeof read>
  try {
    parsed = read(args)
  } catch (error) {
    complain(`${(error as Error).message}\n${USAGE}`)
    return 2
  }
  const { values, positionals: [verb] } = parsed
  const say = (data: unknown, lines: string[]): void => (values.json ? print(JSON.stringify(data, null, 2)) : lines.forEach(print))
  if (verb === 'add') {
    const add = Add.safeParse(values)
    if (!add.success) {
      for (const { path, message } of add.error.issues) complain(`--${String(path[0])}: ${message}`)
      complain(USAGE)
      return 2
    }
    const { issuer, 'client-id': clientId, deployment, 'auth-url': authUrl, 'token-url': tokenUrl, 'jwks-url': jwksUrl, name = issuer } = add.data
    const platform = await registry.add({ issuer, clientId, deployments: [...new Set(deployment)], authUrl, tokenUrl, jwksUrl, name })
    const tool = toolAddresses(publicUrl)
    say({ platform, tool }, [`Registered ${name}.`, 'Enter at the LMS:', `  Login URL             ${tool.login}`, `  Launch, redirect URL  ${tool.launch}`, `  Key set URL           ${tool.keys}`])
    return 0
  }
  if (verb === 'list') {
    const all = await registry.list()
    say(all, all.length > 0 ? all.map((each) => `${each.name}  ${each.issuer}  ${each.clientId}  deployments ${each.deployments.join(', ')}`) : ['No platform is registered.'])
    return 0
  }
  if (verb === 'remove' && values.issuer) {
    const removed = await registry.remove(values.issuer, values['client-id'])
    say({ removed }, [removed > 0 ? `Removed ${removed}.` : 'No such platform.'])
    return removed > 0 ? 0 : 1
  }
  complain(USAGE)
  return 2
}
