import { faultsInFolder, type PackageFault, type Pieces } from '../h5p/index.js'
import type { CourseFault } from './faults.js'

/** What an author reads of what a content may not hold. */
const SAID: Partial<Record<PackageFault, string>> = {
  'json-too-large': 'is larger, or nested deeper, than any activity is; export it again',
  page: 'is a web page, which could run anything; remove it',
  'unlisted-type': 'is of a kind that H5P contents do not hold; remove it, or save it as a picture, sound, video or document',
  'active-svg': 'holds a script, a link or something loaded from elsewhere; save it as png, or as a plain drawing',
  'svg-too-large': 'is larger than 5 MB; save it as png',
  'bad-name': 'is a name that not every computer can store; use letters, digits, hyphens and "/"',
  'stray-file': 'lies beside h5p.json, where nothing else belongs; remove it',
  'no-library-json': 'has no library.json; remove the folder, or add the whole library',
  'library-folder': 'is not named after the library in it; rename it',
  'library-file-missing': 'is missing, though its library names it; get the library again',
  'library-twice': 'brings a library a second time; keep one',
  'wrong-json': 'is not JSON; export the content again',
  'wrong-shape': 'is not what H5P expects; export the content again',
}

/** What of a content's files can't be taken, named as they lie in the course. */
export const fileFaults = async (files: Pieces, shown: string): Promise<CourseFault[]> =>
  (await faultsInFolder(files)).map(({ why, file, params }) => ({
    file: `${shown}/${file}`, field: '', message: why === 'file-too-large' ? `is larger than ${params.limit} MB; make it smaller, or link to it` : (SAID[why] ?? `is refused: ${why}`),
  }))
