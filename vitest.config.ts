import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/moodle/**', 'node_modules/**'],
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 180_000,
    // A slow machine is no fault: what must become true has time to.
    expect: { poll: { timeout: 20_000 } },
  },
})
