import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'

/** Names of what Joubel's editor must have, with nothing in them: no registry holds it. The server's half, Lumi's and ours, is real. */
const STAND_INS = ['scripts/h5peditor.js', 'scripts/h5peditor-editor.js', 'scripts/h5peditor-form.js', 'styles/css/application.css', 'ckeditor/ckeditor.js', 'language/en.js']

/** A folder of its own for one test file; gone after it. */
export const anEditorFolder = async (): Promise<string> => {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'keyroom-editor-'))
  afterAll(() => rm(dir, { recursive: true, force: true }))
  for (const file of STAND_INS) {
    await mkdir(path.dirname(path.join(dir, file)), { recursive: true })
    await writeFile(path.join(dir, file), '')
  }
  return dir
}
