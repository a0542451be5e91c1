import { execFileSync } from 'node:child_process'
import path from 'node:path'
import type { BrowserContext } from 'playwright-core'

const scripts = process.env.MOODLE_SCRIPTS ?? ''
const run = (script: string, ...args: string[]): unknown =>
  JSON.parse(execFileSync('php', ['-d', 'memory_limit=512M', path.join(scripts, script), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }))

export interface Registered {
  platform: { issuer: string; client_id: string; deployment_id: string; auth_url: string; token_url: string; jwks_url: string }
  activity: { url: string; launch_url: string; resource_link_id: string }
  course: { id: number; gradebook: string }
}
export interface Graded { user: { id: number }; items: { module: string | null; instance: string; raw: number | null; final: number | null; feedback: string | null }[]; completion: Record<string, number> }

/** Registers a tool in Moodle, as an administrator does by the form, and adds an activity. */
export const register = (tool: string, name: string): Registered =>
  run('register.php', `--login=${tool}/lti/login`, `--launch=${tool}/lti/launch`, `--jwks=${tool}/lti/keys`, `--name=${name}`, `--activity=${name}`) as Registered
export const unregister = (name: string): void => void run('register.php', '--delete', `--name=${name}`)
export const grades = (user: string): Graded => run('grade.php', `--user=${user}`) as Graded

/** Posts Moodle's login form: quicker than clicking, and the same session. */
export const signIn = async (browser: BrowserContext, moodle: string, username: string): Promise<void> => {
  const page = await (await browser.request.get(`${moodle}/login/index.php`)).text()
  const logintoken = /name="logintoken" value="([^"]+)"/.exec(page)?.[1] ?? ''
  await browser.request.post(`${moodle}/login/index.php`, { form: { logintoken, username, password: process.env.MOODLE_PASSWORD ?? 'Keyroom-1' } })
}
