import express, { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { BadInput, langOf, read, type Kit } from '../infra/index.js'
import { forAllSites, jsonAsked, notIndexed, sendJson } from './answer.js'
import { certificateView } from './certificate.js'
import type { Issuer } from './issuer.js'
import { CredentialNotFound } from './refusals.js'
import type { CredentialStore, StoredCredential } from './store.js'
import type { Verdict, Verifier } from './verify.js'

export interface VerifyDeps {
  kit: Pick<Kit, 'views' | 'i18n' | 'limits' | 'now'>
  issuer: Issuer
  store: Pick<CredentialStore, 'find'>
  verifier: Verifier
}

/** Ours are 4–8 KB. */
const MAX_CREDENTIAL = 64 * 1024
const ALLOWANCE = { points: 20, seconds: 60 }

/** A form's text is percent-encoded, up to three times as long; a program sends the document as it is. */
const FORM = express.urlencoded({ extended: false, limit: 3 * MAX_CREDENTIAL })
const DOCUMENT = express.text({ type: ['application/json', 'application/*+json', 'application/vc', 'text/plain'], limit: MAX_CREDENTIAL })
const Given = z.object({ credential: z.string().trim().min(1).max(MAX_CREDENTIAL) })

const asJson = (verdict: Verdict): object => {
  if (verdict.state === 'another-issuer') return verdict
  if (!('credential' in verdict)) return { state: verdict.state }
  return { state: verdict.state, id: verdict.credential.id, ...(verdict.state === 'revoked' ? { revoked: verdict.revoked } : {}) }
}

export const verifyRoutes = ({ kit, issuer, store, verifier }: VerifyDeps): Router => {
  const page = (req: Request, res: Response, verdict?: Verdict | { state: 'not-found' }, status = 200): void => {
    const lang = langOf(req, res)
    const say = kit.i18n.in(lang)
    if (verdict && 'credential' in verdict) {
      const view = certificateView(verdict, { lang, say, home: issuer.home, now: kit.now() })
      return kit.views.page(req, res, 'credentials/certificate', view, { title: view.name, layout: 'bare' })
    }
    kit.views.page(req, res, 'credentials/verify', { verdict, issuer: issuer.name, max: MAX_CREDENTIAL }, { status, title: say('credentials.form.title'), layout: 'bare' })
  }
  const held = async (id: string): Promise<StoredCredential | undefined> => (/^[\w-]{24}$/.test(id) ? store.find(id) : undefined)
  const json = async (req: Request, res: Response, type: string): Promise<void> => {
    const id = String(req.params.id)
    const found = await held(id)
    if (!found) throw new CredentialNotFound({ detail: { credential: id } })
    if (req.query.download !== undefined) res.attachment(`credential-${id}.json`)
    sendJson(res, found.json, type)
  }

  const router = Router().use('/verify', notIndexed)
  router.get('/verify', (req, res) => page(req, res))
  router.post('/verify', async (req, _res, next) => {
    await kit.limits.consume('verify', req.ip ?? '', ALLOWANCE)
    next()
  }, FORM, DOCUMENT, async (req, res) => {
    if (typeof req.body === 'string') return void res.json(asJson(await verifier.given(req.body)))
    try {
      page(req, res, await verifier.given(read(Given, req.body).credential))
    } catch (error) {
      // An empty form is no fault of anyone's: it says what to do.
      if (!(error instanceof BadInput)) throw error
      page(req, res, { state: 'not-a-credential' }, 400)
    }
  })
  router.get('/verify/:id.json', forAllSites, (req, res) => json(req, res, jsonAsked(req, 'json') ?? 'application/json'))
  router.get('/verify/:id', forAllSites, async (req, res) => {
    const type = jsonAsked(req, 'page')
    if (type) return json(req, res, type)
    const found = await held(String(req.params.id))
    return found ? page(req, res, await verifier.stored(found)) : page(req, res, { state: 'not-found' }, 404)
  })
  return router
}
