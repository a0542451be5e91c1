import { execFileSync } from 'node:child_process'
import path from 'node:path'
import type { BrowserContext } from 'playwright-core'

const scripts = process.env.MOODLE_SCRIPTS ?? ''
const php = (file: string, args: string[]): unknown =>
  JSON.parse(execFileSync('php', ['-d', 'memory_limit=512M', '-d', 'max_input_vars=5000', file, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, MOODLE_SCRIPTS: scripts } }))
const run = (script: string, ...args: string[]): unknown => php(path.join(scripts, script), args)
const act = (what: string, ...args: string[]): unknown => php(path.join(import.meta.dirname, 'act.php'), [`--do=${what}`, ...args])

export interface Registered {
  platform: { issuer: string; client_id: string; deployment_id: string; auth_url: string; token_url: string; jwks_url: string }
  activity: { url: string; launch_url: string; resource_link_id: string }
  course: { id: number; gradebook: string }
}
export interface Graded { user: { id: number }; items: { type: string; module: string | null; name: string | null; tag: string | null; max: number; instance: string; raw: number | null; final: number | null; feedback: string | null }[]; completion: Record<string, number> }

/** Registers a tool in Moodle, as an administrator does by the form, and adds an activity. */
export const register = (tool: string, name: string, { course = 'ALSE', deepLink = false, activity = true, custom = [] as string[] } = {}): Registered =>
  run('register.php', `--login=${tool}/lti/login`, `--launch=${tool}/lti/launch`, `--jwks=${tool}/lti/keys`, `--name=${name}`, `--course=${course}`, ...(activity ? [`--activity=${name}`] : ['--no-activity']),
    ...(deepLink ? [`--deeplink=${tool}/lti/launch`] : []), ...custom.map((each) => `--custom=${each}`)) as Registered
export const unregister = (name: string): void => void run('register.php', '--delete', `--name=${name}`)
export const grades = (user: string, course = 'ALSE'): Graded => run('grade.php', `--user=${user}`, `--course=${course}`) as Graded

export interface Activity {
  name: string
  url: string
  resource_link_id: string
  custom: string
  icon: string
  column: { name: string; max: number; tag: string | null; resource: string | null } | null
}
export interface ToolType { id: number; name: string; state: number; icon: string; config: Record<string, string> }
/** A course of its own for a test, with the teacher, the tutor and three students; or the same people in one that is there. */
export const aCourse = (shortname: string): { course: { id: number; url: string }; users: Record<string, { id: number }> } =>
  run('seed.php', `--course=${shortname}`, `--fullname=Course ${shortname}`) as ReturnType<typeof aCourse>
export const toolType = (client: string): ToolType => act('type', `--client=${client}`) as ToolType
export const deleteTool = (client: string): void => void act('delete', `--client=${client}`)
export const addActivity = (client: string, course: string, name: string, custom: string[] = []): Activity[] =>
  act('activity', `--client=${client}`, `--course=${course}`, `--name=${name}`, ...custom.map((each) => `--custom=${each}`)) as Activity[]
export const activities = (course: string): Activity[] => act('activities', `--course=${course}`) as Activity[]
/** Backs the course up and restores it as a new one, without its people. */
export const restoredAs = (course: string, to: string): { id: number; activities: Activity[] } => act('restore', `--course=${course}`, `--to=${to}`) as ReturnType<typeof restoredAs>
export const leave = (course: string, user: string): void => void act('leave', `--course=${course}`, `--user=${user}`)

/** Posts Moodle's login form: quicker than clicking, and the same session. */
export const signIn = async (browser: BrowserContext, moodle: string, username: string): Promise<void> => {
  const page = await (await browser.request.get(`${moodle}/login/index.php`)).text()
  const logintoken = /name="logintoken" value="([^"]+)"/.exec(page)?.[1] ?? ''
  await browser.request.post(`${moodle}/login/index.php`, { form: { logintoken, username, password: process.env.MOODLE_PASSWORD ?? 'Keyroom-1' } })
}
