/** The demo LMS; what a tool has to know of it is told at /known, the grades that stand in it at /grades. Told by its environment. */
import { createServer } from 'node:http'
import { createDemoLms, PEOPLE } from '../../src/demo/index.js'

const { PORT = '', TOOL = '' } = process.env
const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'

const lms = await createDemoLms({ keyroomUrl: TOOL })
const learners = PEOPLE.filter(({ kind }) => kind === 'participant').map(({ id }) => id)
const { lineitems, scope } = lms.claims(learners[0] ?? '', 'nonce')[AGS] as { lineitems: string; scope: string[] }
const known = { registration: lms.registration(), learners, lineitems, scope }
const grades = () => {
  const addresses = new Map(lms.lineItems().map(({ id, url }) => [id, url]))
  return lms.grades().map(({ lineItem, userId, given }) => ({ column: addresses.get(lineItem), userId, given }))
}
createServer((req, res) => void res.setHeader('content-type', 'application/json').end(JSON.stringify(req.url === '/grades' ? grades() : known))).listen(Number(PORT), '127.0.0.1')
