import type { Question } from './answers.js'
import { makeVisitor, SeedFault } from './visitor.js'

export interface Playing {
  run: string
  /** What each request of this person carries: the token of their window. */
  headers: Record<string, string>
  page(path: string): Promise<{ status: number; html: string }>
  answer(room: string, activity: string, answers: { question: Question; right: boolean; key: string }[]): Promise<void>
  /** The word of the browser, for content without questions. */
  complete(room: string, activity: string, key: string): Promise<void>
  tryKey(room: string, key: string): Promise<void>
}

/** Launches a person from the demo LMS into Keyroom, over HTTP as a browser does, and plays as its pages do. */
export const launchAs = async (person: string, { lms, keyroom }: { lms: string; keyroom: string }, link = '/course/rooms/window'): Promise<Playing> => {
  const { cookies, go, post, send } = makeVisitor()
  await post(`${lms}/session`, { person })
  const asked = await send(await go(`${lms}${link}`))
  const entered = await send(asked)
  if (!entered.res.ok) throw new SeedFault(`Keyroom answered the launch of person ${person} with ${entered.res.status}`)
  // The session's cookie is named after its run, and its value is the window token: with that, forms need no token of their own.
  const found = [...cookies(new URL(keyroom).origin)].find(([name]) => /^kr-(?!lang$)/.test(name))
  if (!found) throw new SeedFault(`Keyroom gave person ${person} no session`)
  const run = found[0].slice(3)
  const headers = { authorization: `Bearer ${decodeURIComponent(found[1])}`, accept: 'text/html' }

  const page: Playing['page'] = async (path) => {
    const { res } = await go(`${keyroom}/play/${run}/${path}`, { headers })
    return { status: res.status, html: await res.text() }
  }
  const toContent = async (room: string, activity: string, what: 'answers' | 'completed', bodies: object[]): Promise<void> => {
    const { status, html } = await page(`rooms/${room}?activity=${activity}`)
    const ticket = new RegExp(`/play/${run}/h5p/([^/"']+)/frame`).exec(html)?.[1]
    if (!ticket) throw new SeedFault(`Room ${room} shows no content for ${activity} (status ${status})`)
    for (const body of bodies) {
      const { res } = await go(`${keyroom}/play/${run}/h5p/${ticket}/${what}`, {
        method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body),
      })
      if (!res.ok) throw new SeedFault(`Keyroom refused ${what} of ${activity}: ${res.status} ${(await res.text()).slice(0, 200)}`)
    }
  }
  return {
    run, page, headers,
    answer: (room, activity, answers) =>
      toContent(room, activity, 'answers', answers.map(({ question, right, key }) => ({ item: question.item, response: right ? question.right : question.wrong, key }))),
    complete: (room, activity, key) => toContent(room, activity, 'completed', [{ key }]),
    async tryKey(room, key) {
      const { res } = await go(`${keyroom}/play/${run}/rooms/${room}/key`, { method: 'POST', headers, body: new URLSearchParams({ key }) })
      if (!res.ok) throw new SeedFault(`The door of room ${room} answered ${res.status}`)
    },
  }
}
