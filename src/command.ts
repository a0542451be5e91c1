import path from 'node:path'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { adminCommand } from './admin-command.js'
import type { Config } from './config.js'
import { h5pCommand } from './h5p-command.js'
import { makeI18n, makeLog, Refusal, runningMongod } from './infra/index.js'
import { doctorLaunch, platformCommand } from './lti/index.js'
import { retain, RETENTION_MONTHS } from './retention.js'
import { openRooms, ROOT, type Rooms } from './rooms.js'
import { CourseFaults, courseJsonSchema, reportOf, sayFault, type CourseFault } from './studio/index.js'

export interface CommandDeps { config: Config; print: (line: string) => void; complain: (line: string) => void }
/** Does one thing and gives the exit code: 0 done, 1 not done, 2 not understood. */
type Command = (args: string[], deps: CommandDeps) => Promise<number>

export const USAGE = `keyroom admin                        a link that signs one browser in as administrator, once
keyroom platform link                a link by which an LMS registers itself, once
keyroom platform add|list|approve|disable|enable|remove   register an LMS by hand, and look after it
keyroom course check FOLDER|FILE     say what is wrong with a course, with file, line and field
keyroom course import FOLDER|FILE    take a course in; all its runs play the new version
keyroom course export SLUG OUT       write a course to a new folder or a .zip
keyroom course list                  the courses that are here
keyroom course schema                the JSON Schema of course.yaml
keyroom credential list              credentials issued
keyroom credential revoke ID --reason TEXT
keyroom h5p setup --core URL|FILE --editor URL|FILE [--sha256 SUM]   install H5P's core and editor
keyroom h5p setup --types FOLDER|FILE                                install content types from .h5p and .zip files and folders
keyroom retention [--dry-run]        forget who left their course longer ago than RETENTION_MONTHS
keyroom rebuild [--dry-run]          fold all standings anew from the ledger, and say what differed
keyroom keys                         the public keys that others check us by
keyroom keys rotate                  a new key towards LMSs; it signs a day later
keyroom doctor                       look over this installation
keyroom doctor launch CODE           a launch that failed, step by step, by the code its page showed
Each takes --json.`

/** The rooms, over the mongod that a running Keyroom keeps, or over one of their own. */
const withRooms = async <T>({ config, complain }: CommandDeps, use: (rooms: Rooms) => Promise<T>): Promise<T> => {
  const mongodbUri = config.mongodbUri ?? (await runningMongod(config.dataDir))
  const rooms = await openRooms({ ...config, mongodbUri }, complain)
  try {
    return await use(rooms)
  } finally {
    await rooms.close()
  }
}

/** @throws what `parseArgs` says of a flag it doesn't know; answered with the usage. */
const read = <const T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T) =>
  parseArgs({ args, allowPositionals: true, options: { ...options, json: { type: 'boolean' } } as T & { json: { type: 'boolean' } } })

const asked = (command: Command): Command => async (args, deps) => {
  try {
    return await command(args, deps)
  } catch (error) {
    if (error instanceof CourseFaults) return sayFaults(error.faults, args, deps)
    if (error instanceof Refusal) return sayRefusal(error, args, deps)
    if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) return deps.complain(`${(error as Error).message}\n${USAGE}`), 2
    throw error
  }
}

const wordsFor = ({ code, params, mend }: Refusal, { config }: Pick<CommandDeps, 'config'>): { title: string; mend: string } => {
  const say = makeI18n(path.join(ROOT, 'locales'), makeLog(config.logLevel)).in('en')
  const file = code.replace('/', '.problems.')
  return { title: say(`${file}.title`, params), mend: say(mend ?? `${file}.mend`, params) }
}

/** What was refused in the words a page has for it; its code is what logs and programs know it by. */
const sayRefusal = (refusal: Refusal, args: string[], deps: CommandDeps): number => {
  const { print, complain } = deps
  const [{ code }, { title, mend }] = [refusal, wordsFor(refusal, deps)]
  if (args.includes('--json')) print(JSON.stringify({ ok: false, code, title, detail: mend }, null, 2))
  else complain(`${title}. ${mend} (${code})`)
  return 1
}

const sayFaults = (faults: CourseFault[], args: string[], { print, complain }: CommandDeps): number => {
  if (args.includes('--json')) print(JSON.stringify({ ok: false, faults }, null, 2))
  else faults.map(sayFault).forEach(complain)
  return 1
}

/** What refuses nothing, and yet is worth a look. */
const sayWarnings = (warnings: CourseFault[], { complain }: CommandDeps): void => warnings.forEach((each) => complain(`warning: ${sayFault(each)}`))

const misused = ({ complain }: CommandDeps): number => (complain(USAGE), 2)

const course: Command = async (args, deps) => {
  const { values, positionals: [verb, place, out] } = read(args, {})
  const say = (data: object, line: string): number => (deps.print(values.json ? JSON.stringify(data, null, 2) : line), 0)
  if (verb === 'schema') return deps.print(JSON.stringify(courseJsonSchema(), null, 2)), 0
  if (verb === 'check' && place) {
    const { faults, warnings } = await withRooms(deps, ({ h5p }) => reportOf(place, h5p))
    if (!values.json) sayWarnings(warnings, deps)
    return faults.length > 0 ? sayFaults(faults, args, deps) : say({ ok: true, faults, warnings }, `${place} can be imported.`)
  }
  if (verb === 'import' && place) {
    const warnings: CourseFault[] = []
    const made = await withRooms(deps, ({ studio }) => studio.importCourse(place, (found) => void warnings.push(...found)))
    if (!values.json) sayWarnings(warnings, deps)
    return say({ ok: true, course: made.id, slug: made.slug, title: made.title, warnings }, `Imported “${made.title}” as ${made.id}.`)
  }
  if (verb === 'export' && place && out) {
    const made = await withRooms(deps, ({ studio }) => studio.exportCourse(place, out))
    return say({ ok: true, course: made.id, out }, `Exported ${made.id} to ${out}.`)
  }
  if (verb !== 'list') return misused(deps)
  const all = await withRooms(deps, ({ courses }) => courses.list())
  return say(all, all.length > 0 ? all.map((each) => `${each.slug}  ${each.course}  ${each.title}`).join('\n') : 'There is no course yet: keyroom course import FOLDER')
}

const rebuild: Command = async (args, deps) => {
  const { values } = read(args, { 'dry-run': { type: 'boolean' } })
  const result = await withRooms(deps, ({ ledger }) => ledger.rebuild({ dryRun: values['dry-run'] ?? false }))
  if (values.json) deps.print(JSON.stringify(result, null, 2))
  else {
    deps.print(`${result.events} events, ${result.standings} standings, ${result.differed.length} differed.`)
    for (const { id, paths } of result.differed) deps.print(`  ${id}: ${paths.join(', ')}`)
  }
  return values['dry-run'] && result.differed.length > 0 ? 1 : 0
}

const retention: Command = async (args, deps) => {
  const { values } = read(args, { 'dry-run': { type: 'boolean' } })
  const months = deps.config.retentionMonths ?? RETENTION_MONTHS
  const say = (data: object, line: string): number => (deps.print(values.json ? JSON.stringify(data, null, 2) : line), 0)
  if (months === 0) return say({ ok: true, months, people: 0, erased: 0, views: 0 }, 'RETENTION_MONTHS is 0: nobody is forgotten.')
  const { before, people, erased, views } = await withRooms(deps, (rooms) => retain(rooms, months, { dryRun: values['dry-run'] }))
  return say({ ok: true, months, before, people, erased, views }, `${people} left before ${before.toISOString()}; ${erased} forgotten. Student views last used before that: ${views}.`)
}

const keys: Command = async (args, deps) => {
  const { values, positionals: [verb] } = read(args, {})
  if (verb === 'rotate') {
    const kid = await withRooms(deps, ({ lti }) => lti.rotateKey())
    return deps.print(values.json ? JSON.stringify({ ok: true, kid }) : `Made ${kid}. It is published now and signs in a day; the old one stays published for 30 days after that.`), 0
  }
  if (verb !== undefined) return misused(deps)
  const found = await withRooms(deps, async ({ lti, credentials }) => ({ tool: await lti.publicKey(), issuer: await credentials.didDocument() }))
  if (values.json) return deps.print(JSON.stringify(found, null, 2)), 0
  deps.print(`LTI tool key  ${found.tool.kid}\n${found.tool.pem.trim()}`)
  deps.print(`Issuer        ${found.issuer.id}`)
  for (const method of found.issuer.verificationMethod) deps.print(`  ${method.id}`)
  return 0
}

const credential: Command = async (args, deps) => {
  const { values, positionals: [verb, id] } = read(args, { reason: { type: 'string' } })
  if (verb === 'list') {
    const all = await withRooms(deps, ({ credentials }) => credentials.list({}))
    deps.print(values.json ? JSON.stringify(all, null, 2) : all.map((each) => `${each.id}  ${each.issuedAt.toISOString()}${each.revoked ? `  revoked ${each.revoked.at.toISOString()}: ${each.revoked.reason}` : ''}`).join('\n') || 'None was issued yet.')
    return 0
  }
  if (verb !== 'revoke' || !id || !values.reason) return misused(deps)
  const reason = values.reason
  await withRooms(deps, ({ credentials }) => credentials.revoke(id, reason, 'command line'))
  deps.print(values.json ? JSON.stringify({ ok: true, id }) : `Revoked ${id}.`)
  return 0
}

const doctor: Command = async (args, deps) => {
  const { values, positionals: [verb, code] } = read(args, {})
  if (verb === 'launch' && code) return withRooms(deps, ({ lti, kit }) => doctorLaunch(code, { traces: lti.doctor.traces, i18n: kit.i18n, print: deps.print, complain: deps.complain }, { json: values.json }))
  if (verb !== undefined) return misused(deps)
  const findings = await withRooms(deps, lookOver)
  if (values.json) deps.print(JSON.stringify(findings, null, 2))
  else for (const { ok, what, mend } of findings) deps.print(`${ok ? '✓' : '✗'} ${what}${mend ? `\n    ${mend}` : ''}`)
  return findings.every(({ ok }) => ok) ? 0 : 1
}

export interface Finding { ok: boolean; what: string; mend?: string }

/** Looks at what most often is wrong. Says what to do, never a secret. */
const lookOver = async ({ kit, courses, lti, ledger }: Rooms): Promise<Finding[]> => {
  const { config } = kit
  const [all, platforms, { differed }] = await Promise.all([courses.list(), lti.registry.list(), ledger.rebuild({ dryRun: true })])
  const failed = await kit.mongo.db.collection('outbox').countDocuments({ state: 'failed' })
  const pending = platforms.filter(({ state }) => state === 'pending').length
  const keySets = await Promise.all(platforms.filter(({ state = 'active' }) => state === 'active').map(async ({ name, jwksUrl }): Promise<Finding> => {
    const said = await fetch(jwksUrl, { signal: AbortSignal.timeout(5000) }).then(async (answer) => (answer.ok && Array.isArray(((await answer.json()) as { keys?: unknown }).keys) ? '' : `it answers ${answer.status}`), (error: Error) => error.message)
    return { ok: said === '', what: `The key set of ${name} can be read`, ...(said ? { mend: `${jwksUrl}: ${said}. Compare the address with the LMS’s, and see whether a firewall stands between.` } : {}) }
  }))
  return [
    { ok: true, what: 'The database answers, with majority writes' },
    { ok: config.demo || config.publicUrl.startsWith('https:'), what: `PUBLIC_URL is ${config.publicUrl}`, ...(config.publicUrl.startsWith('https:') || config.demo ? {} : { mend: 'Browsers keep no cookies in a frame without https: put a proxy with a certificate in front.' }) },
    { ok: all.length > 0, what: `Courses: ${all.length}`, ...(all.length > 0 ? {} : { mend: 'keyroom course import FOLDER' }) },
    { ok: platforms.length > 0, what: `Platforms: ${platforms.length}`, ...(platforms.length > 0 ? {} : { mend: 'keyroom platform link' }) },
    ...(pending > 0 ? [{ ok: false, what: `LMSs that wait for approval: ${pending}`, mend: 'keyroom platform approve --issuer URL, or Administration, LMSs.' }] : []),
    ...keySets,
    { ok: failed === 0, what: `Grades and credentials that failed: ${failed}`, ...(failed > 0 ? { mend: 'The instructor’s page says why for each, and sends it again.' } : {}) },
    { ok: differed.length === 0, what: 'Standings are what the ledger says', ...(differed.length > 0 ? { mend: `${differed.length} differ: keyroom rebuild` } : {}) },
  ]
}

const platform: Command = (args, deps) => withRooms(deps, ({ lti, kit }) => platformCommand(args, { registry: lti.registry, links: lti.links, publicUrl: kit.config.publicUrl, print: deps.print, complain: deps.complain }))

const admin: Command = (args, deps) => withRooms(deps, ({ admins, kit }) => adminCommand(args, { admins, publicUrl: kit.config.publicUrl, print: deps.print }))

const h5p: Command = (args, deps) => h5pCommand(args, { ...deps, misused: () => misused(deps), bring: (place) => withRooms(deps, ({ h5p }) => h5p.bringLibraries(place)), mendOf: (refusal) => wordsFor(refusal, deps).mend })

const COMMANDS: Record<string, Command> = { admin, platform, h5p, course, credential, rebuild, retention, keys, doctor }

export const commandOf = (name: string): Command | undefined => (Object.hasOwn(COMMANDS, name) && COMMANDS[name] ? asked(COMMANDS[name]) : undefined)
