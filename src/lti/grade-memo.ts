import { z } from 'zod'

/** What was last said to a column about a learner, noted before it was said. */
const Memo = z.object({
  /** The revision that was sent, or being sent, and the second it was given. */
  rev: z.number(), second: z.number(), lineitem: z.string(),
  /** The platform had something later than this revision, from another hand: then a 409 doesn't say that ours has arrived. */
  contested: z.boolean().optional(),
  /** The shares (0–1) that may stand there by our hand: the last that arrived, and what was sent since without an answer. Absent in rows of older versions. */
  ours: z.array(z.number()).optional(),
  /** Whether anything of ours has arrived for certain: what stood there before us is ours to follow. */
  landed: z.boolean().optional(),
  /** Whether a whole grade of ours may stand there. */
  whole: z.boolean().default(true),
  /** What arrived, in short: the same again needn't be sent. */
  arrived: z.string().optional(),
  /** Somebody changed it there after us. */
  overridden: z.boolean().optional(),
})
export type Memo = z.output<typeof Memo>

/** What is remembered of this column; of another that took its place, nothing. */
export const memoOf = (kept: Record<string, unknown> | undefined, lineitem: string): Memo | undefined => {
  const { data } = Memo.safeParse(kept)
  return data?.lineitem === lineitem ? data : undefined
}
/** What we last said, as a share; of any row. */
export const oursIn = (kept: Record<string, unknown> | undefined): number | undefined => Memo.safeParse(kept).data?.ours?.at(-1)

/** Half a point of a hundred: some platforms round, to two decimals or to whole points. */
const TOLERANCE = 0.005 + 1e-9
export const isAlike = (one: number, other: number): boolean => Math.abs(one - other) <= TOLERANCE

/** Whether what stands there was put by somebody else after us. Where nothing stands, nobody's work is lost by sending. */
export const isOverridden = ({ ours = [] }: Pick<Memo, 'ours'>, theirs: number | undefined): boolean =>
  theirs !== undefined && !ours.some((share) => isAlike(share, theirs))
