import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { aPlatform, goodClaims, type TestPlatform } from '../support/platform.js'

/** How the LMS's page keeps what tools store: as the standard says, not at all, or wrongly. */
export type Keeping = 'page' | 'frame' | 'silent' | 'none' | 'other-value' | 'failing'

/** An LMS with pages: a course page with the tool in a frame, a storage as in LTI postMessage Storage 0.1, an authorisation address. */
export interface StorageLms {
  platform: TestPlatform
  url: string
  authUrl: string
  close(): Promise<void>
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** The platform's half; what it heard of storage is kept in `heard`, for the test to read. */
const STORAGE = `
const kept = {}
window.heard = []
addEventListener('message', ({ data, origin, source }) => {
  if (typeof data !== 'object' || !/^lti\\.(put|get)_data$/.test(data?.subject)) return
  heard.push({ ...data, origin })
  const answer = (more) => source.postMessage({ subject: data.subject + '.response', message_id: data.message_id, key: data.key, ...more }, origin)
  if (keeping === 'failing') return answer({ error: { code: 'storage_exhaustion', message: 'full' } })
  const mine = (kept[origin] ??= {})
  if (data.subject === 'lti.put_data') answer({ value: (mine[data.key] = data.value) })
  if (data.subject === 'lti.get_data') answer({ value: keeping === 'other-value' ? 'x'.repeat(43) : mine[data.key] })
})`

export const aStorageLms = async (tool: string): Promise<StorageLms> => {
  const platform = await aPlatform()
  const app = express()
  const server = await new Promise<Server>((resolve) => {
    const starting = app.listen(0, '127.0.0.1', () => resolve(starting))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const page = (body: string): string => `<!doctype html><html lang="en"><meta charset="utf-8"><title>LMS</title>${body}</html>`
  app.get('/storage/:keeping', (req, res) => void res.send(page(`<script>const keeping = '${escaped(req.params.keeping)}'${STORAGE}</script>`)))
  app.get('/course/:keeping', (req, res) => {
    const keeping = req.params.keeping as Keeping
    const { user = 'u1', context = 'course-1', iss = platform.issuer, storage } = req.query as Record<string, string>
    const target: Record<string, string> = storage ? { lti_storage_target: storage } : keeping === 'none' ? {} : { lti_storage_target: keeping === 'page' || keeping === 'other-value' || keeping === 'failing' ? '_parent' : 'lms-storage' }
    const login = `${tool}/lti/login?${new URLSearchParams({ iss, client_id: 'client-1', login_hint: JSON.stringify({ user, context }), target_link_uri: `${tool}/lti/launch`, ...target })}`
    // The frame before the tool's, so that it hears what the tool says first.
    const beside = keeping === 'frame' ? '<iframe name="lms-storage" src="/storage/frame"></iframe>' : keeping === 'silent' ? '<iframe name="lms-storage" src="/storage-that-is-silent"></iframe>' : ''
    res.send(page(`<script>const keeping = '${keeping}'${['page', 'other-value', 'failing'].includes(keeping) ? STORAGE : ''}
      addEventListener('message', ({ data, source }) => { if (data?.subject === 'lti.frameResize') { (window.heights ??= []).push(data.height); for (const frame of document.querySelectorAll('iframe')) if (frame.contentWindow === source) frame.style.height = data.height + 'px' } })
      </script>${beside}<iframe name="tool" style="width: 900px; height: 200px"></iframe><script>onload = () => { document.querySelector('[name=tool]').src = ${JSON.stringify(login).replaceAll('<', '\\u003c')} }</script>`))
  })
  app.get('/storage-that-is-silent', (_req, res) => void res.send(page('')))
  app.get('/back', (_req, res) => void res.send(page('<h1>Course</h1>')))
  app.get('/auth', async (req, res) => {
    const { state = '', nonce = '', login_hint = '{}' } = req.query as Record<string, string>
    const { user, context } = JSON.parse(login_hint) as { user: string; context: string }
    const claims = { ...goodClaims(platform.issuer, nonce, tool), sub: user, name: user, 'https://purl.imsglobal.org/spec/lti/claim/context': { id: context, title: context }, 'https://purl.imsglobal.org/spec/lti/claim/resource_link': { id: `link-of-${context}` }, 'https://purl.imsglobal.org/spec/lti/claim/launch_presentation': { return_url: `${url}/back` } }
    res.send(page(`<form method="post" action="${tool}/lti/launch"><input type="hidden" name="state" value="${escaped(state)}"><input type="hidden" name="id_token" value="${await platform.sign(claims)}"></form><script>document.forms[0].submit()</script>`))
  })
  return {
    platform, url, authUrl: `${url}/auth`,
    close: async () => {
      server.closeAllConnections()
      await Promise.all([new Promise<void>((done) => void server.close(() => done())), platform.close()])
    },
  }
}
