import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import vm from 'node:vm'
import { fsImplementations, H5PConfig, LibraryManager } from '@lumieducation/h5p-server'
import type { Browser } from 'playwright-core'
import yauzl from 'yauzl'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PackageValidator } from '../../src/h5p/packages/lumi-validator.js'
import { secretsOf, tempDir, trace } from '../h5p/world.js'
import { ROOT } from '../support/root.js'
import { aTheatre, axe, launch, samples, type Theatre } from './world.js'

const LIBRARIES = path.join(ROOT, 'h5p-content/libraries')
interface Manifest { machineName: string; runnable: number; preloadedJs?: { path: string }[]; preloadedCss?: { path: string }[] }
const json = async <T>(...parts: string[]): Promise<T> => JSON.parse(await readFile(path.join(...parts), 'utf8')) as T
const folders = await readdir(LIBRARIES)
const manifests = new Map(await Promise.all(folders.map(async (folder): Promise<[string, Manifest]> => [folder, await json(LIBRARIES, folder, 'library.json')])))
const runnable = folders.filter((folder) => manifests.get(folder)?.runnable === 1)

/** What a field has to say, without what it says. */
type Said = { label?: unknown; description?: unknown; entity?: unknown; options?: unknown[]; field?: Said; fields?: Said[]; type?: string }
const shapeOf = ({ label, description, entity, options, field, fields }: Said): object => ({
  label: typeof label, description: typeof description, entity: typeof entity,
  ...(options && typeof options[0] === 'object' ? { options: options.map((option) => typeof (option as Said).label) } : {}),
  ...(field ? { field: shapeOf(field) } : {}),
  ...(fields ? { fields: fields.map(shapeOf) } : {}),
})

describe('our libraries', () => {
  it('say everything their author reads in all three languages', async () => {
    for (const folder of runnable) {
      const semantics = await json<Said[]>(LIBRARIES, folder, 'semantics.json')
      for (const lang of ['en', 'zh-cn', 'ar']) {
        const { semantics: said } = await json<{ semantics: Said[] }>(LIBRARIES, folder, 'language', `${lang}.json`)
        expect(said.map(shapeOf), `${folder} ${lang}`).toEqual(semantics.map(shapeOf))
      }
    }
  })
  it('say everything their learner reads in all three languages, with the same values put in', async () => {
    const tables: Record<string, Record<string, string>>[] = []
    const Core = { addWords: (words: Record<string, Record<string, string>>) => void tables.push(words) }
    for (const folder of runnable) {
      const file = path.join(LIBRARIES, folder, 'words.js')
      const code = await readFile(file, 'utf8').catch(() => undefined)
      if (code) vm.runInNewContext(code, { window: { Keyroom: { Core } } })
    }
    expect(tables.length).toBeGreaterThan(5)
    const values = (text = '') => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
    for (const words of tables) {
      expect(Object.keys(words)).toEqual(['en', 'zh-CN', 'ar'])
      for (const lang of ['zh-CN', 'ar']) {
        expect(Object.keys(words[lang] ?? {})).toEqual(Object.keys(words.en ?? {}))
        for (const [key, text] of Object.entries(words.en ?? {})) expect(values(words[lang]?.[key]), key).toEqual(values(text))
      }
    }
  })
  it('use the types and widgets every H5P editor has', async () => {
    const types = new Set(['text', 'number', 'boolean', 'select', 'list', 'group', 'library', 'image', 'video', 'file'])
    const walk = (field: Said & { widget?: string }): void => {
      expect(types).toContain(field.type)
      expect([undefined, 'html', 'textarea']).toContain(field.widget)
      if (field.field) walk(field.field)
      field.fields?.forEach(walk)
    }
    for (const folder of runnable) (await json<Said[]>(LIBRARIES, folder, 'semantics.json')).forEach(walk)
  })
  it('name files that are there, and have an icon', async () => {
    for (const folder of folders) {
      const { preloadedJs = [], preloadedCss = [] } = manifests.get(folder) ?? {}
      const there = await readdir(path.join(LIBRARIES, folder), { recursive: true })
      for (const file of [...preloadedJs, ...preloadedCss].map((each) => each.path)) expect(there, folder).toContain(file)
      if (runnable.includes(folder)) expect(there).toContain('icon.svg')
    }
  })
})

const unzip = (file: string, dir: string): Promise<void> =>
  new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error)
      zip.on('end', () => resolve())
      zip.on('entry', (entry: yauzl.Entry) => {
        zip.openReadStream(entry, (refused, stream) => {
          if (refused) return reject(refused)
          void (async () => {
            const parts: Buffer[] = []
            for await (const part of stream) parts.push(part as Buffer)
            const target = path.join(dir, entry.fileName)
            await mkdir(path.dirname(target), { recursive: true })
            await writeFile(target, Buffer.concat(parts))
            zip.readEntry()
          })()
        })
      })
      zip.readEntry()
    })
  })

describe('npm run h5p:pack', () => {
  it('makes a package of each type that Lumi’s validator accepts and installs without anything else', async () => {
    const { pack } = (await import('../../scripts/h5p-pack.mjs' as string)) as { pack(out: string): Promise<string[]> }
    const packed = await pack(await tempDir())
    expect(packed.map((file) => path.basename(file))).toEqual(runnable.map((folder) => `${folder}.h5p`).sort())
    const config = new H5PConfig(undefined)
    for (const file of packed) {
      const manager = new LibraryManager(new fsImplementations.FileLibraryStorage(await tempDir()))
      const validator = new PackageValidator(config, manager)
      const dir = await tempDir()
      await unzip(file, dir)
      await validator.validateFileSizes(file)
      await validator.validateExtractedPackage(dir, true, true)
      const { preloadedDependencies } = await json<{ preloadedDependencies: { machineName: string }[] }>(dir, 'h5p.json')
      for (const { machineName } of preloadedDependencies) await manager.installFromDirectory(path.join(dir, `${machineName}-1.0`))
      for (const { machineName } of preloadedDependencies) expect(await manager.listInstalledLibraries(machineName)).toHaveProperty(machineName)
    }
  })
})

describe('each of our types', () => {
  let browser: Browser
  let theatre: Theatre
  beforeAll(async () => {
    browser = await launch()
    theatre = await aTheatre(browser)
  })
  afterAll(() => browser?.close())

  it.each(samples)('$type has no fault, keeps its keys, suits everyone and fits a small phone in every language', async ({ type, params }) => {
    expect(await theatre.world.h5p.check(`Keyroom.${type} 1.0`, params)).toEqual([])
    const id = await theatre.add(type, params)
    for (const who of [{ lang: 'en', width: 320 }, { lang: 'ar', width: 320, dark: true }, { lang: 'zh-CN', width: 1600 }]) {
      const { page, faults, bytes, close } = await theatre.show(id, who)
      const all = await bytes()
      expect(all).toContain('h5p-integration')
      for (const secret of secretsOf(params)) expect(all).not.toContain(trace(secret))
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
      expect(await axe(page)).toEqual([])
      expect(faults).toEqual([])
      await close()
    }
  })
})
