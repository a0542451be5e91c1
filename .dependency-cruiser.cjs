/** The rooms of the code, top to bottom: imports go down this list, never up. */
const ROOMS = ['demo', 'studio', 'insights', 'lti', 'play', 'credentials', 'game', 'live', 'h5p', 'courses', 'ledger', 'infra']

const downOnly = ROOMS.slice(1).map((room, index) => ({
  name: `down-only-${room}`,
  comment: `${room} lies below ${ROOMS.slice(0, index + 1).join(', ')}: it must not know of them, or a change above would break what stands below.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: `^src/(${ROOMS.slice(0, index + 1).join('|')})/` },
}))

module.exports = {
  forbidden: [
    ...downOnly,
    {
      name: 'one-door',
      comment: 'A room speaks to the others through its index.ts alone; what lies behind it may change without asking.',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/([^/]+)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'one-door-from-the-top',
      comment: 'Composition uses the rooms as anyone does: by their doors.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/[^/]+/', pathNot: '^src/[^/]+/index\\.ts$' },
    },
    {
      name: 'environment-in-one-place',
      comment: 'src/config.ts reads the environment, checked; a room is told what it needs.',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/(config|app|main|cli)\\.ts$' },
    },
    { name: 'no-circles', comment: 'Two files that need each other are one, or hide a third.', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-tests-in-src', comment: 'What runs never needs what proves it.', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench)/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.json'] },
  },
}
