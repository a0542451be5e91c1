/** Around the editor's document: as high as it is, and an address that names a new draft once it is saved. */
const frame = document.getElementById('editor')
const preview = document.getElementById('preview')
const { base, contents } = JSON.parse(document.getElementById('editor-places').textContent)

window.addEventListener('message', ({ source, data }) => {
  if (source !== frame.contentWindow || typeof data?.keyroomEditor !== 'object') return
  const { height, saved } = data.keyroomEditor
  if (typeof height === 'number') frame.style.blockSize = `${Math.min(Math.max(height + 40, 400), 20_000)}px`
  if (typeof saved !== 'string' || !/^[\w-]+$/.test(saved)) return
  preview.href = `${contents}/${saved}/preview`
  preview.hidden = false
  if (location.pathname.endsWith('/new')) history.replaceState(history.state, '', `${base}/${saved}`)
})
