import type { I18n } from '../../infra/index.js'
import { readCode } from './code.js'
import type { Traces } from './traces.js'
import { traceView } from './view.js'

export interface DoctorCommandDeps { traces: Pick<Traces, 'of'>; i18n: I18n; print: (line: string) => void; complain: (line: string) => void }

const SIGN = { ok: '✓', failed: '✗', unseen: '·' }

/** `keyroom doctor launch CODE`: what the page of the code shows, in lines. */
export const doctorLaunch = async (typed: string, { traces, i18n, print, complain }: DoctorCommandDeps, { json = false } = {}): Promise<number> => {
  const trace = await traces.of(readCode(typed) ?? '')
  if (!trace) return complain(`There is no launch under ${typed}. Codes are kept for 30 days.`), 1
  if (json) return print(JSON.stringify(trace, null, 2)), 0
  const { steps, title, mend, kind, at, browser, platformName, count } = traceView(trace, { lang: 'en', i18n })
  print(`${trace.code}  ${title} (${trace.refusal})\n${kind}, ${at}, ${browser}${platformName ? `, ${platformName}` : ''}. ${count}\n${mend}`)
  for (const { name, state, facts } of steps) {
    print(`${SIGN[state]} ${name}`)
    for (const fact of facts) print(`    ${fact.name}: ${fact.received.join(', ') || '—'}${fact.expected.length > 0 ? `   (expected: ${fact.expected.join(', ')})` : ''}`)
  }
  return 0
}
