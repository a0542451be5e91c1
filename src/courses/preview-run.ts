const SUFFIX = '~preview'

/** The run beside a run in which staff look on as a learner would: its events, ladder and keys are its own, and nothing leaves it. */
export const previewOf = (run: string): string => `${run}${SUFFIX}`
export const isPreview = (run: string): boolean => run.endsWith(SUFFIX)
/** The run itself, of either. */
export const realRun = (run: string): string => (isPreview(run) ? run.slice(0, -SUFFIX.length) : run)
