import { createWriteStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import vm from 'node:vm'
import { fsImplementations, H5PConfig, H5PEditor, LibraryManager } from '@lumieducation/h5p-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import yazl from 'yazl'
import { LIBRARIES } from './stage.js'

interface Field { name?: string; type?: string; label?: string; description?: string; entity?: string; field?: Field; fields?: Field[]; options?: unknown[]; widget?: string; widgets?: unknown; importance?: string }
interface LibraryJson { machineName: string; runnable: number; author: string; license: string; coreApi: { majorVersion: number; minorVersion: number }; preloadedJs?: { path: string }[]; preloadedCss?: { path: string }[]; preloadedDependencies?: { machineName: string }[] }

const folders = readdirSync(LIBRARIES)
const json = <T>(...parts: string[]): T => JSON.parse(readFileSync(path.join(LIBRARIES, ...parts), 'utf8')) as T
const libraryOf = (folder: string) => json<LibraryJson>(folder, 'library.json')
const types = folders.filter((folder) => libraryOf(folder).runnable === 1)
/** The widgets that H5P's editor brings by itself. */
const CORE_WIDGETS = ['html', 'textarea']
const every = (fields: Field[]): Field[] => fields.flatMap((field) => [field, ...every(field.fields ?? []), ...every(field.field ? [field.field] : [])])

describe('Keyroom’s libraries', () => {
  let dir: string
  let manager: LibraryManager
  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-libraries-'))
    manager = new LibraryManager(new fsImplementations.FileLibraryStorage(dir), undefined, undefined, undefined, undefined, undefined, new H5PConfig(undefined))
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  it('are the nine types, a core and a look', () => {
    expect(types).toEqual(['Blanks', 'Book', 'Choice', 'Hotspots', 'QuestionSet', 'Sequence', 'Text', 'Tips', 'TrueFalse'].map((name) => `Keyroom.${name}-1.0`))
    expect(folders).toHaveLength(11)
  })

  it.each(folders)('Lumi installs %s', async (folder) => {
    const installed = await manager.installFromDirectory(path.join(LIBRARIES, folder))
    expect(installed.type).toBe('new')
    expect(await manager.libraryExists({ machineName: libraryOf(folder).machineName, majorVersion: 1, minorVersion: 0 })).toBe(true)
  })

  it('travel in a package that Lumi’s upload accepts, contents and all', async () => {
    const file = path.join(dir, 'all.h5p')
    const zip = new yazl.ZipFile()
    for (const folder of folders)
      for (const name of readdirSync(path.join(LIBRARIES, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()))
        zip.addFile(path.join(name.parentPath, name.name), path.posix.join(folder, path.relative(path.join(LIBRARIES, folder), path.join(name.parentPath, name.name))))
    const demo = path.resolve(LIBRARIES, '../demo-course/h5p/plan-your-lesson')
    for (const name of ['h5p.json', 'content/content.json']) zip.addFile(path.join(demo, name), name)
    zip.end()
    await pipeline(zip.outputStream, createWriteStream(file))
    const editor = new H5PEditor(
      new fsImplementations.InMemoryStorage(), new H5PConfig(undefined), new fsImplementations.FileLibraryStorage(path.join(dir, 'uploaded')),
      new fsImplementations.FileContentStorage(path.join(dir, 'contents')), new fsImplementations.DirectoryTemporaryFileStorage(path.join(dir, 'temporary')),
    )
    const { installedLibraries, metadata } = await editor.uploadPackage(file, { id: '1', name: 'Ana', email: 'ana@example.org', type: 'local' })
    expect(installedLibraries.map(({ newVersion }) => newVersion?.machineName).sort()).toEqual(folders.map((folder) => folder.replace('-1.0', '')))
    expect(metadata?.mainLibrary).toBe('Keyroom.Book')
  })

  it.each(folders)('%s names its files, its author and a core that hosts have', (folder) => {
    const library = libraryOf(folder)
    expect(library).toMatchObject({ author: 'Keyroom', license: 'GPL3', coreApi: { majorVersion: 1 } })
    expect(library.coreApi.minorVersion).toBeLessThanOrEqual(26)
    for (const file of [...(library.preloadedJs ?? []), ...(library.preloadedCss ?? [])]) expect(existsSync(path.join(LIBRARIES, folder, file.path)), file.path).toBe(true)
    for (const { machineName } of library.preloadedDependencies ?? []) expect(folders).toContain(`${machineName}-1.0`)
  })

  it.each(types)('%s is edited with what the official editor brings', (folder) => {
    for (const field of every(json<Field[]>(folder, 'semantics.json'))) {
      expect(field.label, field.name).toBeTruthy()
      expect(['low', 'medium', 'high'], field.name).toContain(field.importance)
      if (field.widget) expect(CORE_WIDGETS).toContain(field.widget)
      expect(field.widgets, field.name).toBeUndefined()
      // The editor folds a group of one field into that field, which would change the parameters' shape.
      if (field.type === 'group') expect(field.fields?.length, field.name).toBeGreaterThan(1)
    }
  })

  it.each(types.flatMap((folder) => ['en', 'zh-cn', 'ar'].map((code) => [folder, code] as const)))('%s speaks %s to authors, field by field', (folder, code) => {
    const { semantics } = json<{ semantics: Field[] }>(folder, 'language', `${code}.json`)
    const mirror = (original: Field, words: Field): void => {
      for (const key of ['label', 'description', 'entity'] as const) {
        expect(Boolean(words[key]), `${original.name}.${key}`).toBe(Boolean(original[key]))
        if (code !== 'en' && original[key]) expect(words[key]).not.toBe(original[key])
      }
      if (original.field && words.field) mirror(original.field, words.field)
      expect(words.fields?.length).toBe(original.fields?.length)
      original.fields?.forEach((field, index) => mirror(field, words.fields?.[index] ?? {}))
    }
    json<Field[]>(folder, 'semantics.json').forEach((field, index) => mirror(field, semantics[index] ?? {}))
  })

  it('says to learners the same things, with the same values, in three languages', () => {
    const source = readFileSync(path.join(LIBRARIES, 'Keyroom.Core-1.0/js/words.js'), 'utf8')
    const tables = vm.runInNewContext(source.replace('const pick =', 'globalThis.tables = TABLES; const pick =') + ';tables', { window: { Keyroom: { Core: {} } } }) as Record<string, Record<string, string>>
    const values = (sentence = '') => [...sentence.matchAll(/\{\w+\}/g)].map(([name]) => name).sort()
    for (const language of ['zh-CN', 'ar']) {
      expect(Object.keys(tables[language] ?? {})).toEqual(Object.keys(tables.en ?? {}))
      for (const [key, sentence] of Object.entries(tables.en ?? {})) {
        expect(values(tables[language]?.[key]), `${language} ${key}`).toEqual(values(sentence))
        expect(tables[language]?.[key], key).not.toBe(sentence)
      }
    }
  })
})
