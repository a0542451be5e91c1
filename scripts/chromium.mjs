// A Chromium to drive: CHROMIUM_PATH, one on PATH, or the one in the package registry, which brings the libraries a bare system lacks.
import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright-core'

const onPath = () => {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  return ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => existsSync(file))
}

const fromRegistry = async () => {
  // Without this the package unpacks the browser alone, and not the libraries (libnss3, libexpat …) beside it.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs20.x'
  const { default: packed } = await import('@sparticuz/chromium')
  return { executablePath: await packed.executablePath(), libraries: path.join(os.tmpdir(), 'al2023', 'lib') }
}

/** No sandbox of its own in containers, and no calls home. */
const QUIET = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
/** A frame of another site stays in its page's process: the driver at times loses one that changes it several times in a second. */
const STEADY = ['--disable-site-isolation-trials']

/** A headless Chromium; `blocked` refuses third-party cookies, as private windows and other browsers do. */
export const launchChromium = async ({ blocked = false } = {}) => {
  const own = process.env.CHROMIUM_PATH || onPath()
  const { executablePath, libraries } = own ? { executablePath: own } : await fromRegistry()
  const search = [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  return chromium.launch({
    executablePath,
    args: [...QUIET, ...STEADY, '--disable-dev-shm-usage', ...(blocked ? ['--test-third-party-cookie-phaseout'] : [])],
    env: { ...process.env, ...(search ? { LD_LIBRARY_PATH: search } : {}) },
  })
}
