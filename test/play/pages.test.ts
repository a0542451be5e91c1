import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCourse, aPlayWorld, aRoom, anActivity, sharedLock, threeRooms, type PlayWorld, type Visitor } from './world.js'

const earnedKeyIn = (html: string): string | undefined => /data-earned-key="([^"]+)"/.exec(html)?.[1]

/** All that stands in a locked room and must not leave the server before its door opens. */
const insideOf = (room: string, activities: string[]): string[] => [
  `Intro of ${room}`, `Tip of ${room}`, `Why ${room} is so`, `Link of ${room}`, `example.org/${room}`, ...activities.flatMap((id) => [`Title of ${id}`, `content-${id}`, `activity=${id}`]),
]

let world: PlayWorld
beforeAll(async () => {
  world = await aPlayWorld()
})
afterAll(() => world.close())

describe('what is not earned', () => {
  let ana: Visitor
  beforeAll(async () => {
    ana = await world.visitor('ana')
  })
  it.each([['', 200], ['rooms/hall', 200], ['rooms/library', 200], ['rooms/attic', 403], ['finish', 200]])('is not in the page %s, however one looks at it', async (path, status) => {
    const page = await ana.get(path)
    expect(page.status).toBe(status)
    for (const secret of [...insideOf('library', ['library-one']), ...insideOf('attic', ['attic-a', 'attic-b']), 'amber tandem 27', 'ALSE-']) expect(page.text).not.toContain(secret)
  })
  it('gives a door that is not reached no address on the map, and its page a refusal in words', async () => {
    const { text } = await ana.get('')
    expect(text).toContain(`/play/${world.run._id}/rooms/library`)
    expect(text).not.toContain(`/play/${world.run._id}/rooms/attic`)
    expect((await ana.get('rooms/attic')).text).toContain('play/door-not-reached')
  })
  it('is no room at all where the course has none', async () => {
    expect((await ana.get('rooms/cellar')).status).toBe(404)
    expect((await ana.get('rooms/constructor')).status).toBe(404)
  })
  it('stays shut to a ticket made for it too soon, or for another run', async () => {
    const early = world.play.ticket({ run: world.run._id, user: 'ana', sid: 's', room: 'library', activity: 'library-one' })
    expect((await ana.get(`h5p/${early}/frame`)).status).toBe(403)
    const foreign = world.play.ticket({ run: 'another', user: 'ana', sid: 's', room: 'hall', activity: 'hall-a' })
    expect((await ana.get(`h5p/${foreign}/frame`)).status).toBe(401)
  })
})

describe('the map', () => {
  it('shows pages, minutes and the next step; a done room keeps its key for who comes back', async () => {
    const ben = await world.visitor('ben')
    const start = (await ben.get('')).text
    for (const words of ['Progress 0/2', '2 pages', 'about 15 min', 'Begin with', 'Its key is in room 1', '0 of 3 rooms lit']) expect(start).toContain(words)
    await ben.finishes('hall')
    const done = (await ben.get('')).text
    for (const words of ['Progress 2/2', 'amber tandem 27', 'Open room 2', 'You have its key', '1 of 3 rooms lit']) expect(done).toContain(words)
    expect(done).not.toContain('Title of library-one')
  })
  it('says why the XP came, step by step, and which badges are earned', async () => {
    const cleo = await world.visitor('cleo')
    await cleo.finishes('hall')
    const { text } = await cleo.get('')
    expect(text).toContain('+80 XP')
    expect(text).toMatch(/Room finished: [^<]*Room hall/)
    expect(text).toContain('Right at the first try')
    expect(text).toContain('XP to level 3')
    expect(text).toMatch(/data-held="true"[^]*Flawless room/)
  })
  it('is a participant’s own: staff and strangers are sent away', async () => {
    const teacher = await world.visitor('teacher', { role: 'instructor' })
    expect((await teacher.get('')).status).toBe(403)
    expect((await fetch(`${world.url}/play/${world.run._id}/`)).status).toBe(401)
  })
  it('leads back to the course it was opened from', async () => {
    const dora = await world.visitor('dora', { back: 'https://lms.example/course/7' })
    expect((await dora.get('')).text).toContain('href="https://lms.example/course/7" target="_top"')
  })
})

describe('the door', () => {
  it('opens with the key, as people type it, and a second press changes nothing', async () => {
    const eva = await world.visitor('eva')
    await eva.finishes('hall')
    const room = await eva.get('rooms/hall')
    expect(earnedKeyIn(room.text)).toBe('amber tandem 27')
    for (let press = 0; press < 2; press++) {
      const opened = await eva.post('rooms/library/key', { key: '  ＡＭＢＥＲ-tandem 27 ', attempt: 'press-0001' })
      expect(opened.status).toBe(303)
      expect(opened.location).toBe(`/play/${world.run._id}/rooms/library?opened=1`)
    }
    const inside = await eva.get('rooms/library?opened=1')
    for (const words of ['The door opens', 'Intro of library with <strong>force</strong>', 'Tip of library', 'href="https://example.org/library" target="_blank" rel="noopener noreferrer"']) expect(inside.text).toContain(words)
    expect((await eva.get('rooms/hall')).text).toContain('data-earned-key="amber tandem 27"')
    const events = await world.ledger.events(world.run._id, 'eva')
    expect(events.filter(({ type, data }) => type === 'unlocked' && (data as { room: string }).room === 'library')).toHaveLength(1)
  })
  it('answers a wrong key kindly, gives the form back as it was, and says nothing of how near a guess is', async () => {
    const finn = await world.visitor('finn')
    const wrong = await finn.post('rooms/library/key', { key: 'amber tandem 28' })
    expect(wrong.status).toBe(422)
    expect(wrong.text).toContain('value="amber tandem 28"')
    expect(wrong.text).toContain('Not this one')
    expect(wrong.text).not.toContain('Very close')
  })
  it('tells who has earned the key and mistyped it that it is close', async () => {
    const gil = await world.visitor('gil')
    await gil.finishes('hall')
    expect((await gil.post('rooms/library/key', { key: 'amber tandem 28' })).text).toContain('Very close')
  })
  it('slows guessing with a wait it shows, gives the hint, and takes the key afterwards', async () => {
    const hal = await world.visitor('hal')
    expect((await hal.get('rooms/library')).text).not.toContain('Look at the hall’s card.')
    for (let i = 0; i < 3; i++) await hal.post('rooms/library/key', { key: `guess ${i}` })
    const early = await hal.post('rooms/library/key', { key: 'amber tandem 27' })
    expect(early.status).toBe(429)
    expect(early.headers.get('retry-after')).toBe('2')
    expect(early.text).toContain('data-wait="2"')
    expect(early.text).toContain('Look at the hall’s card.')
    world.clock.now = new Date(world.clock.now.getTime() + 3000)
    expect((await hal.post('rooms/library/key', { key: 'amber tandem 27' })).status).toBe(303)
  })
  it('with somebody else’s key stays shut and says whose it isn’t', async () => {
    const [ida, jon] = [await world.visitor('ida'), await world.visitor('jon')]
    for (const visitor of [ida, jon]) {
      await visitor.finishes('hall')
      await visitor.enters('library')
    }
    const theirs = await ida.finishes('library')
    await jon.finishes('library')
    const refused = await jon.post('rooms/attic/key', { key: theirs ?? '' })
    expect(refused.status).toBe(422)
    expect(refused.text).toContain('somebody else’s')
    expect(await jon.get('rooms/attic').then(({ text }) => text)).not.toContain('Intro of attic')
  })
  it('asks for a key where none was typed, without counting a try', async () => {
    const kim = await world.visitor('kim')
    const empty = await kim.post('rooms/library/key', { key: '   ' })
    expect(empty.status).toBe(422)
    expect(empty.text).toContain('Type the key first')
    expect((await world.ledger.standing(world.run._id, 'kim')).play.rooms.library?.wrong ?? 0).toBe(0)
  })
  it('takes no form from another page, and shows markup as the text it is', async () => {
    const lea = await world.visitor('lea')
    expect((await lea.post('rooms/library/key', { key: 'x', _csrf: 'forged' })).status).toBe(403)
    const markup = await lea.post('rooms/library/key', { key: '"><script>alert(1)</script>' })
    expect(markup.text).not.toContain('<script>alert(1)')
    expect(markup.text).toContain('&quot;&gt;&lt;script')
  })
  it('that is too far is refused, key or no key', async () => {
    const mia = await world.visitor('mia')
    expect((await mia.post('rooms/attic/key', { key: 'x' })).status).toBe(403)
  })
  it('leads back to its page from the address a form was sent to', async () => {
    const noa = await world.visitor('noa')
    expect((await noa.get('rooms/library/key?lang=ar')).location).toBe(`/play/${world.run._id}/rooms/library?lang=ar`)
  })
})

describe('a room', () => {
  it('shows its activities as steps, the one asked for in its frame, and a choice explained', async () => {
    const olu = await world.visitor('olu')
    const asked = await olu.get('rooms/hall?activity=hall-b')
    expect(asked.text).toMatch(/href="[^"]*activity=hall-b" aria-current="step"/)
    expect(asked.text).toMatch(new RegExp(`<iframe id="frame" src="/play/${world.run._id}/h5p/[^/"]+/frame\\?lang=en" title="Activity: `))
    const src = /<iframe id="frame" src="([^"]+)"/.exec(asked.text)?.[1] ?? ''
    expect(await (await fetch(world.url + src)).text()).toContain('<h1>Title of hall-b</h1>')
    await olu.finishes('hall')
    await olu.enters('library')
    await olu.finishes('library')
    await olu.enters('attic')
    expect((await olu.get('rooms/attic')).text).toContain('Choose 1 of 2')
  })
  it('goes by itself to what is still to do, and never shows a key before the last page is done', async () => {
    const pat = await world.visitor('pat')
    await pat.answers('hall', 'hall-a')
    const half = await pat.get('rooms/hall')
    expect(half.text).toMatch(/activity=hall-b" aria-current="step"/)
    expect(half.text).toContain('Progress 1/2')
    expect(earnedKeyIn(half.text)).toBeUndefined()
  })
  it('shows what an author wrote as text, not as markup, and opens no javascript: link', async () => {
    const course = aCourse([aRoom('one', { title: '<b>One</b>', intro: 'Hi <img src=x onerror=alert(1)> [x](javascript:alert(1)) [y](https://ok.example)', tips: [{ title: '<i>t</i>', text: '<script>alert(2)</script>' }], activities: [anActivity('a', { title: '</script><script>alert(3)</script>' })] })])
    const other = await aPlayWorld(course)
    const ana = await other.visitor('ana')
    await ana.answers('one', 'a')
    const pages = [(await ana.get('')).text, (await ana.get('rooms/one')).text]
    for (const page of pages) for (const markup of ['<img src=x', '<script>alert', '<b>One', '<i>t', 'href="javascript:']) expect(page).not.toContain(markup)
    expect(pages[1]).toContain('<a href="https://ok.example" target="_blank" rel="noopener noreferrer">')
    await other.close()
  })
})

describe('the finish', () => {
  const finish = async (visitor: Visitor): Promise<void> => {
    for (const room of ['hall', 'library', 'attic']) {
      if (room !== 'hall') await visitor.enters(room)
      await visitor.finishes(room)
    }
  }
  it('says what is missing until it is reached, and keeps the attendance code till then', async () => {
    const quin = await world.visitor('quin')
    await quin.answers('hall', 'hall-a')
    const { text } = await quin.get('finish')
    for (const words of ['Almost there', '1 page left', `/play/${world.run._id}/rooms/hall`]) expect(text).toContain(words)
    expect(text).not.toContain('ALSE-')
  })
  it('shows the trophy, the code, the XP by reason, and that credential and grade are on their way', async () => {
    const rae = await world.visitor('rae')
    await finish(rae)
    const { text } = await rae.get('finish')
    for (const words of ['The house is lit', '3 rooms finished', '4 activities done', 'The whole house lit', 'Your credential is being made', 'Your grade (100%) is on its way to the LMS.', 'data-waits']) expect(text).toContain(words)
    expect(text).toMatch(/ALSE-[A-Z0-9]{4}/)
    expect(text).not.toContain('/verify/')
    const map = (await rae.get('')).text
    expect(map).toContain('data-lit="true"')
    expect(map).toContain(`/play/${world.run._id}/finish`)
  })
  it('tells when the grade has reached the LMS', async () => {
    const sol = await world.visitor('sol')
    await finish(sol)
    world.ledger.outbox.deliver('grade', async () => ({ state: 'delivered' }), { pollMs: 50 })
    await expect.poll(async () => (await sol.get('finish')).text, { timeout: 10_000 }).toContain('Your grade reached the LMS on')
  })
})

describe('each room’s own column', () => {
  it('has its line at the finish and on the map: on its way, refused, taken back', async () => {
    const other = await aPlayWorld()
    await other.courses.setGrading(other.run._id, { course: true, rooms: true, credential: false })
    const uma = await other.visitor('uma')
    for (const room of ['hall', 'library', 'attic']) {
      if (room !== 'hall') await uma.enters(room)
      await uma.finishes(room)
    }
    const outbox = other.kit.mongo.db.collection<{ _id: string }>('outbox')
    const becomes = (column: string, change: object) => outbox.updateOne({ _id: `grade:${other.run._id}:uma${column}` }, { $set: change })
    const lines = (text: string): string[] => [...text.matchAll(/<(?:li|p)[^>]*class="grade[^"]*"[^>]*data-state="([^"]*)"[^>]*>([\s\S]*?)<\/(?:li|p)>/g)].map(([, state, said]) => `${state}: ${said?.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ').trim()}`)
    expect(lines((await uma.get('finish')).text)).toEqual([
      'waiting: Your grade (100%) is on its way to the LMS.',
      ...['hall', 'library', 'attic'].map((room) => `waiting: Room ${room} · Grade on its way to the LMS: 100%`),
    ])
    await becomes('', { state: 'failed', problem: { code: 'lti/score-refused', status: 403, at: new Date() } })
    await becomes(':room:hall', { state: 'delivered', deliveredAt: new Date() })
    await becomes(':room:library', { state: 'failed', problem: { code: 'lti/score-refused', status: 403, at: new Date() } })
    await becomes(':room:attic', { state: 'delivered', deliveredAt: new Date(), payload: { column: 'room:attic', score: 0, max: 100, activityProgress: 'Initialized', comment: {}, reset: true } })
    const said = [
      'failed: Room library · the LMS didn’t take this grade (100%); your instructor can see it',
      'cleared: Room attic · Grade taken back; your next page, or your instructor, sends it anew',
    ]
    expect(lines((await uma.get('finish')).text)).toEqual(['failed: the LMS didn’t take your grade. It is kept here (100%), and your instructor can see it; you need do nothing.', 'delivered: Room hall · Grade in the LMS: 100%', ...said])
    const map = (await uma.get('')).text
    for (const words of ['the LMS didn’t take your grade. It is kept here (100%)', 'Grade in the LMS: 100%', 'the LMS didn’t take this grade (100%); your instructor can see it', 'Grade taken back; your next page, or your instructor, sends it anew']) expect(map).toContain(words)
    await becomes('', { state: 'delivered', deliveredAt: new Date(), payload: { column: 'course', score: 0, max: 100, activityProgress: 'Initialized', comment: {}, reset: true }, problem: undefined })
    for (const path of ['', 'finish']) expect((await uma.get(path)).text).toContain('Your grade was taken back. Your next page sends it anew; your instructor can, too.')
    await other.close()
  })
})

describe('in other languages', () => {
  it.each([['zh-CN', 'ltr', '继续'], ['ar', 'rtl', 'تابع']])('%s: our words are in it, the course’s keep their own', async (lang, dir, word) => {
    const tom = await world.visitor(`tom-${lang}`, { lang })
    await tom.answers('hall', 'hall-a')
    const { text } = await tom.get('')
    expect(text).toContain(`<html lang="${lang}" dir="${dir}">`)
    expect(text).toContain(word)
    expect(text).toContain('lang="en" dir="auto">A course of rooms')
  })
})

it('a picture is shown to a window without cookies by its own pass, and no other file of the course is', async () => {
  const png = Buffer.from('iVBORw0KGgo=', 'base64')
  const course = aCourse([aRoom('one', { picture: 'pictures/one.png' }), aRoom('two', { lock: sharedLock('some key 1') })])
  const other = await aPlayWorld(course, { pictures: new Map([['pictures/one.png', png], ['secret.png', png]]) })
  const ana = await other.visitor('ana')
  const href = /<img src="([^"]+)"/.exec((await ana.get('')).text)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const shown = await fetch(other.url + href)
  expect(shown.status).toBe(200)
  expect(shown.headers.get('content-type')).toBe('image/png')
  expect(Buffer.from(await shown.arrayBuffer())).toEqual(png)
  for (const wrong of [href.replace(/pass=.*/, 'pass=AAAA'), href.replace('one.png', 'two.png'), href.replace(/pictures%2Fone/, 'secret'), `/play/${other.run._id}/pictures/secret.png`]) expect((await fetch(other.url + wrong)).status).toBe(404)
  await other.close()
})

it('one address may try many keys, but not without end', async () => {
  const other = await aPlayWorld(threeRooms())
  const ana = await other.visitor('ana')
  const before = Array.from({ length: 299 }, () => other.kit.limits.consume('key', '127.0.0.1', { points: 300, seconds: 60 }))
  await Promise.all(before)
  expect((await ana.post('rooms/library/key', { key: 'guess' })).status).toBe(422)
  const over = await ana.post('rooms/library/key', { key: 'guess' })
  expect(over.status).toBe(429)
  expect(over.text).toContain('infra/too-many-tries')
  await other.close()
})
