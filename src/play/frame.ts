import type { Response } from 'express'
import type { Course } from '../courses/index.js'
import { levelView } from '../game/index.js'
import { backWith, sessionOf } from '../infra/index.js'
import type { Standing } from '../ledger/index.js'
import type { Tongue } from './words.js'

/** `live`: the window's ticket to hear news with. */
export interface Framed { res: Response; tongue: Tongue; course: Course; standing: Standing; live?: { ticket: string }; scripts: string[]; keep?: string }

/** What the layout shows beside the page: level and XP, the way to the ladder and back to the course, the live ticket. */
export const frameOf = ({ res, tongue: { say }, course, standing, live, scripts, keep }: Framed): Record<string, unknown> => {
  const session = sessionOf(res)
  const base = `/play/${session.run}/`
  const { xp } = standing.game
  const { level, floor, next, toGo } = levelView(xp, course.xp.levels)
  return {
    home: base,
    ladder: `${base}ladder`,
    back: backWith(session.back, session.preview ? {} : { lti_msg: say('links.backWith', { course: course.title }) }),
    keep,
    me: {
      level: say('game.level.name', { level }),
      xp: say('game.level.xp', { xp }),
      toGo: say('game.level.toGo', { xp: toGo, level: level + 1 }),
      value: Math.round(((xp - floor) / (next - floor)) * 100) / 100,
      href: `${base}#why`,
    },
    live,
    scripts,
  }
}
