import type { z } from 'zod'
import type { Clue, Fault, Task, VerdictKind } from '../model.js'

/** Points for one answer, and what is said of it. */
export interface Marked {
  score: number
  correct: boolean
  /** HTML or text about this answer, never about another. */
  feedback: string[]
  /** A person has to look at it; until then it has no points. */
  pending?: true
}

/** What the server knows of one content type: how it is answered, and what of it a browser may see. */
export interface Scorer<P> {
  /** «Keyroom.Choice», «H5P.MultiChoice»: all its versions. */
  machineName: string
  /** verified for our own types, rescored for official ones. */
  kind: Exclude<VerdictKind, 'self-reported'>
  params: z.ZodType<P>
  max(params: P): number
  /** A lock: so few answers that they could be tried out, so wrong ones make the next wait. */
  isLock?: true
  /** @throws BadInput for a response of another shape. */
  mark(params: P, response: unknown): Marked
  /** What a reviewer judges by, where `mark` says `pending`. */
  task?(params: P): Task
  /** What a right answer earns beside its points: an explanation. */
  earned?(params: P): string[]
  /** The parameters without what only the server may see. Absent: a browser has them whole. */
  shown?(params: Record<string, unknown>): Record<string, unknown>
  /** What only this type can say of its parameters, beyond their semantics. */
  faults?(params: P): Fault[]
}

/** A content type around a question, that is answered by answering that: what solving it earns is told with the verdict. */
export interface Wrapper {
  machineName: string
  earned(params: Record<string, unknown>): string[]
  /** What solving it gives, as data. */
  clue?(params: Record<string, unknown>): Clue | undefined
  shown?(params: Record<string, unknown>): Record<string, unknown>
}

/** A content's one question, with its key, as only the server has it. */
export interface Question {
  /** Its `subContentId`, or `_` where the content is that question. */
  item: string
  machineName: string
  /** self-reported: a part beside scored questions that only has to be answered. */
  kind: VerdictKind
  max: number
  isLock?: true
  mark(response: unknown): Marked
  earned: string[]
  faults: Fault[]
  task?: Task
  clue?: Clue
}

/** A scorer whose parameters' type is its own business. */
export interface Reader extends Pick<Scorer<unknown>, 'machineName' | 'kind' | 'shown'> {
  /** @throws ZodError where the parameters are not this type's. */
  read(item: string, params: unknown): Question
}

/** Makes a scorer one of many: past this, nobody needs to know its parameters. */
export const reader = <P>(scorer: Scorer<P>): Reader => ({
  machineName: scorer.machineName,
  kind: scorer.kind,
  ...(scorer.shown ? { shown: scorer.shown } : {}),
  read(item, given) {
    const params = scorer.params.parse(given)
    return {
      item, machineName: scorer.machineName, kind: scorer.kind,
      max: scorer.max(params),
      ...(scorer.isLock ? { isLock: true } : {}),
      mark: (response) => scorer.mark(params, response),
      earned: scorer.earned?.(params) ?? [],
      faults: scorer.faults?.(params) ?? [],
      ...(scorer.task ? { task: scorer.task(params) } : {}),
    }
  },
})
