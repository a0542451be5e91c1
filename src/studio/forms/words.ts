import type { Say } from '../../infra/index.js'
import { LICENCES } from './licences.js'

/** Sentences the form says in the browser; what stands in braces there is filled there. */
const KEYS = [
  'about', 'aboutHint', 'add', 'added', 'address', 'atLeast', 'atMost', 'between', 'bold', 'bullets', 'broughtBack', 'cancel', 'choose', 'choose-audio', 'choose-file', 'choose-image', 'choose-video', 'chooseType', 'closeAll',
  'code', 'common', 'complete', 'copied', 'copyTitle', 'differs', 'down', 'drag', 'duplicate', 'elsewhere', 'example', 'formatting', 'full', 'gapAnswer', 'gapTip', 'gaps', 'gapsHow', 'heading', 'help', 'italic', 'item', 'keepMine', 'licence',
  'line', 'lineDown', 'link', 'linkPut', 'linkRemove', 'linkTo', 'loading', 'makeGap', 'mendThese', 'more', 'moved', 'noEditor', 'noGap', 'noType', 'noneInstalled', 'notInstalled', 'nothingToMend', 'nth', 'numbers', 'openAll', 'openEditor',
  'optional', 'or', 'orDrop', 'placeHow', 'placeLater', 'previewOf', 'quote', 'remove', 'removed', 'replace', 'rights', 'saved', 'sending', 'sentFile', 'staleText', 'staleTitle', 'state-expired', 'state-offline', 'state-saving', 'state-stale', 'state-waiting', 'strike', 'sub', 'subheading', 'sup',
  'table', 'take', 'takeTheirs', 'timeNow', 'title', 'titleHint', 'toMend', 'type', 'underline', 'up', 'workAuthor', 'workSource', 'workTitle',
] as const
const LATER = Object.fromEntries(['entity', 'n', 'from', 'count', 'max', 'min', 'time', 'name', 'tip', 'title'].map((name) => [name, `{${name}}`]))

export const formWords = (t: Say): Record<string, string> => ({
  ...Object.fromEntries(KEYS.map((key) => [key, t(`studio-forms.ui.${key}`, LATER)])),
  ...Object.fromEntries(LICENCES.map((code) => [`licence.${code}`, t(`studio-forms.licence.${code}`)])),
})
