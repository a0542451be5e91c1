import type { Task } from '../h5p/index.js'
import { BadInput } from '../infra/index.js'
import type { Review } from './model.js'
import type { Judgement } from './service.js'

/**
 * What a judgement is worth under the author's rubric: the chosen level of each criterion; without criteria, accepted or not.
 * @throws BadInput for a criterion without a level of its own.
 */
export const reviewOf = ({ criteria }: Pick<Task, 'criteria'>, { levels, accepted, comment }: Judgement): Review => {
  const said = comment ? { comment } : {}
  if (criteria.length === 0) return { score: accepted ? 1 : 0, max: 1, criteria: [], ...said }
  const chosen = criteria.map(({ title, levels: all }, index) => {
    const level = all[levels[index] ?? -1]
    if (!level) throw new BadInput([{ field: `levels.${index}`, message: 'fields.invalid_value' }])
    return { title, level: level.title, points: level.points, best: Math.max(...all.map(({ points }) => points)) }
  })
  const sum = (of: 'points' | 'best'): number => chosen.reduce((total, each) => total + each[of], 0)
  return { score: sum('points'), max: sum('best'), criteria: chosen.map(({ title, level, points }) => ({ title, level, points })), ...said }
}
