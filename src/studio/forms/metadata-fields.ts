import type { Field } from '../../h5p/index.js'
import type { Say } from '../../infra/index.js'
import { LICENCES } from './licences.js'

const VERSIONED = LICENCES.filter((code) => /^CC BY/.test(code))
const LANGUAGES = ['ar', 'bn', 'cs', 'da', 'de', 'el', 'en', 'es', 'et', 'fa', 'fi', 'fr', 'he', 'hi', 'hu', 'id', 'it', 'ja', 'ko', 'nb', 'nl', 'pl', 'pt', 'pt-br', 'ro', 'ru', 'sl', 'sv', 'th', 'tr', 'uk', 'ur', 'vi', 'zh-cn', 'zh-tw']

/** What H5P keeps of a content beside its parameters, as fields of the same kind, so that the same form edits them. */
export const metadataFields = (lang: string, t: Say): Field[] => {
  const say = (key: string): string => t(`studio-forms.meta.${key}`)
  const text = (name: string, more: object = {}): Field => ({ name, type: 'text', label: say(name), optional: true, maxLength: 1000, ...more })
  const names = new Intl.DisplayNames([lang], { type: 'language' })
  return [
    { name: 'license', type: 'select', label: say('license'), optional: true, default: 'U', options: LICENCES.map((value) => ({ value, label: t(`studio-forms.licence.${value}`) })) },
    {
      name: 'licenseVersion', type: 'select', label: say('licenseVersion'), optional: true, options: ['4.0', '3.0', '2.5', '2.0', '1.0'].map((value) => ({ value, label: value })),
      showWhen: { rules: [{ field: 'license', equals: VERSIONED }], nullWhenHidden: true },
    },
    {
      name: 'authors', type: 'list', label: say('authors'), entity: say('author'), optional: true, defaultNum: 0,
      field: { name: 'author', type: 'group', label: say('author'), fields: [text('name', { optional: false, maxLength: 255 }), { name: 'role', type: 'select', label: say('role'), default: 'Author', options: ['Author', 'Editor', 'Licensee', 'Originator'].map((value) => ({ value, label: say(`role-${value}`) })) }] },
    },
    { name: 'defaultLanguage', type: 'select', label: say('defaultLanguage'), optional: true, options: LANGUAGES.map((value) => ({ value, label: names.of(value) ?? value })) },
    text('source', { placeholder: 'https://', importance: 'low' }),
    { name: 'yearFrom', type: 'number', label: say('yearFrom'), optional: true, min: -9999, max: 9999, decimals: 0, importance: 'low' },
    { name: 'yearTo', type: 'number', label: say('yearTo'), optional: true, min: -9999, max: 9999, decimals: 0, importance: 'low' },
    text('licenseExtras', { widget: 'textarea', importance: 'low', maxLength: 5000 }),
    {
      name: 'changes', type: 'list', label: say('changes'), entity: say('change'), optional: true, defaultNum: 0, importance: 'low',
      field: { name: 'change', type: 'group', label: say('change'), fields: [text('date', { placeholder: 'DD-MM-YY hh:mm:ss' }), text('author', { label: say('by') }), text('log', { widget: 'textarea', label: say('log') })] },
    },
    text('authorComments', { widget: 'textarea', importance: 'low', maxLength: 5000, description: say('authorCommentsHint') }),
  ].map((field) => ({ ...field })) as Field[]
}
