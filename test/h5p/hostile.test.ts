import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { PackageRefused, type Authoring } from '../../src/h5p/index.js'
import { LANGS, makeI18n, readCatalogue } from '../../src/infra/index.js'
import { quiet } from '../support/ledger.js'
import { rawZip, type RawFile } from './raw-zip.js'
import { aLibrary, aNode, h5pJson, PNG, save, streamOf, zipOf, type Zipped } from './store-world.js'
import { tempDir } from './world.js'

let node: Awaited<ReturnType<typeof aNode>>
let authoring: Authoring
beforeAll(async () => {
  node = await aNode()
  authoring = node.h5p.authoring
})
const i18n = makeI18n(path.resolve(import.meta.dirname, '../../locales'), quiet)

/** What a node keeps of packages: drafts, libraries, files, folders on the way. */
const kept = async (): Promise<object> => {
  const files: string[] = []
  for await (const { key } of node.store.files.list()) files.push(key)
  const libraries = await node.mongo.db.collection('h5p_libraries').find().sort({ _id: 1 }).toArray()
  return {
    files: files.sort(), libraries, drafts: (await node.mongo.db.collection('h5p_contents').find().sort({ _id: 1 }).toArray()), incoming: await readdir(path.join(node.dataDir, 'h5p/files/incoming')),
    folders: await readdir(path.join(node.dataDir, 'h5p/work')), leases: await node.mongo.db.collection('h5p_leases').countDocuments(),
  }
}
/** Tries to bring it in, with every permission there is; nothing of it may be left. */
const refused = async (file: string): Promise<PackageRefused> => {
  const before = await kept()
  const refusal = await authoring.importPackage('hostile', file, 'eve', { allowLibraries: true }).then(() => undefined, (error: unknown) => error)
  expect(refusal).toBeInstanceOf(PackageRefused)
  expect(await kept()).toEqual(before)
  return refusal as PackageRefused
}

const H5P_JSON: Zipped = { name: 'h5p.json', bytes: h5pJson('Keyroom.Text') }
const CONTENT: Zipped = { name: 'content/content.json', bytes: '{"text":"<p>Hello</p>"}' }
const GOOD = [H5P_JSON, CONTENT]
/** A good package with something in it. */
const withFiles = (...more: Zipped[]): Promise<string> => zipOf([...GOOD, ...more])
const raw = (...more: RawFile[]): Promise<string> => rawZip([...GOOD.map(({ name, bytes }) => ({ name, bytes })), ...more])
const instead = (name: string, bytes: string): Promise<string> => zipOf(GOOD.map((each) => (each.name === name ? { name, bytes } : each)))

it('a package with nothing wrong in it is taken in, or the tests below would show nothing', async () => {
  for (const file of [await withFiles({ name: 'content/images/a.png', bytes: PNG }), await raw({ name: 'content/images/a.png', bytes: PNG, deflate: true })]) {
    const draft = await authoring.importPackage('good', file, 'ana')
    expect(draft).toMatchObject({ library: 'Keyroom.Text 1.0', title: 'A package', params: { text: '<p>Hello</p>' } })
    expect([...(await authoring.folder('good', draft.id)).files.keys()]).toContain('content/images/a.png')
  }
})

describe('a zip that means harm', () => {
  const zeros = (megabytes: number): Buffer => Buffer.alloc(megabytes * 1024 * 1024)
  it.each<[string, string, () => Promise<string>]>([
    ['a bomb', 'bomb', () => raw({ name: 'content/a.txt', bytes: zeros(50), deflate: true })],
    ['2 GB of nothing, in many files', 'too-large', () => rawZip([...GOOD.map(({ name, bytes }) => ({ name, bytes })), { name: 'content/0.txt', bytes: Buffer.alloc(3_000_000, 'ab'), says: 400_000_000 }, ...Array.from({ length: 6 }, (_, index) => ({ name: `content/n${index}.txt`, bytes: Buffer.alloc(3_000_000), says: 400_000_000 }))])],
    ['one file larger than any may be', 'file-too-large', () => raw({ name: 'content/a.mp4', bytes: Buffer.alloc(3_000_000), says: 600_000_000 })],
    ['a picture larger than a draft’s may be', 'file-too-large', () => raw({ name: 'content/a.png', bytes: Buffer.alloc(15 * 1024 * 1024 + 1) })],
    ['a size that lies low', 'lying-size', () => rawZip([{ name: 'content/a.txt', bytes: Buffer.alloc(0) }, { name: 'content/b.txt', bytes: Buffer.alloc(5000, 'x'), says: 10, deflate: true }])],
    ['a size that lies high', 'lying-size', () => raw({ name: 'content/a.txt', bytes: 'short', says: 999 })],
    ['more files than any activity', 'too-many-files', () => rawZip(Array.from({ length: 20_001 }, (_, index) => ({ name: `content/${index}.txt`, at: 0 })))],
    ['a way out by dots', 'outside', () => raw({ name: '../../../tmp/evil.txt', bytes: 'x' })],
    ['a way out in the middle', 'outside', () => raw({ name: 'content/images/../../../evil.txt', bytes: 'x' })],
    ['an absolute path', 'outside', () => raw({ name: '/etc/cron.d/evil', bytes: 'x' })],
    ['a drive', 'outside', () => raw({ name: 'C:/evil.txt', bytes: 'x' })],
    ['backslashes', 'bad-name', () => raw({ name: 'content\\..\\..\\evil.txt', bytes: 'x' })],
    ['a name with nothing after it', 'bad-name', () => raw({ name: 'content/a.png\0.txt', bytes: 'x' })],
    ['a stream of Windows', 'bad-name', () => raw({ name: 'content/a.txt:evil', bytes: 'x' })],
    ['a name that ends with a dot', 'bad-name', () => raw({ name: 'content/a.txt.', bytes: 'x' })],
    ['a name too long for a disk', 'bad-name', () => raw({ name: `content/${'x'.repeat(600)}.txt`, bytes: 'x' })],
    ['a symbolic link', 'link', () => raw({ name: 'content/link.txt', bytes: '/etc/passwd', mode: 0o120777 })],
    ['a device', 'link', () => raw({ name: 'content/device.txt', mode: 0o020666 })],
    ['one name twice', 'twice', () => raw({ name: 'content/a.txt', bytes: '1' }, { name: 'content/a.txt', bytes: '2' })],
    ['a file where a folder is', 'twice', () => raw({ name: 'content/a.txt', bytes: '1' }, { name: 'content/a.txt/b.txt', bytes: '2' })],
    ['names that differ by capitals', 'case-twice', () => raw({ name: 'content/a.png', bytes: '1' }, { name: 'content/A.PNG', bytes: '2' })],
    ['names that differ by how an accent is written', 'case-twice', () => raw({ name: 'content/\u00e9.txt', bytes: '1' }, { name: 'content/e\u0301.txt', bytes: '2' })],
    ['a second content.json in capitals', 'case-twice', () => raw({ name: 'CONTENT/content.json', bytes: '{}' })],
    ['a letter that is another’s capital', 'case-twice', () => raw({ name: 'content/\u212a.png', bytes: '1' }, { name: 'content/k.png', bytes: '2' })],
    ['a name that is read backwards', 'bad-name', () => raw({ name: 'content/images/a\u202egnp.txt', bytes: 'x' })],
    ['a password', 'encrypted', () => raw({ name: 'content/secret.txt', bytes: 'x', flags: 0x801 })],
    ['a packing nobody knows', 'broken', () => raw({ name: 'content/a.txt', bytes: 'x', method: 99 })],
    ['bytes that aren’t what they claim', 'broken', () => raw({ name: 'content/a.txt', bytes: Buffer.from('this is not deflate'), method: 8 })],
  ])('%s is refused', async (_what, why, make) => {
    expect((await refused(await make())).why).toBe(why)
  })
  it('that is none is refused', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), PNG, Buffer.from('PK\x03\x04 and no more'), Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18, 255)])]) {
      const file = path.join(await tempDir(), 'odd.h5p')
      await writeFile(file, bytes)
      expect((await refused(file)).why).toMatch(/not-a-zip|broken/)
    }
    expect((await refused(path.join(await tempDir(), 'nowhere.h5p'))).why).toBe('not-a-zip')
  })
  it('whose many files are all the same few bytes is counted as what it unpacks to', async () => {
    // Overlapping files: the list names one body thousands of times.
    const bytes = Buffer.alloc(900_000)
    const file = await rawZip([{ name: 'content/0.txt', bytes, deflate: true }, ...Array.from({ length: 3000 }, (_, index) => ({ name: `content/x${index}.txt`, bytes, deflate: true, at: 0 }))])
    expect((await refused(file)).why).toBe('too-large')
  })
})

const SVG = 'xmlns="http://www.w3.org/2000/svg"'
const HOSTILE_SVG: [string, string | Buffer][] = [
  ['a script whose prefix holds a dot', `<svg ${SVG} xmlns:s.v="http://www.w3.org/2000/svg"><s.v:script>alert(1)</s.v:script></svg>`],
  ['a script whose prefix is of another script', `<svg ${SVG} xmlns:مر·1="http://www.w3.org/2000/svg"><مر·1:script>alert(1)</مر·1:script></svg>`],
  ['an animated address whose prefix holds a dot', `<svg ${SVG} xmlns:x.l="http://www.w3.org/1999/xlink"><a><animate attributeName=" x.l:href" values="data:text/html,x"/></a></svg>`],
  ['a handler that its doctype adds', `<!DOCTYPE svg SYSTEM ">" [<!ATTLIST svg onload CDATA "alert(1)">]><svg ${SVG}/>`],
  ['a stylesheet that makes elements', `<?xml-stylesheet type="text/xsl" href="#make"?><svg ${SVG}><g id="make"/></svg>`],
  ['a nothing in a name', `<svg ${SVG}><scr\0ipt>alert(1)</scr\0ipt></svg>`],
  ['letters of two bytes each', Buffer.from(`<svg ${SVG}><script>alert(1)</script></svg>`, 'utf16le')],
  ['letters of two bytes each, and the mark for it', Buffer.from(`\ufeff<svg ${SVG}><script>alert(1)</script></svg>`, 'utf16le')],
  ['letters that are said to be others', `<?xml version="1.0" encoding="ISO-2022-JP"?><svg ${SVG}><scr\x1b(Bipt>alert(1)</scr\x1b(Bipt></svg>`],
  ['letters that are said to be others, behind a mark and spaces', `\ufeff<?xml version='1.0'  encoding = 'utf-16'?><svg ${SVG}/>`],
  ['another drawing it uses from within', `<svg ${SVG}><use href="data:image/svg+xml,%3Csvg id='x'/%3E#x"/></svg>`],
  ['a drawing as a picture in it', `<svg ${SVG}><image href="data:image/svg+xml;base64,PHN2Zy8+"/></svg>`],
  ['a form of HTML', `<svg ${SVG}><h:form xmlns:h="http://www.w3.org/1999/xhtml" action="https://evil.example"><h:input/></h:form></svg>`],
  ['letters that a page’s doctype names', `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><svg ${SVG}><rect style="fill:url&lpar;https://evil.example/a&rpar;"/></svg>`],
  ['an address behind a style’s own letters', `<svg ${SVG}><style>rect{fill:u\\72 l(https://evil.example/a)}</style></svg>`],
  ['a style brought in behind a style’s own letters', `<svg ${SVG}><style>@\\69mport "https://evil.example/b";</style></svg>`],
  ['one picture of a set', `<svg ${SVG}><style>rect{background:image-set("https://evil.example/a" 1x)}</style></svg>`],
]
const HARMLESS_SVG = `\ufeff<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n<svg ${SVG} xmlns:s.v="http://www.w3.org/2000/svg"><s.v:path d="M0 0"/><animate attributeName="d"${' '.repeat(2_000_000)}values="M0 0"/><g ${'a.b:'.repeat(200_000)}/></svg>`

describe('a package that isn’t one', () => {
  it.each<[string, string, string, () => Promise<string>]>([
    ['no h5p.json', 'no-h5p-json', 'h5p.json', () => zipOf([CONTENT])],
    ['its files in a folder', 'no-h5p-json', 'h5p.json', () => zipOf([{ name: 'my-activity/h5p.json', bytes: H5P_JSON.bytes }, { name: 'my-activity/content/content.json', bytes: '{}' }])],
    ['no content.json', 'no-content', 'content/content.json', () => zipOf([H5P_JSON])],
    ['an h5p.json that is no JSON', 'wrong-json', 'h5p.json', () => instead('h5p.json', '{"title": "x",}')],
    ['a content.json that is no JSON', 'wrong-json', 'content/content.json', () => instead('content/content.json', '{"text": ')],
    ['a content.json that is a list', 'wrong-shape', 'content/content.json', () => instead('content/content.json', '[1,2]')],
    ['a content.json deeper than a program can follow', 'json-too-large', 'content/content.json', () => instead('content/content.json', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
    ['no title', 'wrong-shape', 'h5p.json', () => instead('h5p.json', h5pJson('Keyroom.Text', { title: 5 }))],
    ['no version of its type', 'no-main-library', 'h5p.json', () => instead('h5p.json', h5pJson('Keyroom.Text', { preloadedDependencies: [{ machineName: 'Keyroom.Choice', majorVersion: 1, minorVersion: 0 }] }))],
    ['a way out in the name of its type', 'wrong-shape', 'h5p.json', () => instead('h5p.json', h5pJson('../../evil'))],
    ['a page', 'page', 'content/page.html', () => withFiles({ name: 'content/page.html', bytes: '<script>alert(1)</script>' })],
    ['a page in a library', 'page', 'H5P.Evil-1.0/page.xhtml', () => withFiles(...aLibrary('H5P.Evil'), { name: 'H5P.Evil-1.0/page.xhtml', bytes: '<html/>' })],
    ['a script among its files', 'unlisted-type', 'content/run.js', () => withFiles({ name: 'content/run.js', bytes: 'alert(1)' })],
    ['a program', 'unlisted-type', 'content/a.exe', () => withFiles({ name: 'content/a.exe', bytes: 'MZ' })],
    ['a file without an ending', 'unlisted-type', 'content/Makefile', () => withFiles({ name: 'content/Makefile', bytes: 'x' })],
    ['a picture with a script', 'active-svg', 'content/images/a.svg', () => withFiles({ name: 'content/images/a.svg', bytes: '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>' })],
    ['a picture with a handler in a library', 'active-svg', 'H5P.Evil-1.0/icon.svg', () => withFiles(...aLibrary('H5P.Evil'), { name: 'H5P.Evil-1.0/icon.svg', bytes: '<svg xmlns="http://www.w3.org/2000/svg"\nonload = "alert(1)"/>' })],
    ...HOSTILE_SVG.map(([what, svg]): [string, string, string, () => Promise<string>] => [`a picture with ${what}`, 'active-svg', 'content/images/a.svg', () => withFiles({ name: 'content/images/a.svg', bytes: svg })]),
    ['a file beside h5p.json', 'stray-file', 'notes.json', () => withFiles({ name: 'notes.json', bytes: '{}' })],
    ['two h5p.json inside each other', 'bad-name', 'content/h5p.json', () => withFiles({ name: 'content/h5p.json', bytes: '{}' })],
  ])('with %s is refused, and names the file', async (_what, why, file, make) => {
    const refusal = await refused(await make())
    expect([refusal.why, refusal.file]).toEqual([why, file])
  })
  it('may hold a large drawing with prefixes, a doctype and an encoding; it is soon looked at', async () => {
    const draft = await authoring.importPackage('good', await raw({ name: 'content/images/a.svg', bytes: HARMLESS_SVG }), 'ana')
    expect([...(await authoring.folder('good', draft.id)).files.keys()]).toContain('content/images/a.svg')
  })
  it('may hold what a computer leaves beside one’s files; it is left out', async () => {
    const draft = await authoring.importPackage('good', await withFiles({ name: '__MACOSX/._h5p.json', bytes: 'x' }, { name: '.DS_Store', bytes: 'x' }, { name: 'content/images/.DS_Store', bytes: 'x' }), 'ana')
    expect([...(await authoring.folder('good', draft.id)).files.keys()]).toEqual(['h5p.json', 'content/content.json'])
  })
})

describe('a library in a package', () => {
  const using = (machineName: string, ...libraries: Zipped[]): Promise<string> => zipOf([{ name: 'h5p.json', bytes: h5pJson(machineName) }, { name: 'content/content.json', bytes: '{"text":"x"}' }, ...libraries])
  const names = async (): Promise<string[]> => [...(await node.store.libraries.all()).keys()]

  it.each<[string, string, () => Promise<string>]>([
    ['of our own name', 'own-library', async () => using('Keyroom.Text', ...aLibrary('Keyroom.Text', { version: [1, 0, 999] }))],
    ['of our own name that we don’t have', 'own-library', () => using('Keyroom.Evil', ...aLibrary('Keyroom.Evil'))],
    ['of our own name in other letters', 'own-library', () => using('keyroom.Text', ...aLibrary('keyroom.Text'))],
    ['that comes twice', 'library-twice', () => using('H5P.Two', ...aLibrary('H5P.Two'), ...aLibrary('H5P.Two').map((each) => ({ ...each, name: each.name.replace('H5P.Two-1.0', 'H5P.Two') })))],
    ['under another’s folder', 'library-folder', () => using('H5P.One', ...aLibrary('H5P.One').map((each) => ({ ...each, name: each.name.replace('H5P.One', 'H5P.Other') })))],
    ['without library.json', 'no-library-json', () => using('H5P.One', { name: 'H5P.One-1.0/run.js', bytes: '1' })],
    ['whose library.json is of another shape', 'wrong-shape', () => using('H5P.One', ...aLibrary('H5P.One', { majorVersion: 'one' }))],
    ['whose semantics is no JSON', 'wrong-json', async () => using('H5P.One', ...aLibrary('H5P.One').map((each) => (each.name.endsWith('semantics.json') ? { ...each, bytes: '[' } : each)))],
    ['whose semantics is of another shape', 'wrong-shape', async () => using('H5P.One', ...aLibrary('H5P.One').map((each) => (each.name.endsWith('semantics.json') ? { ...each, bytes: '{"fields":1}' } : each)))],
    ['whose language is no JSON', 'wrong-json', async () => using('H5P.One', ...aLibrary('H5P.One').map((each) => (each.name.endsWith('ar.json') ? { ...each, bytes: 'مرحبا' } : each)))],
    ['that names a script it lacks', 'library-file-missing', () => using('H5P.One', ...aLibrary('H5P.One', { preloadedJs: [{ path: 'gone.js' }] }))],
    ['that names a script outside', 'library-file-missing', () => using('H5P.One', ...aLibrary('H5P.One', { preloadedJs: [{ path: '../../../evil.js' }] }))],
    ['for a core of the future', 'core-too-old', () => using('H5P.One', ...aLibrary('H5P.One', { coreApi: { majorVersion: 1, minorVersion: 99 } }))],
    ['that isn’t there', 'library-missing', () => using('H5P.Absent')],
    ['that needs one that isn’t there', 'library-missing', () => using('H5P.One', ...aLibrary('H5P.One', { preloadedDependencies: [{ machineName: 'H5P.Gone', majorVersion: 2, minorVersion: 3 }] }))],
  ])('%s is refused, and nothing of it is installed', async (_what, why, make) => {
    const refusal = await refused(await make())
    expect(refusal.why).toBe(why)
    if (why === 'library-missing') expect(refusal.params.libraries).toMatch(/^H5P\.(Absent 1\.0|Gone 2\.3)$/)
  })
  it('is installed only where the caller says so', async () => {
    const file = await using('H5P.Asked', ...aLibrary('H5P.Asked'))
    await expect(authoring.importPackage('libraries', file, 'ana')).rejects.toMatchObject({ why: 'library-missing', params: { libraries: 'H5P.Asked 1.0' } })
    expect(await names()).not.toContain('H5P.Asked 1.0')
    await authoring.importPackage('libraries', file, 'ana', { allowLibraries: true })
    await expect.poll(names, { timeout: 20_000 }).toContain('H5P.Asked 1.0')
    expect(await authoring.importPackage('libraries', file, 'ana')).toMatchObject({ library: 'H5P.Asked 1.0' })
  })
  it('restricted to administrators comes in through one alone, as the whole or inside, and the refusal names it', async () => {
    const inside = JSON.stringify({ questions: [{ library: 'Keyroom.TrueFalse 1.0', params: {}, subContentId: 'a' }] })
    const files = await Promise.all([zipOf([{ name: 'h5p.json', bytes: h5pJson('Keyroom.TrueFalse') }, { name: 'content/content.json', bytes: '{}' }]), zipOf([{ name: 'h5p.json', bytes: h5pJson('Keyroom.QuestionSet') }, { name: 'content/content.json', bytes: inside }])])
    await node.store.libraries.restrict('Keyroom.TrueFalse 1.0', true)
    await expect.poll(async () => (await authoring.types('en')).find(({ machineName }) => machineName === 'Keyroom.TrueFalse')?.restricted, { timeout: 10_000 }).toBe(true)
    for (const file of files) {
      await expect(authoring.importPackage('restricted', file, 'eve')).rejects.toMatchObject({ why: 'restricted', params: { library: 'Keyroom.TrueFalse 1.0' } })
      expect(await authoring.list('restricted')).toEqual([])
    }
    for (const file of files) await authoring.importPackage('restricted', file, 'an administrator', { allowLibraries: true })
    expect(await authoring.list('restricted')).toHaveLength(2)
  })
  it('older than what is installed replaces nothing, a newer one does', async () => {
    const patch = async () => (await node.store.libraries.get('H5P.Aged 1.0'))?.manifest.patchVersion
    const bring = async (version: number) => authoring.importPackage('libraries', await using('H5P.Aged', ...aLibrary('H5P.Aged', { version: [1, 0, version] })), 'ana', { allowLibraries: true })
    for (const [brought, there] of [[5, 5], [3, 5], [5, 5], [6, 6]] as const) {
      await bring(brought)
      await expect.poll(patch, { timeout: 20_000 }).toBe(there)
    }
  })
  it('of ours comes back in a package of ours, and stays what it was', async () => {
    const before = (await node.store.libraries.get('Keyroom.Text 1.0'))?.hash
    const { id } = await authoring.create('libraries', { library: 'Keyroom.Text 1.0', title: 'Ours', params: { text: '<p>x</p>' } }, 'ana')
    await authoring.addFile('libraries', id, { name: 'a.png', stream: streamOf(PNG) })
    await authoring.importPackage('libraries', await save(await authoring.exportPackage('libraries', id)), 'ana', { allowLibraries: true })
    expect((await node.store.libraries.get('Keyroom.Text 1.0'))?.hash).toBe(before)
  })
})

describe('why a package is refused', () => {
  const causes = [...readCatalogue(path.resolve(import.meta.dirname, '../../locales'), 'en').keys()].filter((key) => key.startsWith('h5p-packages.'))
  it('is said in one sentence of every language', () => {
    expect(causes.length).toBeGreaterThan(30)
    for (const lang of LANGS) for (const key of causes) {
      const said = i18n.t(lang, key, { file: 'FILE', library: 'LIB', libraries: 'LIBS', count: 2, field: 'FIELD', needs: '1.9', has: '1.2', said: 'SAID', limit: 15 })
      expect(said).toMatch(/FILE|LIBS|SAID/)
      expect(said).not.toMatch(/\{|h5p-packages/)
    }
  })
  it('is what the problem page says', async () => {
    const refusal = await refused(await withFiles({ name: 'content/run.js', bytes: 'alert(1)' }))
    expect(refusal).toMatchObject({ code: 'h5p/package-refused', status: 422, mend: 'h5p-packages.unlisted-type', params: { file: 'content/run.js' } })
    expect(i18n.t('en', refusal.mend ?? '', refusal.params)).toBe('“content/run.js” is of a kind that H5P packages don’t hold: remove it, or save it as a picture, sound, video or document.')
  })
})
