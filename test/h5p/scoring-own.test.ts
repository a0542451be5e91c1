import { describe, expect, it } from 'vitest'
import { questionsIn, scoreQuestion, strip } from '../../src/h5p/scoring/index.js'

const only = (library: string, params: object) => {
  const [question] = questionsIn(`${library} 1.0`, params)
  if (!question) throw new Error(`${library} asks nothing`)
  return question
}
const shownOf = (library: string, params: object): Record<string, unknown> => strip(`${library} 1.0`, params) as Record<string, unknown>
const score = (library: string, params: object, response: unknown) => scoreQuestion(only(library, params), response)

describe('a lock', () => {
  const words = { kind: 'words', prompt: '<p>?</p>', words: ['Pair &amp; share', 'both'], explain: '<p>Together.</p>' }
  it('opens to any of its words, however it is typed', () => {
    for (const typed of ['pair & share', '  PAIR  & Share ', 'ＢＯＴＨ', 'both\u200b']) expect(score('Keyroom.Lock', words, typed)).toMatchObject({ correct: true, score: 1, max: 1, feedback: '<p>Together.</p>' })
    expect(score('Keyroom.Lock', words, 'pair')).toEqual({ correct: false, score: 0, max: 1, kind: 'verified' })
    expect(score('Keyroom.Lock', { ...words, caseSensitive: true }, 'BOTH').correct).toBe(false)
  })
  it.each([
    ['digits', { digits: '0420' }, '0420', '0421'],
    ['order', { order: ['one', 'two', 'three'] }, ['one', 'two', 'three'], ['two', 'one', 'three']],
    ['directions', { directions: ['up', 'up', 'left'] }, ['up', 'up', 'left'], ['up', 'left', 'up']],
    ['colours', { colours: ['red', 'blue'] }, ['red', 'blue'], ['red']],
  ])('of %s opens to its one answer', (kind, params, right, wrong) => {
    expect(score('Keyroom.Lock', { kind, prompt: '?', ...params }, right).correct).toBe(true)
    expect(score('Keyroom.Lock', { kind, prompt: '?', ...params }, wrong).correct).toBe(false)
  })
  it('shows a browser nothing of its answer: of digits how many, of things which, in another order', () => {
    expect(shownOf('Keyroom.Lock', words)).toEqual({ kind: 'words', prompt: '<p>?</p>' })
    expect(shownOf('Keyroom.Lock', { kind: 'digits', prompt: '?', digits: '0420', words: ['left over'] })).toEqual({ kind: 'digits', prompt: '?', wheels: 4 })
    expect(shownOf('Keyroom.Lock', { kind: 'colours', prompt: '?', colours: ['red', 'blue'] })).toEqual({ kind: 'colours', prompt: '?' })
    for (const order of [['a', 'b'], ['b', 'a'], ['one', 'two', 'three'], ['three', 'one', 'two']]) {
      const { order: shown } = shownOf('Keyroom.Lock', { kind: 'order', prompt: '?', order }) as { order: string[] }
      expect(shown).not.toEqual(order)
      expect([...shown].sort()).toEqual([...order].sort())
    }
  })
  it.each([[{ kind: 'words', words: [''] }, 'words'], [{ kind: 'digits', digits: '7' }, 'digits'], [{ kind: 'digits', digits: '12a' }, 'digits'], [{ kind: 'order', order: ['same', 'same'] }, 'order'], [{ kind: 'directions', directions: ['up'] }, 'directions'], [{ kind: 'colours' }, 'colours']])('that can’t be opened says so: %o', (params, path) => {
    expect(only('Keyroom.Lock', { prompt: '?', ...params }).faults).toMatchObject([{ path }])
  })
  it.each([17, null, { typed: 'both' }, ['both'], 'x'.repeat(501)])('refuses a response of another shape: %o', (response) => {
    expect(() => score('Keyroom.Lock', words, response)).toThrow(expect.objectContaining({ status: 400 }) as Error)
  })
})

describe('matching', () => {
  const pairs = { kind: 'pairs', task: '?', pairs: [{ left: 'one', right: 'uno' }, { left: 'two', right: 'due' }, { left: 'three', right: 'tre' }], extras: ['cane'] }
  const at = (params: object) => {
    const { cards, places } = shownOf('Keyroom.Match', params) as { cards: { text: string }[]; places: { text: string }[] }
    return (card: string, place: string) => [cards.findIndex(({ text }) => text === card), places.findIndex(({ text }) => text === place)]
  }
  it('counts each card that is where it belongs', () => {
    const put = at(pairs)
    const all = [put('uno', 'one'), put('due', 'two'), put('tre', 'three')]
    expect(score('Keyroom.Match', pairs, all)).toMatchObject({ correct: true, score: 3, max: 3 })
    expect(score('Keyroom.Match', pairs, [put('uno', 'one'), put('due', 'three')])).toMatchObject({ correct: false, score: 1 })
    expect(score('Keyroom.Match', pairs, [...all, put('cane', 'one')])).toMatchObject({ correct: false, score: 3 })
    expect(score('Keyroom.Match', pairs, [])).toMatchObject({ correct: false, score: 0 })
  })
  it('of categories takes cards that look the same for the same', () => {
    const sorted = { kind: 'categories', task: '?', categories: [{ title: 'warm', cards: [{ text: 'sun' }, { text: 'lamp' }] }, { title: 'cold', cards: [{ text: 'ice' }, { text: 'lamp' }] }] }
    const { cards } = shownOf('Keyroom.Match', sorted) as { cards: { text: string }[] }
    const lamps = cards.flatMap(({ text }, index) => (text === 'lamp' ? [index] : []))
    const put = at(sorted)
    const rest = [put('sun', 'warm'), put('ice', 'cold')]
    for (const [one = 0, other = 0] of [lamps, [...lamps].reverse()]) expect(score('Keyroom.Match', sorted, [...rest, [one, 0], [other, 1]])).toMatchObject({ correct: true, score: 4, max: 4 })
    expect(score('Keyroom.Match', sorted, [...rest, [lamps[0], 0], [lamps[1], 0]])).toMatchObject({ correct: false, score: 3 })
  })
  it('shows cards in an order that tells nothing, whatever the author’s', () => {
    const deck = (order: number[]) => (shownOf('Keyroom.Match', { ...pairs, pairs: order.map((index) => pairs.pairs[index]) }) as { cards: object[] }).cards
    expect(deck([2, 0, 1])).toEqual(deck([0, 1, 2]))
    expect(shownOf('Keyroom.Match', pairs)).not.toHaveProperty('pairs')
    expect(JSON.stringify(shownOf('Keyroom.Match', { ...pairs, categories: [{ title: 'x', cards: [{ text: 'left over' }] }] }))).not.toContain('left over')
  })
  it('says what is missing to its author', () => {
    expect(only('Keyroom.Match', { kind: 'pairs', task: '?', pairs: [pairs.pairs[0]] }).faults).toMatchObject([{ path: 'pairs' }])
    expect(only('Keyroom.Match', { kind: 'pairs', task: '?', pairs: [pairs.pairs[0], { left: 'x' }] }).faults).toMatchObject([{ path: 'pairs.1', message: expect.stringContaining('text or a picture') as string }])
    expect(only('Keyroom.Match', { kind: 'pairs', task: '?', pairs: [pairs.pairs[0], { left: 'x', rightImage: { path: 'images/a.png' } }] }).faults).toMatchObject([{ message: expect.stringContaining('alternative text') as string }])
    expect(only('Keyroom.Match', pairs).faults).toEqual([])
  })
  it.each([[[[99, 0]]], [[[0, 99]]], [[[0]]], ['0,1'], [[[0.5, 1]]]])('refuses cards and places there are none of: %j', (response) => {
    expect(() => score('Keyroom.Match', pairs, response)).toThrow(expect.objectContaining({ status: 400 }) as Error)
  })
})

describe('a clue', () => {
  const clue = { title: 'Third letter', fragment: 'Q&amp;A', note: 'Remember it.', picture: { path: 'images/q.png', width: 8, height: 9 }, pictureAlt: 'A Q', task: { library: 'Keyroom.TrueFalse 1.0', subContentId: 'inner', params: { question: '?', correct: 'true', explain: 'So it is.' } } }
  it('is answered by answering what is in it, and gives its fragment to who was right alone', () => {
    const question = only('Keyroom.Clue', clue)
    expect(question).toMatchObject({ item: 'inner', max: 1 })
    expect(scoreQuestion(question, false)).not.toHaveProperty('clue')
    expect(scoreQuestion(question, true)).toMatchObject({ feedback: '<p>So it is.</p>', clue: { title: 'Third letter', fragment: 'Q&A', note: 'Remember it.', picture: { path: 'images/q.png', width: 8, height: 9 }, alt: 'A Q' } })
  })
  it('shows a browser its name and its task, and neither fragment, note nor picture', () => {
    const book = { pages: [{ blocks: [{ library: 'Keyroom.Clue 1.0', subContentId: 'outer', params: clue }] }] }
    const shown = JSON.stringify(strip('Keyroom.Book 1.0', book))
    expect(shown).toContain('Third letter')
    for (const secret of ['Q&amp;A', 'Remember', 'q.png', 'A Q', 'So it is', 'correct']) expect(shown).not.toContain(secret)
    expect(questionsIn('Keyroom.Book 1.0', book)).toMatchObject([{ item: 'inner', clue: { fragment: 'Q&A' } }])
  })
})

describe('an open answer', () => {
  const open = { question: '<p>Why?</p>', min: 3, max: 6, rubric: [{ title: 'Reason', levels: [{ title: 'none', points: 0 }, { title: 'one', points: 2 }] }, { title: 'Clear', levels: [{ title: 'no', points: 0 }, { title: 'yes', points: 1 }] }], sample: '<p>Because it works.</p>' }
  it('waits for a person, and has no points before', () => {
    expect(score('Keyroom.OpenAnswer', open, 'because it works well')).toEqual({ correct: false, score: 0, max: 3, kind: 'verified', pending: true })
    expect(only('Keyroom.OpenAnswer', open).task).toMatchObject({ question: '<p>Why?</p>', sample: '<p>Because it works.</p>', showsSample: true })
    expect(only('Keyroom.OpenAnswer', { question: '?' }).max).toBe(1)
  })
  it('keeps its sample from the page, and tells it at once only where the author says so', () => {
    expect(shownOf('Keyroom.OpenAnswer', open)).not.toHaveProperty('sample')
    expect(score('Keyroom.OpenAnswer', { ...open, reveal: 'submitted' }, 'because it works').feedback).toBe('<p>Because it works.</p>')
    expect(only('Keyroom.OpenAnswer', { ...open, reveal: 'never' }).task?.showsSample).toBe(false)
  })
  it.each(['too short', 'this is far too long by a word', '   ', 42])('refuses what its author doesn’t take: %o', (response) => {
    expect(() => score('Keyroom.OpenAnswer', open, response)).toThrow(expect.objectContaining({ status: 400 }) as Error)
  })
  it('counts Chinese by characters', () => {
    expect(score('Keyroom.OpenAnswer', { question: '?', min: 6 }, '因为它很有效。').pending).toBe(true)
    expect(() => score('Keyroom.OpenAnswer', { question: '?', min: 6 }, '因为有效。')).toThrow()
  })
  it('says where its limits or criteria make no sense', () => {
    expect(only('Keyroom.OpenAnswer', { question: '?', min: 9, max: 3 }).faults).toMatchObject([{ path: 'max' }])
    expect(only('Keyroom.OpenAnswer', { question: '?', rubric: [{ title: 'x', levels: [{ title: 'a', points: 0 }, { title: 'b', points: 0 }] }] }).faults).toMatchObject([{ path: 'rubric.0.levels' }])
  })
})

describe('a reflection', () => {
  const mine = { prompts: ['What?', 'How?'], min: 4, audience: 'me', explain: '<p>Keep it.</p>' }
  it('for oneself is done by writing enough, and takes no word of it', () => {
    expect(score('Keyroom.Reflection', mine, { words: 4 })).toMatchObject({ correct: true, score: 1, max: 1, feedback: '<p>Keep it.</p>' })
    expect(score('Keyroom.Reflection', mine, { words: 3 }).correct).toBe(false)
    for (const response of [['one two', 'three four'], { words: 4, text: 'one two three four' }, 'one two three four']) expect(() => score('Keyroom.Reflection', mine, response)).toThrow(expect.objectContaining({ status: 400 }) as Error)
  })
  it('that the instructor may read is its texts', () => {
    const shared = { ...mine, audience: 'instructor' }
    expect(score('Keyroom.Reflection', shared, ['one two', 'three four']).correct).toBe(true)
    expect(score('Keyroom.Reflection', shared, ['one two', '']).correct).toBe(false)
    expect(() => score('Keyroom.Reflection', shared, { words: 9 })).toThrow(expect.objectContaining({ status: 400 }) as Error)
  })
})
