/** Starts Joubel's editor in its own document, and saves what it has. */
(() => {
  const page = JSON.parse(document.getElementById('editor-page').textContent)
  const { editor: settings } = window.H5PIntegration
  const editorOf = window.H5PEditor
  const button = document.getElementById('save')
  const said = document.getElementById('said')
  let revision = page.revision

  Object.assign(editorOf, {
    $: window.H5P.jQuery, basePath: settings.libraryUrl, fileIcon: settings.fileIcon, ajaxPath: settings.ajaxPath, filesPath: settings.filesPath, apiVersion: settings.apiVersion,
    contentLanguage: settings.language, copyrightSemantics: settings.copyrightSemantics, metadataSemantics: settings.metadataSemantics, assets: settings.assets, baseUrl: '',
    enableContentHub: false,
    getAjaxUrl: (action, parameters = {}) => [settings.ajaxPath + action, ...Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)].join('&'),
    ...(page.draft ? { contentId: page.draft } : {}),
  })
  const editor = new editorOf.Editor(page.library, page.params ? JSON.stringify(page.params) : undefined, document.querySelector('.h5p-editor'), function () {
    button.disabled = false
    // `this`: the window with the form.
    for (const touch of ['pointerdown', 'keydown']) this.addEventListener(touch, () => (kept ??= written()), { capture: true })
  })

  /** What is written as it was kept last, or when a hand first came to it: a form fills in much by itself. */
  let kept
  const written = () => JSON.stringify(editor.selector?.form && editor.getParams(true))
  // It saves nothing by itself: whoever goes away is asked first.
  window.addEventListener('beforeunload', (event) => {
    if (kept !== undefined && written() !== kept) event.preventDefault()
  })

  const say = (sentence, bad = false) => {
    said.textContent = sentence
    said.toggleAttribute('data-bad', bad)
  }
  const tell = (message) => window.parent.postMessage({ keyroomEditor: message }, page.parent ?? location.origin)
  const contentOf = () => new Promise((resolve, reject) => editor.getContent(resolve, reject))
  const send = async (content) => {
    const answer = await fetch(`${page.base}/save?lang=${encodeURIComponent(page.lang)}`, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(content) })
    const body = await answer.json().catch(() => ({}))
    if (answer.ok) return body
    throw new Error({ 401: page.words.ended, 409: page.words.stale }[answer.status] ?? ([body.title, body.errors?.map(({ detail }) => detail).join(' ') || body.detail].filter(Boolean).join('. ') || page.words.failed))
  }

  const save = async () => {
    say(page.words.saving)
    const content = await contentOf().catch(() => undefined)
    if (!content) return say(page.words.incomplete, true)
    try {
      const { params, metadata } = JSON.parse(content.params)
      const answer = await send({ revision, library: content.library, params, metadata })
      kept = written()
      tell({ saved: answer.draft })
      // A new one goes on at an address that names it.
      if (answer.next) return location.replace(`${answer.next}?lang=${encodeURIComponent(page.lang)}&saved=1`)
      revision = answer.revision
      say(answer.faults.length > 0 ? page.words.faults : page.words.saved)
    } catch (error) {
      say(error.message, true)
    }
  }
  button.addEventListener('click', async () => {
    button.disabled = true
    await save()
    button.disabled = false
  })
  if (new URLSearchParams(location.search).has('saved')) say(page.words.saved)
  new ResizeObserver(() => tell({ height: Math.ceil(document.querySelector('main').getBoundingClientRect().height) })).observe(document.querySelector('main'))
})()
