import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stringify } from 'yaml'
import type { z } from 'zod'
import type { Course } from '../courses/index.js'
import { pieceOf } from '../h5p/index.js'
import type { I18n, Say } from '../infra/index.js'
import { writeFiles } from './folder.js'
import { COURSE_YAML, type CourseFile } from './format.js'
import type { Studio } from './studio.js'

export interface CourseDraft { slug: string; title: string; lang: string }

const FOLDER = 'h5p/first-words'

const fileOf = ({ slug, title, lang }: CourseDraft, say: Say): z.input<typeof CourseFile> => ({
  format: 'keyroom-course/1', slug, title, lang, summary: say('summary'),
  outcomes: [{ id: 'first', text: say('outcome') }],
  rooms: [{
    id: 'room-1', title: say('room'), scene: 'library', intro: say('intro'),
    activities: [{ id: 'first-words', title: say('activity'), h5p: FOLDER, outcomes: ['first'] }],
  }],
  finish: {
    title: say('finish'), message: say('message'), attendancePrefix: 'KEY',
    credential: { name: say('credential', { title: title.slice(0, 80) }), description: say('description'), criteria: say('criteria') },
  },
})
const h5pOf = (title: string, language: string): object => ({
  title, language, mainLibrary: 'Keyroom.Reflection', embedTypes: ['div'], license: 'U', defaultLanguage: language,
  preloadedDependencies: [{ machineName: 'Keyroom.Reflection', majorVersion: 1, minorVersion: 0 }],
})
/** A text of ours as H5P's editors write it. */
const paragraph = (text: string): string => `<p>${text}</p>`

/**
 * A course to begin from: one room with one activity, which can be played at once and edited in the studio. It goes in by the way
 * every course file does, so the same again changes nothing.
 * @throws CourseFaults
 */
export const newCourse = async (draft: CourseDraft, { studio, i18n }: { studio: Pick<Studio, 'importCourse'>; i18n: I18n }): Promise<Course> => {
  const words = i18n.in(i18n.pick(draft.lang))
  const say: Say = (key, params) => words(`deep-linking.starter.${key}`, params)
  const json = (value: object) => pieceOf(Buffer.from(JSON.stringify(value, null, 2)))
  const dir = await mkdtemp(path.join(tmpdir(), 'keyroom-new-'))
  try {
    await writeFiles(dir, new Map([
      [COURSE_YAML, pieceOf(Buffer.from(stringify(fileOf(draft, say))))],
      [`${FOLDER}/h5p.json`, json(h5pOf(say('activity'), draft.lang))],
      [`${FOLDER}/content/content.json`, json({ intro: paragraph(say('intro').replaceAll('*', '')), prompts: [say('prompt')], min: 1, audience: 'me', explain: paragraph(say('explain')) })],
    ]))
    return await studio.importCourse(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
