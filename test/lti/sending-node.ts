import { createCourses } from '../../src/courses/index.js'
import { connectMongo, makeI18n, makeSecrets } from '../../src/infra/index.js'
import { createLedger } from '../../src/ledger/index.js'
import { createGradeService } from '../../src/lti/grade-service.js'
import { openToolKeys } from '../../src/lti/key.js'
import { createRegistry } from '../../src/lti/registry.js'
import { createServices } from '../../src/lti/services.js'
import { quiet, testSlices } from '../support/ledger.js'

/** A node that only sends grades, to be killed while it does. Its clock stands still. */
const { MONGODB_URI = '', SECRET = '', CLOCK = '' } = process.env
const now = (): Date => new Date(Number(CLOCK))
const mongo = await connectMongo(MONGODB_URI)
const [ledger, courses, registry, keys] = await Promise.all([createLedger({ mongo, slices: testSlices, log: quiet, now }), createCourses({ mongo, now }), createRegistry(mongo, now), openToolKeys(mongo, makeSecrets(SECRET), now)])
const kit = { log: quiet, now, i18n: makeI18n('locales', quiet) }
createGradeService({ kit, db: mongo.db, services: createServices({ keys, now }), registry, courses, ledger, gradesOf: () => [] }).start({ pollMs: 50 })
