import { defineConfig } from 'vitest/config'

/** Apart from `npm test`: it needs a Moodle, which scripts/test-moodle.mjs starts. */
export default defineConfig({
  test: { include: ['test/moodle/**/*.test.ts'], globalSetup: ['test/support/global-setup.ts'], testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 1 },
})
