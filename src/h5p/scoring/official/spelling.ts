/**
 * Whether `limit` slips at most lie between two texts: a letter too many, one missing, another one, two swapped. Looks only where the
 * answer can be, so that a long text costs no more than its length.
 */
export const isWithin = (typed: string, answer: string, limit: number): boolean => {
  if (Math.abs(typed.length - answer.length) > limit) return false
  const far = limit + 1
  const rows: Map<number, number>[] = []
  const at = (i: number, j: number): number => (i === 0 ? j : j === 0 ? i : (rows[i]?.get(j) ?? far))
  for (let i = 1; i <= typed.length; i++) {
    const row = new Map<number, number>()
    rows[i] = row
    delete rows[i - 3]
    for (let j = Math.max(1, i - limit); j <= Math.min(answer.length, i + limit); j++) {
      const cost = Number(typed[i - 1] !== answer[j - 1])
      const swapped = i > 1 && j > 1 && typed[i - 1] === answer[j - 2] && typed[i - 2] === answer[j - 1]
      row.set(j, Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost, swapped ? at(i - 2, j - 2) + cost : far))
    }
  }
  return at(typed.length, answer.length) <= limit
}
