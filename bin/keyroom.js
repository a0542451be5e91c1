#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
if (!existsSync(cli)) {
  console.error('Keyroom is not built yet. Run: npm ci && npm run build')
  process.exit(1)
}
await import(cli)
