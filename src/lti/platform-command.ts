import { parseArgs } from 'node:util'
import { z } from 'zod'
import { stableId } from '../infra/index.js'
import { toolAddresses, type RegistrationLinks } from './registration/index.js'
import type { Platform, Registry } from './registry.js'

export interface PlatformCommandDeps { registry: Registry; links: RegistrationLinks; publicUrl: string; print: (line: string) => void; complain: (line: string) => void }

const address = z.url({ protocol: /^https?$/ })
const Add = z.object({
  issuer: z.string().min(1), 'client-id': z.string().min(1), deployment: z.array(z.string().min(1)).min(1),
  'auth-url': address, 'token-url': address, 'jwks-url': address, 'token-audience': z.string().min(1).optional(), name: z.string().min(1).optional(),
})
const Link = z.object({ issuer: address.optional(), name: z.string().min(1).max(100).optional(), trust: z.boolean().default(false) })
const USAGE = `keyroom platform link [--issuer URL] [--name NAME] [--trust] [--json]    a link that registers one LMS, once, within 24 hours
keyroom platform add --issuer URL --client-id ID --deployment ID [--deployment ID …] --auth-url URL --token-url URL --jwks-url URL [--token-audience TEXT] [--name NAME] [--json]
keyroom platform list [--json]
keyroom platform approve --issuer URL [--client-id ID] [--json]    one that waits
keyroom platform disable|enable --issuer URL [--client-id ID] [--json]
keyroom platform remove --issuer URL [--client-id ID] [--json]`

const read = (args: string[]) =>
  parseArgs({
    args, allowPositionals: true,
    options: {
      issuer: { type: 'string' }, 'client-id': { type: 'string' }, deployment: { type: 'string', multiple: true }, 'auth-url': { type: 'string' },
      'token-url': { type: 'string' }, 'jwks-url': { type: 'string' }, 'token-audience': { type: 'string' }, name: { type: 'string' }, trust: { type: 'boolean' }, json: { type: 'boolean' },
    },
  })
type Values = ReturnType<typeof read>['values']
type Say = (data: unknown, lines: string[]) => void
/** What was asked, done; the exit code. Undefined: it wasn't understood. */
type Verb = (values: Values, say: Say, deps: PlatformCommandDeps) => Promise<number | undefined>

const misread = (error: z.ZodError, { complain }: PlatformCommandDeps): undefined => {
  for (const { path, message } of error.issues) complain(`--${String(path[0])}: ${message}`)
}

const add: Verb = async (values, say, deps) => {
  const asked = Add.safeParse(values)
  if (!asked.success) return misread(asked.error, deps)
  const { issuer, 'client-id': clientId, deployment, 'auth-url': authUrl, 'token-url': tokenUrl, 'jwks-url': jwksUrl, 'token-audience': tokenAudience, name = issuer } = asked.data
  const platform = await deps.registry.add({ issuer, clientId, deployments: [...new Set(deployment)], authUrl, tokenUrl, jwksUrl, tokenAudience, name, state: 'active' })
  const tool = toolAddresses(deps.publicUrl)
  say({ platform, tool }, [`Registered ${name}.`, 'Enter at the LMS:', `  Login URL             ${tool.login}`, `  Launch, redirect URL  ${tool.launch}`, `  Key set URL           ${tool.keys}`, `  Icon                  ${tool.icon}`])
  return 0
}

const lineOf = ({ name, issuer, clientId, deployments, state = 'active', asking = [] }: Platform): string =>
  [name, issuer, clientId, `deployments ${deployments.join(', ') || 'none'}`, ...(state === 'active' ? [] : [state]), ...(asking.length > 0 ? [`asks to come in: ${asking.map(({ deployment }) => deployment).join(', ')}`] : [])].join('  ')

const list: Verb = async (_values, say, { registry }) => {
  const all = await registry.list()
  say(all, all.length > 0 ? all.map(lineOf) : ['No platform is registered.'])
  return 0
}

const link: Verb = async (values, say, deps) => {
  const asked = Link.safeParse(values)
  if (!asked.success) return misread(asked.error, deps)
  const { token, expires } = await deps.links.make(asked.data)
  const made = `${toolAddresses(deps.publicUrl).register}?token=${token}`
  say({ link: made, expires }, [made, 'Paste it where your LMS adds tools (Moodle: Manage tools, “Tool URL”, “Add LTI Advantage”). It works once, within 24 hours.', asked.data.trust ? 'The LMS can be used at once.' : 'The LMS then waits for your approval: keyroom platform approve --issuer URL'])
  return 0
}

const remove: Verb = async ({ issuer, 'client-id': clientId }, say, { registry }) => {
  if (!issuer) return undefined
  const removed = await registry.remove(issuer, clientId)
  say({ removed }, [removed > 0 ? `Removed ${removed}.` : 'No such platform.'])
  return removed > 0 ? 0 : 1
}

/**
 * Of an issuer's registrations those that `may`; a running Keyroom knows within half a minute. `one`: none is changed unnamed beside another.
 * One issuer speaks for every Canvas in the cloud, so that a stranger may wait beside one's own.
 */
const setState = (state: 'active' | 'disabled', done: string, may: (state: Platform['state']) => boolean, { one = false } = {}): Verb => async ({ issuer, 'client-id': clientId }, say, { registry, complain }) => {
  if (!issuer) return undefined
  const meant = (await registry.of(issuer)).filter((each) => may(each.state) && (clientId === undefined || each.clientId === clientId))
  if (one && meant.length > 1) {
    complain('Several of this issuer wait. Say which one by --client-id:')
    meant.map(lineOf).forEach(complain)
    return 1
  }
  for (const each of meant) await registry.change(stableId(each.issuer, each.clientId), { state })
  say({ changed: meant.length, state }, meant.length > 0 ? meant.map(({ name }) => `${done} ${name}. In effect within half a minute.`) : [one ? 'No such platform waits.' : 'No such platform.'])
  return meant.length > 0 ? 0 : 1
}

const VERBS: Record<string, Verb> = {
  add, list, link, remove,
  approve: setState('active', 'Approved', (state) => state === 'pending', { one: true }),
  enable: setState('active', 'Enabled', (state) => state !== 'pending'),
  disable: setState('disabled', 'Disabled', () => true),
}

/** `keyroom platform …`; the exit code: 0 done, 1 not found, 2 not understood. */
export const platformCommand = async (args: string[], deps: PlatformCommandDeps): Promise<number> => {
  const { print, complain } = deps
  let parsed: ReturnType<typeof read>
  try {
    parsed = read(args)
  } catch (error) {
    complain(`${(error as Error).message}\n${USAGE}`)
    return 2
  }
  const { values, positionals: [name = ''] } = parsed
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  const done = await verb?.(values, (data, lines) => (values.json ? print(JSON.stringify(data, null, 2)) : lines.forEach(print)), deps)
  if (done !== undefined) return done
  complain(USAGE)
  return 2
}
