import { numbersIn } from '../infra/index.js'
import type { Activity, Course } from '../courses/index.js'
import type { Standing } from '../ledger/index.js'
import { apart, type Tongue } from './words.js'

/** A code as the computer shows it. */
export interface CodeView { address: string; /** As an image's address. */ picture: string; seconds: number; left: string; back: string }
export interface CodeInput { tongue: Tongue; address: string; svg: string; seconds: number; back: string }

export const codeView = ({ tongue: { say, lang }, address, svg, seconds, back }: CodeInput): CodeView => ({
  address, seconds, back,
  picture: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
  left: say('playing.phone.left', { time: numbersIn(lang, 'minutes', { style: 'unit', unit: 'minute', unitDisplay: 'long' }).format(Math.round(seconds / 60)) }),
})

/** One activity on a phone: itself, and how it stands. */
export interface PhoneView { title: string; lang: string; frame: string; label: string; here: string; version: number; done?: string; points?: string }
export interface PhoneInput { course: Course; activity: Activity; standing: Standing; tongue: Tongue; frame: string; here: string }

export const phoneView = ({ course, activity, standing, tongue: { say }, frame, here }: PhoneInput): PhoneView => {
  const mine = standing.play.activities[activity.id]
  return {
    title: activity.title, lang: course.lang, frame, here, version: standing.v,
    label: say('play.room.frame', { title: apart(activity.title) }),
    ...(mine?.completed ? { done: say('playing.pass.done') } : {}),
    ...(mine && mine.max > 0 ? { points: say('playing.pass.points', { score: mine.score, max: mine.max }) } : {}),
  }
}
