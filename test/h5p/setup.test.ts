import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import express from 'express'
import tar from 'tar-stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import yazl from 'yazl'
import { ArchiveRefused, chooseParts, download, installPart, readRecord, type PartName } from '../../src/h5p/setup/index.js'

const CORE: Record<string, string> = Object.fromEntries(['js/jquery.js', 'js/h5p.js', 'js/h5p-event-dispatcher.js', 'js/h5p-x-api.js', 'js/h5p-content-type.js', 'styles/h5p.css', 'styles/h5p-theme.css', 'fonts/a.woff2'].map((name) => [name, `/* ${name} */`]))
const PHP = "<?php class H5PCore { public static $coreApi = array(\n 'majorVersion' => 1,\n 'minorVersion' => 28\n ); }"
const EDITOR: Record<string, string> = Object.fromEntries(['scripts/h5peditor.js', 'scripts/h5peditor-editor.js', 'scripts/h5peditor-form.js', 'styles/css/application.css', 'ckeditor/ckeditor.js', 'language/en.js'].map((name) => [name, `/* ${name} */`]))
const below = (top: string, files: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(files).map(([name, text]) => [`${top}/${name}`, text]))

const made: string[] = []
const tempDir = async (): Promise<string> => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-setup-'))
  made.push(dir)
  return dir
}
afterAll(() => Promise.all(made.map((dir) => rm(dir, { recursive: true, force: true }))))

let work: string
beforeAll(async () => {
  work = await tempDir()
})
const zipped = async (name: string, files: Record<string, string>): Promise<string> => {
  const zip = new yazl.ZipFile()
  for (const [each, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), each)
  zip.end()
  const file = path.join(work, name)
  await pipeline(zip.outputStream, createWriteStream(file))
  return file
}
const tarred = async (name: string, files: Record<string, string>, odd: Parameters<tar.Pack['entry']>[0][] = []): Promise<string> => {
  const pack = tar.pack()
  for (const header of odd) pack.entry(header)
  for (const [each, text] of Object.entries(files)) pack.entry({ name: each }, text)
  pack.finalize()
  const file = path.join(work, name)
  await pipeline(pack, createGzip(), createWriteStream(file))
  return file
}
const foldered = (name: string, files: Record<string, string>): string => {
  for (const [each, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(work, name, each)), { recursive: true })
    writeFileSync(path.join(work, name, each), text)
  }
  return path.join(work, name)
}
const sha = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
const log = { error: () => undefined }
const refusal = (dir: string, source: string, part: PartName = 'core', sums: string[] = []): Promise<string> =>
  installPart(dir, { part, source, sums }).then(() => 'installed', (error: unknown) => (error instanceof ArchiveRefused ? error.code : Promise.reject(error as Error)))

describe('core and editor are installed from an archive', () => {
  it.each([
    ['a .zip with one folder at its top, as GitHub makes it', () => zipped('h5p-php-library-1.28.0.zip', below('h5p-php-library-1.28.0', { ...CORE, 'h5p.classes.php': PHP, 'README.txt': 'x' })), '1.28.0'],
    ['a .tar.gz', () => tarred('core.tgz', below('h5p-php-library-2aeb0b83fa60cafe', { ...CORE, 'h5p.classes.php': PHP })), '2aeb0b83fa60'],
    ['a folder', () => foldered('unpacked', { ...CORE, 'h5p.classes.php': PHP }), '1.28'],
  ])('%s', async (_kind, make, version) => {
    const [dir, source] = [await tempDir(), await make()]
    const installed = await installPart(dir, { part: 'core', source })
    expect(installed).toMatchObject({ source, version, api: '1.28', files: Object.keys(CORE).length })
    if (!source.endsWith('unpacked')) expect(installed.sha256).toBe(sha(source))
    const { core, states } = await chooseParts(dir, { log })
    expect(readFileSync(path.join(core.dir, 'js/h5p.js'), 'utf8')).toBe('/* js/h5p.js */')
    expect(core).toMatchObject({ version: installed.sha256.slice(0, 12), api: '1.28', styles: ['styles/h5p-theme.css'] })
    expect(existsSync(path.join(core.dir, 'h5p.classes.php')) || existsSync(path.join(core.dir, 'README.txt'))).toBe(false)
    expect(states).toEqual([expect.objectContaining({ part: 'core', from: 'setup', sha256: installed.sha256, source }), { part: 'editor', from: 'none' }])
    expect(readdirSync(dir).filter((name) => name.startsWith('.'))).toEqual([])
  })
  it('the editor stands beside the core, and a newer one takes its place; a node on the one before goes on', async () => {
    const dir = await tempDir()
    await installPart(dir, { part: 'core', source: await zipped('core.zip', CORE) })
    const first = await chooseParts(dir, { log }).then(async () => installPart(dir, { part: 'editor', source: await zipped('e1.zip', EDITOR) }))
    const second = await installPart(dir, { part: 'editor', source: await zipped('e2.zip', { ...EDITOR, 'scripts/more.js': '1' }) })
    const { editor, core } = await chooseParts(dir, { log })
    expect(editor?.dir).toContain(second.sha256.slice(0, 12))
    expect(core.has('js/h5p-x-api.js') && editor?.has('scripts/more.js')).toBe(true)
    expect(existsSync(path.join(dir, first.folder, 'scripts/h5peditor.js'))).toBe(true)
    await installPart(dir, { part: 'editor', source: await zipped('e3.zip', { ...EDITOR, 'scripts/most.js': '1' }) })
    expect(existsSync(path.join(dir, first.folder))).toBe(false)
  })
  it('without any: the core from npm, and no editor', async () => {
    const { core, editor, states } = await chooseParts(await tempDir(), { log })
    expect(editor).toBeUndefined()
    expect(readFileSync(path.join(core.dir, 'js/jquery.js'), 'utf8').length).toBeGreaterThan(100_000)
    expect(states.map(({ from }) => from)).toEqual(['embedded', 'none'])
  })
  it('CORE_PATH and EDITOR_PATH are used as they lie; a folder that is something else is not used, and that is said', async () => {
    const dir = await tempDir()
    const { core, editor } = await chooseParts(dir, { log, corePath: foldered('mine', CORE), editorPath: foldered('ed', EDITOR) })
    expect([core.dir, editor?.dir]).toEqual([path.join(work, 'mine'), path.join(work, 'ed')])
    const wrong = await chooseParts(dir, { log, corePath: path.join(work, 'ed'), editorPath: path.join(work, 'nothing') })
    expect(wrong.states).toMatchObject([{ from: 'embedded', lack: 'js/jquery.js' }, { from: 'none', lack: 'scripts/h5peditor.js' }])
    expect(wrong.editor).toBeUndefined()
  })
})

describe('from an address', () => {
  let server: Server
  let url: string
  beforeAll(async () => {
    const archive = await zipped('served.zip', below('h5p-php-library-9', CORE))
    const app = express()
    app.get('/core.zip', (_req, res) => res.sendFile(archive))
    app.get('/cut.zip', (_req, res) => {
      res.set('Content-Length', '99999').write('PK')
      setTimeout(() => res.destroy(), 20)
    })
    app.get('/private.zip', (req, res) => void (req.get('authorization') === `Basic ${Buffer.from('ana:p@ss').toString('base64')}` ? res.sendFile(archive) : res.status(401).end()))
    app.get('/slow.zip', async (_req, res) => {
      const bytes = readFileSync(archive)
      for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 8)) {
        res.write(bytes.subarray(at, at + Math.ceil(bytes.length / 8)))
        await wait(100)
      }
      res.end()
    })
    app.get('/silent.zip', (_req, res) => void res.write('PK'))
    server = createServer(app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const at = server.address()
    url = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`
  })
  afterAll(() => void server.close())
  it('an archive is downloaded, its SHA-256 recorded, and a password in the address is not', async () => {
    const dir = await tempDir()
    const installed = await installPart(dir, { part: 'core', source: `${url}/core.zip` })
    expect((await readRecord(dir)).core).toEqual(installed)
    expect(installed).toMatchObject({ sha256: sha(path.join(work, 'served.zip')), source: `${url}/core.zip` })
  })
  it('a name and password in the address are used, and neither kept nor said', async () => {
    const [dir, secret] = [await tempDir(), url.replace('//', '//ana:p%40ss@')]
    expect((await installPart(dir, { part: 'core', source: `${secret}/private.zip` })).source).toBe(`${url}/private.zip`)
    for (const order of [{ part: 'core' as const, source: `${secret}/none.zip` }, { part: 'editor' as const, source: `${secret}/private.zip` }, { part: 'core' as const, source: `${secret}/private.zip`, sums: ['0'.repeat(64)] }, { part: 'core' as const, source: 'http://ana:p@ss@127.0.0.1:9/core.zip' }, { part: 'core' as const, source: 'http://ana:p%40ss@a b/core.zip' }]) {
      const error = await installPart(dir, order).catch((refused: unknown) => refused as ArchiveRefused)
      expect(error).toBeInstanceOf(ArchiveRefused)
      expect(JSON.stringify([(error as ArchiveRefused).params, (error as ArchiveRefused).message])).not.toMatch(/ana|p@ss|p%40ss/)
    }
  })
  it('that answers slowly is waited for as long as something comes, and no longer', async () => {
    const dir = await tempDir()
    expect(readFileSync(await download(`${url}/slow.zip`, dir, 1e6, 400)).equals(readFileSync(path.join(work, 'served.zip')))).toBe(true)
    await expect(download(`${url}/silent.zip`, dir, 1e6, 400)).rejects.toMatchObject({ code: 'admin/archive-unreachable', params: { reason: 'ETIMEDOUT' } })
  })
  it.each([['/none.zip'], ['/cut.zip']])('%s is a refusal, and leaves nothing behind', async (at) => {
    const dir = await tempDir()
    expect(await refusal(dir, url + at)).toBe('admin/archive-unreachable')
    expect(readdirSync(dir)).toEqual([])
  })
  it('an address where nobody answers is one too', async () => {
    expect(await refusal(await tempDir(), 'http://127.0.0.1:9/core.zip')).toBe('admin/archive-unreachable')
  })
})

describe('what is refused leaves nothing, and what was there stays', () => {
  it('another checksum than the one insisted on', async () => {
    const [dir, source] = [await tempDir(), await zipped('sum.zip', CORE)]
    expect(await refusal(dir, source, 'core', ['0'.repeat(64)])).toBe('admin/archive-checksum')
    expect(readdirSync(dir)).toEqual([])
    expect(await refusal(dir, source, 'core', ['0'.repeat(64), sha(source).toUpperCase()])).toBe('installed')
  })
  it('an editor where a core belongs, the other way round, and a core that lacks its script', async () => {
    const dir = await tempDir()
    const kept = await installPart(dir, { part: 'core', source: await zipped('kept.zip', CORE) })
    const { 'js/h5p.js': _gone, ...rest } = CORE
    expect(await refusal(dir, await zipped('ed.zip', EDITOR))).toBe('admin/archive-not-core')
    expect(await refusal(dir, await zipped('co.zip', CORE), 'editor')).toBe('admin/archive-not-editor')
    expect(await refusal(dir, await zipped('half.zip', rest))).toBe('admin/archive-not-core')
    expect((await readRecord(dir)).core).toEqual(kept)
    expect(readdirSync(dir).sort()).toEqual(['core-joubel', 'setup.json'])
  })
  it.each<[string, () => Promise<string>, string]>([
    ['a name that leads out of the archive (tar)', () => tarred('out.tgz', { '../../evil.js': '1', ...CORE }), 'admin/archive-unsafe'],
    ['a name from the root (tar)', () => tarred('root.tgz', { '/etc/evil.js': '1', ...CORE }), 'admin/archive-unsafe'],
    ['a symbolic link (tar)', () => tarred('link.tgz', CORE, [{ name: 'js/x.js', type: 'symlink', linkname: '/etc/passwd' }]), 'admin/archive-unsafe'],
    ['a hard link (tar)', () => tarred('hard.tgz', CORE, [{ name: 'js/x.js', type: 'link', linkname: 'js/h5p.js' }]), 'admin/archive-unsafe'],
    ['something else than an archive', () => Promise.resolve(path.join(foldered('plain', { 'a.zip': 'this is text' }), 'a.zip')), 'admin/archive-unreadable'],
    ['a file that isn’t there', () => Promise.resolve(path.join(work, 'no-such.zip')), 'admin/archive-missing'],
    ['a bomb: 300 MB that are 300 kB', () => tarred('bomb.tgz', { ...CORE, 'js/big.js': '0'.repeat(300 * 1024 * 1024) }), 'admin/archive-too-large'],
  ])('%s', async (_what, make, code) => {
    const dir = await tempDir()
    expect(await refusal(dir, await make())).toBe(code)
    expect(readdirSync(dir)).toEqual([])
  })
  it('a zip whose names lead out, and one with a link in it', async () => {
    const dir = await tempDir()
    // yazl writes no such names, so they are put in afterwards: both stand in the archive twice.
    const file = await zipped('zip-out.zip', { 'XX/XX/evil.js': '1', ...CORE })
    writeFileSync(file, Buffer.from(readFileSync(file).toString('latin1').replaceAll('XX/XX/', '../../'), 'latin1'))
    expect(await refusal(dir, file)).toBe('admin/archive-unsafe')
    const zip = new yazl.ZipFile()
    zip.addBuffer(Buffer.from('/etc/passwd'), 'js/h5p.js', { mode: 0o120777 })
    zip.end()
    await pipeline(zip.outputStream, createWriteStream(path.join(work, 'zip-link.zip')))
    expect(await refusal(dir, path.join(work, 'zip-link.zip'))).toBe('admin/archive-unsafe')
  })
  it('a folder with a link in it', async () => {
    const folder = foldered('linked', CORE)
    symlinkSync('/etc/passwd', path.join(folder, 'js/x.js'))
    expect(await refusal(await tempDir(), folder)).toBe('admin/archive-unsafe')
  })
})
