import path from 'node:path'

export const ROOT = path.resolve(import.meta.dirname, '../..')
export const DEMO_COURSE = path.join(ROOT, 'h5p-content', 'demo-course')
