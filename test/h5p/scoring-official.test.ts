import { describe, expect, it } from 'vitest'
import { questionsIn, scoreQuestion, strip } from '../../src/h5p/scoring/index.js'

const only = (library: string, params: unknown) => {
  const [question] = questionsIn(`H5P.${library}`, params)
  if (!question) throw new Error(`${library} asks nothing`)
  return question
}
const score = (library: string, params: unknown, response: unknown): number => scoreQuestion(only(library, params), response).score
const scores = (library: string, params: unknown, responses: [unknown, number][]): void => {
  for (const [response, points] of responses) expect([response, score(library, params, response)]).toEqual([response, points])
}

describe('a multiple choice', () => {
  const answers = [{ text: 'a', correct: true }, { text: 'b', correct: false }, { text: 'c', correct: true }]
  it('gives a point for each right pick and takes one for each wrong, where the author counts so', () => {
    expect(only('MultiChoice 1.16', { answers, behaviour: { singlePoint: false } }).max).toBe(2)
    scores('MultiChoice 1.16', { answers, behaviour: { singlePoint: false } }, [['0[,]2', 2], ['2[,]0', 2], ['0', 1], ['0[,]1', 0], ['0[,]1[,]2', 1], ['1', 0], ['', 0]])
  })
  it('gives one point for all of it, unless told otherwise', () => {
    expect(only('MultiChoice 1.16', { answers }).max).toBe(1)
    scores('MultiChoice 1.16', { answers }, [['0[,]2', 1], ['0', 0], ['0[,]1[,]2', 0], ['', 0]])
    scores('MultiChoice 1.16', { answers, behaviour: { passPercentage: 50 } }, [['0', 1], ['1', 0]])
  })
  it('with one right answer is a single choice', () => {
    const single = { answers: [{ correct: false }, { correct: true }], behaviour: { singlePoint: false } }
    scores('MultiChoice 1.16', single, [['1', 1], ['0', 0], ['', 0]])
    expect(() => score('MultiChoice 1.16', single, '0[,]1')).toThrow()
    scores('MultiChoice 1.16', { answers, behaviour: { type: 'single' } }, [['0', 1], ['2', 1], ['1', 0]])
  })
  it('weighs answers, and gives its point for no pick where none is right', () => {
    scores('MultiChoice 1.16', { answers: [{ correct: true, weight: 3 }, { correct: false, weight: 2 }, { correct: true }], behaviour: { singlePoint: false } }, [['0[,]2', 4], ['0[,]1', 1], ['1[,]2', 0]])
    scores('MultiChoice 1.16', { answers: [{ correct: false }, { correct: false }], behaviour: { singlePoint: false } }, [['', 1], ['0', 0]])
  })
  it('takes the first answer for right where it doesn’t say, as the type does', () => scores('MultiChoice 1.16', { answers: [{ text: 'a' }, { text: 'b' }] }, [['0', 1], ['1', 0]]))
  it.each(['3', '-1', '0.5', 'a', '0[,]0', '0,1', ' 0', '0[,]', 'x'.repeat(30_000), 0, ['0'], null, undefined, {}, { length: 1 }, true])('refuses the response %j', (response) => {
    expect(() => score('MultiChoice 1.16', { answers, behaviour: { singlePoint: false } }, response)).toThrow(expect.objectContaining({ status: 400 }) as Error)
  })
})

describe('true or false', () => {
  it('gives its point for the right one', () => {
    scores('TrueFalse 1.8', { correct: 'false' }, [['false', 1], ['true', 0], ['', 0]])
    scores('TrueFalse 1.8', {}, [['true', 1], ['false', 0]])
  })
  it.each([true, 'maybe', ['true'], null])('refuses the response %j', (response) => expect(() => score('TrueFalse 1.8', {}, response)).toThrow())
})

describe('fill in the blanks', () => {
  const questions = ['<p>The *sky/heaven: look up* is *blue*.</p>', '<p>*R&amp;D* costs.</p>']
  it('takes each of the answers, trimmed; case counts unless told otherwise', () => {
    expect(only('Blanks 1.14', { questions }).max).toBe(3)
    scores('Blanks 1.14', { questions }, [['sky[,]blue[,]R&D', 3], ['heaven[,] blue [,]', 2], ['Sky[,]BLUE[,]r&d', 0], ['', 0]])
    scores('Blanks 1.14', { questions, behaviour: { caseSensitive: false } }, [['Sky[,]BLUE[,]r&d', 3]])
  })
  it('forgives a slip in more than three letters, two in more than nine, where told so', () => {
    const long = { questions: ['*photosynthesis*', '*cats*', '*cat*'], behaviour: { acceptSpellingErrors: true } }
    scores('Blanks 1.14', long, [
      ['photosynthesis[,]cats[,]cat', 3], ['photosyntheiss[,]cast[,]cat', 3], ['potosyntesis[,]cat[,]cat', 3], ['ptosyntesis[,]at[,]cut', 0], ['photosynthesisxx[,]catss[,]ca', 2],
    ])
    scores('Blanks 1.14', { questions: ['*cats*'] }, [['cast', 0]])
  })
  it('finds gaps as the type does: none in two stars, and none that begins right after another', () => {
    expect(only('Blanks 1.14', { questions: ['<p>** no gap *one* and *two*</p>'] }).max).toBe(2)
    expect(only('Blanks 1.14', { questions: ['*one**two*x*'] }).max).toBe(2)
  })
  it.each(['sky', 'a[,]b[,]c[,]d', ['sky', 'blue', 'R&D'], 3, null, 'x[,]'.repeat(10_000)])('refuses the response %j', (response) => expect(() => score('Blanks 1.14', { questions }, response)).toThrow(expect.objectContaining({ status: 400 }) as Error))
  it('looks at a very long answer without delay', () => {
    const long = 'ab'.repeat(4900)
    expect(score('Blanks 1.14', { questions: [`*${long}*`], behaviour: { acceptSpellingErrors: true } }, `${long.slice(1)}c`)).toBe(1)
  })
})

describe('drag the words', () => {
  const params = { textField: 'The *sky:look up* is *blue\\+yes\\-no*,\n*blue* too.', distractors: '*red* *green*' }
  it('counts each word in a place of its own; equal words serve for each other', () => {
    expect(only('DragText 1.10', params).max).toBe(3)
    scores('DragText 1.10', params, [['sky[,]blue[,]blue', 3], ['blue[,]sky[,]blue', 1], ['red[,][,]', 0], ['[,]blue[,]', 1], ['', 0]])
  })
  it.each(['sky', 'purple[,]blue[,]blue', 'sky[,]blue[,]blue[,]red', ['sky'], null])('refuses the response %j', (response) => expect(() => score('DragText 1.10', params, response)).toThrow(expect.objectContaining({ status: 400 }) as Error))
})

describe('drag and drop', () => {
  const all = ['0', '1']
  const task = (elements: object[], correct: string[][]) => ({ question: { task: { elements, dropZones: correct.map((correctElements) => ({ correctElements })) } } })
  const pair = task([{ dropZones: all }, { dropZones: all }], [['0'], ['1']])
  it('gives a point for each right place, and takes one for a wrong, unless told not to', () => {
    expect(only('DragQuestion 1.14', pair).max).toBe(2)
    scores('DragQuestion 1.14', pair, [['0[.]0[,]1[.]1', 2], ['0[.]0[,]0[.]1', 0], ['0[.]0', 1], ['1[.]0', 0], ['', 0]])
    scores('DragQuestion 1.14', { ...pair, behaviour: { applyPenalties: false } }, [['0[.]0[,]0[.]1', 1], ['1[.]0[,]0[.]1', 0]])
    scores('DragQuestion 1.14', { ...pair, behaviour: { singlePoint: true } }, [['0[.]0[,]1[.]1', 1], ['0[.]0', 0]])
  })
  it('counts an element that can be in several zones as often, and a distractor against', () => {
    const many = task([{ dropZones: all, multiple: true }, { dropZones: all }], [['0'], ['0']])
    expect(only('DragQuestion 1.14', many).max).toBe(2)
    scores('DragQuestion 1.14', many, [['0[.]0[,]1[.]0', 2], ['0[.]0', 1], ['0[.]0[,]1[.]0[,]0[.]1', 1]])
  })
  it('where nothing belongs anywhere, gives its point for leaving all where it is', () => scores('DragQuestion 1.14', task([{ dropZones: all }], [[], []]), [['', 1], ['0[.]0', 0]]))
  it('allows nothing but what the author’s zones take', () => {
    for (const response of ['0[.]0[,]1[.]0', '2[.]0', '0[.]7', '0[.]0[,]0[.]0', '0', '[.]', 0, null, ['0[.]0']]) expect(() => score('DragQuestion 1.14', pair, response)).toThrow(expect.objectContaining({ status: 400 }) as Error)
    expect(() => score('DragQuestion 1.14', task([{ dropZones: ['1'] }, { dropZones: all }], [['0'], ['1']]), '0[.]0')).toThrow()
  })
})

describe('mark the words', () => {
  const params = { textField: '<p>The *cat*, (and *dog*) ran &amp; **hid** it.</p><p><strong>*Fine*</strong></p>' }
  it('counts right words, less wrong ones', () => {
    expect(only('MarkTheWords 1.11', params).max).toBe(3)
    // The, *cat*, and, *dog*, ran, &, **hid**, it, *Fine*
    scores('MarkTheWords 1.11', params, [['1[,]3[,]8', 3], ['1', 1], ['1[,]0', 0], ['0[,]1[,]3', 1], ['6', 0], ['', 0]])
  })
  it('where no word is right, gives its point for marking none', () => scores('MarkTheWords 1.11', { textField: '<p>Nothing here.</p>' }, [['', 1], ['0', 0]]))
  it.each(['9', '1[,]1', '-1', ['1'], 1, null])('refuses the response %j', (response) => expect(() => score('MarkTheWords 1.11', params, response)).toThrow(expect.objectContaining({ status: 400 }) as Error))
})

describe('types of several parts', () => {
  it('a single choice set counts first answers, for they are the right ones', () => {
    const set = { choices: [{ question: 'a', answers: ['x', 'y'] }, { question: 'empty' }, { question: 'b', answers: ['x', 'y', 'z'] }] }
    expect(only('SingleChoiceSet 1.11', set).max).toBe(2)
    scores('SingleChoiceSet 1.11', set, [[['0', '0'], 2], [['0', '2'], 1], [['', ''], 0], [[], 0], ['', 0]])
    for (const response of [['0'], ['0', '0', '0'], ['a', '0'], [0, 0], '0[,]0', { 0: '0' }]) expect(() => score('SingleChoiceSet 1.11', set, response)).toThrow()
  })
  it('a summary counts groups whose first pick was right', () => {
    const groups = { summaries: [{ summary: ['right', 'wrong'] }, { tip: 'no statements' }, { summary: ['right', 'wrong', 'wrong'] }] }
    expect(only('Summary 1.10', groups).max).toBe(2)
    scores('Summary 1.10', groups, [[['0', '0'], 2], [['1[,]0', '0'], 1], [['0', ''], 1], [[], 0]])
    for (const response of [['0'], ['0', 'x'], ['0', null], ['0', '0'.repeat(2000)]]) expect(() => score('Summary 1.10', groups, response)).toThrow()
  })
})

describe('questions inside other contents', () => {
  const inside = (library: string, id: string, params: object) => ({ library: `H5P.${library}`, subContentId: id, params, metadata: {} })
  const trueFalse = (id: string) => inside('TrueFalse 1.8', id, { correct: 'true' })
  const ids = (library: string, params: object) => questionsIn(`H5P.${library}`, params).map(({ item, kind }) => `${item} ${kind}`)

  it('are found wherever a container keeps them; what isn’t scored is none', () => {
    expect(ids('InteractiveVideo 1.27', { interactiveVideo: { assets: { interactions: [{ action: trueFalse('q1') }, { action: inside('Image 1.1', 'picture', {}) }] }, summary: { task: inside('Summary 1.10', 'end', { summaries: [{ summary: ['a', 'b'] }] }) } } })).toEqual(['q1 rescored', 'end rescored'])
    expect(ids('CoursePresentation 1.25', { presentation: { slides: [{ elements: [{ action: trueFalse('q1') }] }, { elements: [{ action: inside('Essay 1.5', 'essay', {}) }] }] } })).toEqual(['q1 rescored', 'essay self-reported'])
    expect(ids('InteractiveBook 1.8', { chapters: [inside('Column 1.17', 'one', { content: [{ content: trueFalse('q1') }, { content: inside('QuestionSet 1.20', 'set', { questions: [trueFalse('q2'), trueFalse('q3')] }) }] })] })).toEqual(['q1 rescored', 'q2 rescored', 'q3 rescored'])
  })
  it('with nothing to earn, or no id to keep an answer by, are none', () => {
    expect(ids('Column 1.17', { content: [{ content: inside('Blanks 1.14', 'empty', { questions: ['no gap'] }) }, { content: inside('Summary 1.10', 'bare', { summaries: [{}] }) }, { content: trueFalse('../x') }, { content: trueFalse('constructor') }, { content: { library: 'H5P.TrueFalse 1.8', params: {} } }] })).toEqual([])
  })
  it('that not everyone is asked leave the whole to the browser’s word', () => {
    expect(ids('QuestionSet 1.20', { poolSize: 1, questions: [trueFalse('a'), trueFalse('b')] })).toEqual([])
    expect(ids('QuestionSet 1.20', { poolSize: 2, questions: [trueFalse('a'), trueFalse('b')] })).toHaveLength(2)
    expect(ids('BranchingScenario 1.8', { branchingScenario: { content: [{ type: trueFalse('a') }] } })).toEqual([])
  })
  it('stand beside what can’t be scored again: that has to be answered, and gives no points', () => {
    const column = (...inner: object[]) => ({ content: inner.map((content) => ({ content })) })
    const pool = inside('QuestionSet 1.20', 'pool', { poolSize: 1, questions: [trueFalse('a'), trueFalse('b')] })
    expect(ids('Column 1.17', column(trueFalse('q1'), inside('Essay 1.5', 'essay', {}), pool))).toEqual(['q1 rescored', 'essay self-reported', 'pool self-reported'])
    const [, essay] = questionsIn('H5P.Column 1.17', column(trueFalse('q1'), inside('Essay 1.5', 'essay', {})))
    if (!essay) throw new Error('nothing beside it')
    for (const response of ['My words.', '', ['a', '']]) expect(scoreQuestion(essay, response)).toEqual({ score: 0, max: 0, correct: true, kind: 'self-reported' })
    for (const response of [null, 7, {}, [7], 'x'.repeat(30_000)]) expect(() => scoreQuestion(essay, response)).toThrow(expect.objectContaining({ status: 400 }) as Error)
  })
  it('ask nothing of what is only there to read, of an empty set, or of what has no id to keep it by', () => {
    const content = [trueFalse('q1'), inside('Accordion 1.0', 'read', {}), inside('QuestionSet 1.20', 'empty', { questions: [] }), { library: 'H5P.Essay 1.5', params: {} }, inside('Essay 1.5', '../x', {})].map((content) => ({ content }))
    expect(ids('Column 1.17', { content })).toEqual(['q1 rescored'])
  })
  it('leave the whole to the browser’s word where nothing in it is scored', () => {
    expect(ids('Column 1.17', { content: [{ content: inside('Essay 1.5', 'one', {}) }, { content: inside('Essay 1.5', 'two', {}) }] })).toEqual([])
  })
  it('are known by what H5P’s core reads of their name, and their keys are taken out by it', () => {
    expect(ids('Column 1.17', { content: [{ content: inside('TrueFalse 1.8 y', 'q1', {}) }] })).toEqual(['q1 rescored'])
    expect(JSON.stringify(strip('H5P.Column 1.17', { content: { library: 'Keyroom.Choice 1.0 y', subContentId: 'q', params: { answers: [{ text: 'a', correct: true }] } } }))).not.toContain('correct')
  })
  it('take parameters of any shape without a fault', () => {
    for (const type of ['MultiChoice 1.16', 'TrueFalse 1.8', 'Blanks 1.14', 'DragText 1.10', 'DragQuestion 1.14', 'MarkTheWords 1.11', 'SingleChoiceSet 1.11', 'Summary 1.10']) {
      for (const params of [{}, null, 'text', [], { answers: 'a', questions: 3, question: null, choices: {}, summaries: [null], textField: 7, behaviour: [] }, { answers: [null, 1, {}], questions: [null, '', 'x *y'], question: { task: { elements: [null], dropZones: 'x' } } }]) {
        expect(() => questionsIn(`H5P.${type}`, params)).not.toThrow()
      }
    }
  })
})
