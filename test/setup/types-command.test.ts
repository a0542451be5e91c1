import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandOf } from '../../src/command.js'
import { readConfig, type Config } from '../../src/config.js'
import { freshUri } from '../support/mongo.js'
import { DEMO_COURSE } from '../support/root.js'
import { rawZip } from '../h5p/raw-zip.js'
import { aLibrary, h5pJson, zipOf, type Zipped } from '../h5p/store-world.js'

const made: string[] = []
const folder = async (): Promise<string> => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-types-'))
  made.push(dir)
  return dir
}
let config: Config
beforeAll(async () => {
  config = readConfig({ KEYROOM_DEMO: '1', LOG_LEVEL: 'silent', MONGODB_URI: freshUri(), DATA_DIR: await folder() })
})
afterAll(() => Promise.all(made.map((dir) => rm(dir, { recursive: true, force: true }))))

const bring = async (...args: string[]) => {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await commandOf('h5p')?.(['setup', '--types', ...args], { config, print: (line) => void out.push(line), complain: (line) => void err.push(line) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
const lay = async (dir: string, files: Zipped[]): Promise<void> => {
  for (const { name, bytes } of files) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true })
    await writeFile(path.join(dir, name), bytes)
  }
}
const needing = (name: string, ...needed: string[]): Zipped[] => aLibrary(name, { preloadedDependencies: needed.map((machineName) => ({ machineName, majorVersion: 1, minorVersion: 0 })) })

it('brings in packages, archives and unpacked libraries from one folder, in whatever order they need each other; again, all is kept', async () => {
  const dir = await folder()
  await cp(await zipOf([{ name: 'h5p.json', bytes: h5pJson('H5P.Apple') }, { name: 'content/content.json', bytes: '{}' }, ...needing('H5P.Apple', 'H5P.Zest')]), path.join(dir, 'apple.h5p'))
  // An archive of packages and folders, as somebody carries it on a stick.
  await cp(await zipOf([...needing('H5P.Pear', 'H5P.Quince').map((each) => ({ ...each, name: `carried/${each.name}` })), { name: 'carried/README.md', bytes: 'Hello' }]), path.join(dir, 'more.zip'))
  // A repository as it is cloned: under another name, with what no package holds.
  const named = (files: Zipped[], name: string): Zipped[] => files.map((each) => ({ ...each, name: each.name.replace(/^[^/]+/, name) }))
  await lay(path.join(dir, 'cloned'), [...named(aLibrary('H5P.Zest'), 'h5p-zest'), { name: 'h5p-zest/LICENSE', bytes: 'MIT' }, { name: 'h5p-zest/.gitignore', bytes: 'x' }, { name: 'h5p-zest/demo.html', bytes: '<script>1</script>' }, { name: 'h5p-zest/node_modules/a/library.json', bytes: '{}' }, ...aLibrary('H5P.Quince')])
  const { code, out, err } = await bring(dir)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.replaceAll(dir, '').split('\n')).toEqual([
    '✓ /apple.h5p: installed 1 library (H5P.Apple 1.0)',
    '✓ /cloned/H5P.Quince-1.0: installed 1 library (H5P.Quince 1.0)',
    '✓ /cloned/h5p-zest: installed 1 library (H5P.Zest 1.0)',
    '✓ /more.zip/carried/H5P.Pear-1.0: installed 1 library (H5P.Pear 1.0)',
  ])
  const again = await bring(dir)
  expect(again.code).toBe(0)
  expect(again.out.match(/kept what is here/g)).toHaveLength(4)
})

it('what is refused says why in a sentence, keeps nothing else from coming, and makes the command fail', async () => {
  const [dir, elsewhere] = [await folder(), await folder()]
  await cp(await zipOf(aLibrary('H5P.Good')), path.join(dir, 'good.h5p'))
  await cp(await zipOf([...aLibrary('H5P.Shown'), { name: 'H5P.Shown-1.0/icon.svg', bytes: '<svg><x.y:script>1</x.y:script></svg>' }]), path.join(dir, 'shown.h5p'))
  await cp(await zipOf(needing('H5P.Lonely', 'H5P.Nowhere')), path.join(dir, 'lonely.h5p'))
  await cp(await zipOf([{ name: 'h5p.json', bytes: h5pJson('H5P.None') }, { name: 'content/content.json', bytes: '{}' }]), path.join(dir, 'bare.h5p'))
  await cp(await rawZip([{ name: '../../out.h5p', bytes: 'x' }]), path.join(dir, 'out.zip'))
  await cp(await rawZip([{ name: 'inner.zip', bytes: 'x' }]), path.join(dir, 'twice.zip'))
  await lay(dir, [...aLibrary('Keyroom.Choice', { version: [1, 0, 999] }), { name: 'H5P.Broken-1.0/library.json', bytes: '{"machineName": "../../evil"}' }, { name: 'notes.txt', bytes: 'mine' }])
  await lay(elsewhere, aLibrary('H5P.Linked'))
  await symlink(path.join(elsewhere, 'H5P.Linked-1.0'), path.join(dir, 'linked'))
  const { code, out, err } = await bring(dir)
  expect([code, out.replaceAll(dir, '')]).toEqual([1, '✓ /good.h5p: installed 1 library (H5P.Good 1.0)'])
  expect(err.replaceAll(dir, '').split('\n').map((line) => line.replace(/: refused\. .{20,}\.$/, ''))).toEqual(['/H5P.Broken-1.0', '/Keyroom.Choice-1.0', '/bare.h5p', '/linked', '/lonely.h5p', '/out.zip', '/shown.h5p', '/twice.zip/inner.zip'].map((file) => `✗ ${file}`))
  expect(err).toContain('A library is missing: H5P.Nowhere 1.0.')
  const { out: json } = await bring(dir, '--json')
  const { ok, types } = JSON.parse(json) as { ok: boolean; types: { file: string; refused?: { why: string } }[] }
  expect([ok, Object.fromEntries(types.map(({ file, refused }) => [path.basename(file), refused?.why ?? 'kept']))]).toEqual([false, {
    'H5P.Broken-1.0': 'wrong-shape', 'Keyroom.Choice-1.0': 'own-library', 'bare.h5p': 'no-library', 'good.h5p': 'kept', linked: 'link', 'lonely.h5p': 'library-missing', 'out.zip': 'outside', 'shown.h5p': 'active-svg', 'inner.zip': 'zip-in-zip',
  }])
})

it('what a type brought in would have otherwise is a warning when a course is checked and taken in, and refuses nothing', async () => {
  const dir = path.join(await folder(), 'course')
  await cp(DEMO_COURSE, dir, { recursive: true })
  const yaml = path.join(dir, 'course.yaml')
  await writeFile(yaml, (await readFile(yaml, 'utf8')).replace('h5p: h5p/check-the-basics,', 'h5p: h5p/check-the-basics, selfReported: true,'))
  await lay(path.join(dir, 'h5p/check-the-basics'), [{ name: 'h5p.json', bytes: h5pJson('H5P.Soft') }, { name: 'content/content.json', bytes: '{}' }])
  const plain = aLibrary('H5P.Soft').map((each) => (each.name.endsWith('semantics.json') ? { ...each, bytes: JSON.stringify([{ name: 'text', type: 'text', label: 'Text' }]) } : each))
  await bring(await zipOf(plain))
  const run = async (verb: string, ...more: string[]) => {
    const [out, err]: [string[], string[]] = [[], []]
    const code = await commandOf('course')?.([verb, dir, ...more], { config, print: (line) => void out.push(line), complain: (line) => void err.push(line) })
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  const warning = 'warning: h5p/check-the-basics/content/content.json:1:1 text: is missing'
  expect(await run('check')).toEqual({ code: 0, out: `${dir} can be imported.`, err: warning })
  expect(JSON.parse((await run('check', '--json')).out)).toMatchObject({ ok: true, faults: [], warnings: [{ field: 'text', message: 'is missing', soft: true }] })
  expect(await run('import')).toMatchObject({ code: 0, out: expect.stringMatching(/^Imported/) as string, err: warning })
})

it('takes one file or one library’s folder as well, and says what isn’t there or holds nothing', async () => {
  const dir = await folder()
  expect(await bring(await zipOf(aLibrary('H5P.Single')))).toMatchObject({ code: 0, out: expect.stringContaining('installed 1 library (H5P.Single 1.0)') as string })
  await lay(dir, aLibrary('H5P.Alone'))
  expect(await bring(path.join(dir, 'H5P.Alone-1.0'))).toMatchObject({ code: 0, out: expect.stringContaining('(H5P.Alone 1.0)') as string })
  expect(await bring(path.join(dir, 'nothing'))).toMatchObject({ code: 1, err: expect.stringContaining('(admin/archive-missing)') as string })
  expect(await bring(await folder())).toMatchObject({ code: 1, err: expect.stringContaining('brings no library') as string })
})
