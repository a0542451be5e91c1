/** What a login or launch goes through, in the order it is told in. */
export const STEPS = ['login', 'state', 'nonce', 'key', 'claims', 'storage'] as const
export type Step = (typeof STEPS)[number]

export type Value = string | number | boolean | Date | string[]
/** One thing looked at: what came, and what was to come. Its words are the catalogue's: `doctor.facts.NAME`. */
export interface Fact { name: string; received?: Value; expected?: Value }
/** `unseen`: it had failed before. */
export interface StepTrace { state: 'ok' | 'failed' | 'unseen'; facts: Fact[] }

/** A login or launch that was refused, as far as an administrator needs to know it: no token, no name, nobody's id. */
export interface Trace {
  /** What the person was shown: «7KQ-4M2». */
  code: string
  kind: 'login' | 'launch'
  /** The refusal's code and the values of its words. */
  refusal: string
  params: Record<string, string | number>
  failed: Step
  steps: Record<Step, StepTrace>
  /** Where it is of a platform registered here. */
  platform?: string
  platformName?: string
  /** «Chrome 140, Windows». */
  browser: string
  /** The id under which the log has it. */
  request: string
  at: Date
  /** The same from the same place within some minutes is told once. */
  times: number
  last: Date
}
