import type { Column, Link, Run, Target } from './model.js'

/** The column that a link's own line item is: a room's, else the course's. */
export const columnOf = (target: Target): Column => (target.kind === 'room' ? `room:${target.room}` : 'course')

/**
 * The address of a link's column after its launch. Who named it first keeps it, so that launches of two links don't turn it to and
 * fro; the home link's word stands above. `said`: whether the launch spoke of grades at all.
 */
export const columnAfter = ({ columns, ags, resourceLink: home }: Pick<Run, 'columns' | 'ags' | 'resourceLink'>, link: Pick<Link, 'target' | 'lineitem' | 'resourceLink'>, { said, lineitem }: { said: boolean; lineitem?: string }): string | undefined => {
  const column = columnOf(link.target)
  // Versions before kept the newest launch's.
  const current = columns?.[column] ?? (column === 'course' ? ags?.lineitem : undefined)
  if (!said) return current
  const isMine = current !== undefined && current === link.lineitem
  if (lineitem && (!current || isMine || link.resourceLink === home)) return lineitem
  // Its own column, of which it no longer speaks, is gone.
  return isMine && !lineitem ? undefined : current
}

/** What of the run's addresses goes when a link leads elsewhere from now on: its column is no longer theirs. Paths of the run's row. */
export const columnLeft = ({ columns, ags }: Pick<Run, 'columns' | 'ags'>, { target, lineitem }: Pick<Link, 'target' | 'lineitem'>): string[] => {
  if (!lineitem) return []
  const column = columnOf(target)
  return [...(columns?.[column] === lineitem ? [`columns.${column}`] : []), ...(column === 'course' && ags?.lineitem === lineitem ? ['ags.lineitem'] : [])]
}
