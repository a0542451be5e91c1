import type { I18n, Lang } from '../../infra/index.js'
import type { Platform } from '../registry.js'
import { STEPS, type Fact, type Trace, type Value } from './model.js'

export interface Tongue { lang: Lang; i18n: I18n }

/** The refusal's words for the person, and what the administrator can do: the doctor's own sentence where there is one. */
export const wordsOf = ({ refusal, params }: Pick<Trace, 'refusal' | 'params'>, { lang, i18n }: Tongue): { title: string; mend: string } => {
  const [file = '', name = ''] = refusal.split('/')
  const own = `doctor.mends.${file}.${name}`
  const problem = `${file}.problems.${name}`
  return { title: i18n.t(lang, `${problem}.title`, params), mend: i18n.t(lang, i18n.has(own) ? own : `${problem}.mend`, params) }
}

const timeIn = (lang: string) => {
  const format = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC', hour12: false })
  return (at: Date): string => `${format.format(at)} UTC`
}

const sayValue = (value: Value | undefined, { name }: Fact, { lang, i18n }: Tongue): string[] => {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  if (typeof value === 'boolean') return [i18n.t(lang, `doctor.values.${value ? 'yes' : 'no'}`)]
  if (value instanceof Date) return [timeIn(lang)(value)]
  if (typeof value === 'number') return [name === 'cookies' ? String(value) : i18n.t(lang, 'doctor.values.seconds', { seconds: value })]
  const words = `doctor.values.${name}.${value}`
  return [i18n.has(words) ? i18n.t(lang, words) : value]
}

const factView = (fact: Fact, tongue: Tongue) => ({
  name: tongue.i18n.t(tongue.lang, `doctor.facts.${fact.name}`),
  received: sayValue(fact.received, fact, tongue),
  expected: sayValue(fact.expected, fact, tongue),
})

/** One launch that failed: step by step, and what mends it. */
export const traceView = (trace: Trace, tongue: Tongue) => {
  const { lang, i18n } = tongue
  const time = timeIn(lang)
  const { title, mend } = wordsOf(trace, tongue)
  return {
    ...trace, title, mend, at: time(trace.at), last: trace.times > 1 ? time(trace.last) : undefined,
    kind: i18n.t(lang, `doctor.kind.${trace.kind}`), count: i18n.t(lang, 'doctor.times', { times: trace.times }),
    steps: STEPS.map((name) => {
      const { state, facts } = trace.steps[name]
      return { name: i18n.t(lang, `doctor.steps.${name}.title`), what: i18n.t(lang, `doctor.steps.${name}.what`), state, said: i18n.t(lang, `doctor.states.${state}`), facts: facts.map((fact) => factView(fact, tongue)), mend: state === 'failed' ? mend : undefined }
    }),
  }
}

export interface ListPage { traces: Trace[]; platforms: Platform[]; asked: { platform?: string; code?: string }; more?: string }

/** The newest launches that failed. */
export const listView = ({ traces, platforms, asked, more }: ListPage, tongue: Tongue) => {
  const { lang, i18n } = tongue
  const time = timeIn(lang)
  return {
    asked, more,
    platforms: platforms.map(({ _id, name, issuer }) => ({ id: _id, name: `${name} (${issuer})`, current: _id === asked.platform })),
    rows: traces.map((trace) => ({
      code: trace.code, title: wordsOf(trace, tongue).title, step: i18n.t(lang, `doctor.steps.${trace.failed}.title`), platform: trace.platformName ?? i18n.t(lang, 'doctor.unknown-platform'),
      at: time(trace.last), times: trace.times > 1 ? i18n.t(lang, 'doctor.times', { times: trace.times }) : undefined, browser: trace.browser,
    })),
  }
}
