import { cp, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { tempDir } from './world.js'

/** Stand-ins for official types: they tell by xAPI what those tell, and nothing in them is theirs. */
const STAND_INS: Record<string, string> = {
  // Answered by its buttons; it says it is right, whatever was pressed.
  'H5P.TrueFalse-1.8': `
    H5P.TrueFalse = function (params, contentId, extras) {
      H5P.EventDispatcher.call(this)
      let given = extras?.previousState?.given ?? ''
      const statement = () => {
        const event = this.createXAPIEventTemplate('answered')
        event.setScoredResult(given === '' ? 0 : 1, 1, this, true, true)
        event.data.statement.result.response = given
        return event
      }
      this.getCurrentState = () => ({ given })
      this.getXAPIData = () => ({ statement: statement().data.statement })
      this.attach = ($container) => {
        for (const text of ['true', 'false']) $container.append(H5P.jQuery('<button>', { text, click: () => { given = text } }))
        if (!params.silent) $container.append(H5P.jQuery('<button>', { text: 'Check', click: () => this.trigger(statement()) }))
      }
    }`,
  // Says nothing till the end, then all at once; and says it again whenever it comes back.
  'H5P.QuestionSet-1.20': `
    H5P.QuestionSet = function (params, contentId, extras) {
      H5P.EventDispatcher.call(this)
      const children = params.questions.map((question, index) => H5P.newRunnable(question, contentId, undefined, undefined, { parent: this, previousState: extras?.previousState?.children[index] }))
      let finished = Boolean(extras?.previousState?.finished)
      const tell = () => this.triggerXAPIScored(0, children.length, 'completed')
      this.getCurrentState = () => ({ finished, children: children.map((child) => child.getCurrentState()) })
      this.getXAPIData = () => ({ statement: this.createXAPIEventTemplate('answered').data.statement, children: children.map((child) => child.getXAPIData()) })
      this.attach = ($container) => {
        for (const child of children) { const place = H5P.jQuery('<div>').appendTo($container); child.attach(place) }
        $container.append(H5P.jQuery('<button>', { text: 'Finish', click: () => { finished = true; tell() } }))
        if (finished) setTimeout(tell, 0)
      }
    }`,
  // Tells each part as if it were the whole.
  'H5P.SingleChoiceSet-1.11': `
    H5P.SingleChoiceSet = function (params) {
      H5P.EventDispatcher.call(this)
      const picks = []
      const part = (index) => {
        const event = this.createXAPIEventTemplate('answered')
        event.data.statement.result = { response: String(picks[index] ?? '') }
        return event
      }
      this.getXAPIData = () => ({ statement: this.createXAPIEventTemplate('answered').data.statement, children: params.choices.map((_, index) => ({ statement: part(index).data.statement })) })
      this.attach = ($container) => $container.append(H5P.jQuery('<button>', { text: 'All', click: () => {
        for (const index of params.choices.keys()) { picks[index] = 0; this.trigger(part(index)) }
        this.triggerXAPIScored(params.choices.length, params.choices.length, 'completed')
      } }))
    }`,
  // Asks for its film as soon as it is begun, and shows what is asked in it.
  'H5P.InteractiveVideo-1.27': `
    H5P.InteractiveVideo = function (params, contentId) {
      H5P.EventDispatcher.call(this)
      const { video, assets } = params.interactiveVideo
      this.attach = ($container) => {
        const film = document.createElement('video')
        film.src = H5P.getPath(video.files[0].path, contentId)
        film.load()
        film.play().catch(() => undefined)
        $container.append(film)
        for (const { action } of assets.interactions) H5P.newRunnable(action, contentId, H5P.jQuery('<div>').appendTo($container), false, { parent: this })
      }
    }`,
  // Shows what is in it, one below the other, and says when it is done.
  'H5P.Column-1.17': `
    H5P.Column = function (params, contentId) {
      H5P.EventDispatcher.call(this)
      const children = params.content.map(({ content }) => H5P.newRunnable(content, contentId, undefined, undefined, { parent: this }))
      this.attach = ($container) => {
        for (const child of children) { const place = H5P.jQuery('<div>').appendTo($container); child.attach(place) }
        if (params.ends) $container.append(H5P.jQuery('<button>', { text: 'Finish', click: () => this.triggerXAPIScored(0, 1, 'completed') }))
      }
    }`,
  // Scores by its own lights.
  'H5P.Essay-1.5': `
    H5P.Essay = function () {
      H5P.EventDispatcher.call(this)
      this.attach = ($container) => $container.append(H5P.jQuery('<button>', { text: 'Hand in', click: () => {
        const event = this.createXAPIEventTemplate('answered')
        event.setScoredResult(7, 9, this, true, true)
        event.data.statement.result.response = 'My words'
        this.trigger(event)
      } }))
    }`,
  // Tells nothing.
  'H5P.Accordion-1.0': `
    H5P.Accordion = function () {
      H5P.EventDispatcher.call(this)
      this.attach = ($container) => $container.append('<p>Unfolded.</p>')
    }`,
}

/** A folder with the project's own libraries and the stand-ins. */
export const librariesWithStandIns = async (): Promise<string> => {
  const dir = await tempDir()
  await cp(path.resolve(import.meta.dirname, '../../h5p-content/libraries'), dir, { recursive: true })
  for (const [folder, script] of Object.entries(STAND_INS)) {
    const [machineName = '', version = ''] = folder.split('-')
    const [majorVersion, minorVersion] = version.split('.').map(Number)
    await mkdir(path.join(dir, folder))
    await writeFile(path.join(dir, folder, 'library.json'), JSON.stringify({ title: machineName, machineName, majorVersion, minorVersion, patchVersion: 1, runnable: 1, embedTypes: ['div'], license: 'MIT', preloadedJs: [{ path: 'type.js' }] }))
    await writeFile(path.join(dir, folder, 'semantics.json'), '[]')
    await writeFile(path.join(dir, folder, 'type.js'), `window.H5P = window.H5P || {}\n${script}\n`)
  }
  return dir
}
