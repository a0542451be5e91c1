import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { questionsOf, type Library } from './scoring.js'

const child = (subContentId: string, title: string, { library, params }: Library): Library => ({ library, params, subContentId, metadata: { title } })

/** A small content of each type. */
export const choice: Library = {
  library: 'Keyroom.Choice 1.0',
  params: {
    question: '<p>Which fruit is yellow?</p>', shuffle: false, explain: '<p>Bananas are.</p>',
    answers: [{ text: '<p>Plum</p>', feedback: 'Plums are blue.' }, { text: '<p>Banana</p>', correct: true }, { text: '<p>Kiwi</p>' }],
  },
}
export const several: Library = {
  library: 'Keyroom.Choice 1.0',
  params: {
    question: '<p>Which are even?</p>', shuffle: true, explain: '<p>They halve.</p>',
    answers: ['One', 'Two', 'Three', 'Four', 'Five', 'Six'].map((text, index) => ({ text: `<p>${text}</p>`, correct: index % 2 === 1, feedback: index % 2 === 1 ? '' : `${text} is odd.` })),
  },
}
export const trueFalse: Library = { library: 'Keyroom.TrueFalse 1.0', params: { question: '<p>Ice floats.</p>', correct: 'true', explain: '<p>It is lighter than water.</p>' } }
export const blanks: Library = {
  library: 'Keyroom.Blanks 1.0',
  params: { task: 'Put the words in.', text: 'The sky is *blue/azure:a colour* and grass is *green*.\nSnow is *snow white*.', explain: '<p>Colours.</p>' },
}
export const text: Library = { library: 'Keyroom.Text 1.0', params: { text: '<p>To be <strong>read</strong>, with a <a href="https://example.org/">link</a>.</p><ul><li>And a list</li></ul>' } }
export const tips: Library = { library: 'Keyroom.Tips 1.0', params: { tips: [{ title: 'Time', text: '<p>Take it.</p>' }, { title: 'Room', text: '<p>Make it.</p>' }] } }
export const questionSet: Library = {
  library: 'Keyroom.QuestionSet 1.0',
  params: { intro: '<p>Three questions.</p>', questions: [child('s1', 'Fruit', choice), child('s2', 'Ice', trueFalse), child('s3', 'Colours', blanks)] },
}
export const sequence: Library = {
  library: 'Keyroom.Sequence 1.0',
  params: { scenes: [
    { heading: 'First', text: '<p>It begins.</p>', seconds: 4 },
    { heading: 'Second', text: '<p>It asks.</p>', seconds: 4, question: child('q1', 'Ice', trueFalse) },
    { heading: 'Third', text: '<p>It ends.</p>', seconds: 4 },
  ] },
}
export const book: Library = {
  library: 'Keyroom.Book 1.0',
  params: { pages: [
    { title: 'One', blocks: [child('t1', 'One', text), child('c1', 'Fruit', choice)] },
    { title: 'Two', blocks: [child('p1', 'Tips', tips), child('b1', 'Colours', blanks)] },
  ] },
}
const DEMO = path.resolve(import.meta.dirname, '../../h5p-content/demo-course/h5p')
const picture = path.join(DEMO, 'read-the-room/content')
export const hotspots: Library = {
  library: 'Keyroom.Hotspots 1.0',
  params: {
    image: { path: 'images/classroom.png', mime: 'image/png', width: 1200, height: 675 }, alt: 'A classroom from above.',
    spots: [
      { x: 50, y: 7, label: 'The screen', text: '<p>Look here.</p>', question: child('h1', 'Ice', trueFalse) },
      { x: 50, y: 12, label: 'The desk', text: '<p>Nobody sits here.</p>' },
    ],
  },
}

export interface Sample { name: string; content: Library; files: string }
export const samples: Sample[] = Object.entries({ choice, several, trueFalse, blanks, text, tips, questionSet, sequence, book, hotspots })
  .map(([name, content]) => ({ name, content, files: picture }))

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))
/** The contents of the demo course, as they lie in the repository: those with questions that can be marked here (cards and writing have tests of their own). */
export const demo: Sample[] = readdirSync(DEMO).map((name): Sample => {
  const { mainLibrary } = json(path.join(DEMO, name, 'h5p.json')) as { mainLibrary: string }
  const files = path.join(DEMO, name, 'content')
  return { name, files, content: { library: `${mainLibrary} 1.0`, params: json(path.join(files, 'content.json')) as Library['params'] } }
}).filter(({ content }) => questionsOf(content).size > 0)
