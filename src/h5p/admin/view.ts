import type { Say } from '../../infra/index.js'
import type { PartState } from '../setup/index.js'
import type { Hub } from './hub.js'
import type { ShelfRow } from './shelf.js'
import type { Plan } from './upgrades.js'

/** What was done last, told once at the top of the page. */
export interface Said { what: 'installed' | 'same' | 'restricted' | 'unrestricted' | 'removed' | 'refreshed'; library?: string; count?: number }

const bytesIn = (lang: string) => {
  const [kilo, mega] = ['kilobyte', 'megabyte'].map((unit) => new Intl.NumberFormat(lang, { style: 'unit', unit, maximumFractionDigits: unit === 'megabyte' ? 1 : 0 }))
  return (bytes: number): string => (bytes >= 1_000_000 ? (mega?.format(bytes / 1_000_000) ?? '') : (kilo?.format(Math.ceil(bytes / 1000)) ?? ''))
}

/** One of the two parts: what runs, and where it is from; without an editor, how to get one. */
const partView = (state: PartState, lang: string, t: Say) => ({
  name: t(`admin.h5p.parts.${state.part}`),
  from: t(`admin.h5p.from.${state.from}`),
  version: state.version,
  api: state.api && t('admin.h5p.api', { version: state.api }),
  source: state.source, sha256: state.sha256,
  at: state.at && new Intl.DateTimeFormat(lang, { dateStyle: 'long' }).format(new Date(state.at)),
  lack: state.lack && t('admin.h5p.lack', { source: state.source ?? '', file: state.lack }),
  how: state.from === 'none' || state.from === 'embedded' ? t(`admin.h5p.how.${state.part}`) : undefined,
  command: state.from === 'none' || state.from === 'embedded' ? `npm run h5p:setup -- --${state.part} URL|FILE` : undefined,
})

const rowView = (row: ShelfRow, size: (bytes: number) => string, t: Say) => {
  const used = row.contents + row.drafts + row.neededBy.length > 0
  return {
    ...row, size: size(row.bytes), kind: t(`admin.h5p.kind.${row.own ? 'own' : 'official'}`), role: t(`admin.h5p.role.${row.runnable ? 'type' : 'part'}`),
    uses: t('admin.h5p.uses', { contents: row.contents, drafts: row.drafts }),
    needed: row.neededBy.length > 0 ? t('admin.h5p.neededBy', { count: row.neededBy.length }) : undefined,
    /** Nothing would break: the button is there. */
    removable: !row.own && !used,
    restrict: row.runnable ? { to: row.restricted ? '0' : '1', label: t(row.restricted ? 'admin.h5p.unrestrict' : 'admin.h5p.restrict') } : undefined,
    upgrade: row.newer && row.draftsWith > 0 ? { href: `upgrade?from=${encodeURIComponent(row.name)}&to=${encodeURIComponent(row.newer)}`, label: t('admin.h5p.upgrade.link', { count: row.draftsWith, to: row.newer }) } : undefined,
  }
}

const saidView = ({ what, library = '', count = 0 }: Said, t: Say): string => t(`admin.h5p.said.${what}`, { library, count })

export interface AdminPage { parts: PartState[]; rows: ShelfRow[]; hub: { on: boolean } & Awaited<ReturnType<Hub['list']>>; said?: Said; lang: string; t: Say; contentOrigin: boolean }

/** All that the administrator's page of H5P shows. */
export const adminView = ({ parts, rows, hub, said, lang, t, contentOrigin }: AdminPage) => {
  const size = bytesIn(lang)
  const [types, others] = [rows.filter(({ runnable }) => runnable), rows.filter(({ runnable }) => !runnable)]
  return {
    said: said && saidView(said, t),
    parts: parts.map((state) => partView(state, lang, t)),
    groups: [
      { id: 'types', title: t('admin.h5p.types', { count: types.length }), help: t('admin.h5p.restrictHelp'), rows: types.map((row) => rowView(row, size, t)) },
      { id: 'others', title: t('admin.h5p.others', { count: others.length }), help: undefined, rows: others.map((row) => rowView(row, size, t)) },
    ],
    hub: {
      on: hub.on,
      at: hub.at ? t('admin.h5p.hub.at', { at: new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' }).format(hub.at) }) : undefined,
      types: hub.types.map((type) => ({ ...type, state: t(type.installed ? (type.isNewer ? 'admin.h5p.hub.newer' : 'admin.h5p.hub.current') : 'admin.h5p.hub.absent', { version: type.installed ?? '' }), action: type.isNewer ? t(type.installed ? 'admin.h5p.hub.update' : 'admin.h5p.hub.install', { title: type.title }) : undefined })),
    },
    contentOrigin,
    published: t('admin.h5p.published'),
    upload: { action: 'upload', words: { sending: t('admin.h5p.upload.sending'), looking: t('admin.h5p.upload.looking'), failed: t('admin.h5p.upload.failed'), others: t('admin.h5p.upload.others') } },
  }
}

/** The page that brings drafts to a newer version; `task` is for its script. */
export const upgradeView = (plan: Plan, csrf: string, t: Say) => ({
  from: plan.from, to: plan.to,
  published: plan.published > 0 ? t('admin.h5p.upgrade.published', { count: plan.published, from: plan.from }) : undefined,
  drafts: plan.drafts.map(({ id, title, inside }) => ({ id, title, inside: inside && t('admin.h5p.upgrade.inside', { library: inside }) })),
  task: { from: plan.from, to: plan.to, csrf, words: wordsOf(t) },
})

/** Sentences that the script puts names into. */
const wordsOf = (t: Say): Record<string, string> => {
  const blanks = { libraries: '{libraries}', library: '{library}', holder: '{holder}', reason: '{reason}', places: '{places}', done: '{done}', all: '{all}' }
  return Object.fromEntries(['done', 'left', 'faults', 'failed', 'silent', 'stale', 'not-taken', 'unreached', 'too-new', 'absent', 'result', 'again'].map((name) => [name, t(`admin.h5p.upgrade.${name}`, blanks)]))
}
