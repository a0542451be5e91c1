/**
 * With less data an official film (H5P.InteractiveVideo, H5P.Video) isn't begun, so that no byte of it is asked for, before the learner
 * presses the button. Until then there are its poster, its captions as text, and what is asked in it as a list, scored as in the film.
 */
{
  const { H5PIntegration } = window
  const { keyroom, contents } = H5PIntegration
  const [content] = Object.values(contents)
  const place = document.getElementById('frame-film')
  const part = (name) => place.querySelector(`[data-film=${name}]`)
  /** What shows by itself as well as in a film. */
  const READ = /^H5P\.(?:Text|AdvancedText|Table|Image|Link) /

  const params = JSON.parse(content.jsonContent)
  const { video = {}, assets = {}, summary } = params.interactiveVideo ?? {}
  const poster = video.startScreenOptions?.poster?.path ?? params.visuals?.poster?.path
  const [track] = [video.textTracks?.videoTrack ?? video.textTracks ?? params.a11y ?? []].flat().filter(({ track: file } = {}) => file?.path)
  const asked = new Set(keyroom.official)
  const inside = [...(assets.interactions ?? [])].sort((one, other) => (one.duration?.from ?? 0) - (other.duration?.from ?? 0)).map(({ action }) => action)
  const all = [...inside, summary?.task].filter((action) => action?.library)
  const listed = all.filter(({ library, subContentId }) => asked.has(subContentId) || READ.test(library))

  /** The words of a WebVTT file, one line for each cue. */
  const linesOf = (vtt) =>
    vtt.replace(/\r\n?/g, '\n').split(/\n\n+/).filter((cue) => cue.includes('-->')).map((cue) => cue.slice(cue.indexOf('\n', cue.indexOf('-->')) + 1).replace(/<[^>]*>/g, '').replace(/\n/g, ' '))

  const showTranscript = async () => {
    const text = await fetch(`${content.contentUrl}/${track.track.path}`).then((response) => (response.ok ? response.text() : Promise.reject(response))).catch(() => undefined)
    if (text === undefined) return
    const words = document.createElement('div')
    Object.assign(words, { lang: track.srcLang ?? '', dir: 'auto' })
    for (const line of linesOf(text)) words.append(Object.assign(document.createElement('p'), { textContent: line }))
    part('transcript').append(words)
  }

  const begin = () => {
    window.H5P.init(place) // begins nothing, as no content stands in there; types find what the core tells of the page
    const { contentId } = document.querySelector('.h5p-content').dataset
    for (const action of listed) {
      const row = document.createElement('li')
      if (keyroom.told[action.subContentId]) row.append(Object.assign(document.createElement('p'), { className: 'small muted', textContent: keyroom.told[action.subContentId] }))
      const box = row.appendChild(document.createElement('div'))
      part('list').append(row)
      window.H5P.newRunnable(action, contentId, window.H5P.jQuery(box), false, {})
    }
    part('questions').hidden = listed.length === 0
    part('more').hidden = listed.length === inside.length + (summary?.task?.library ? 1 : 0)
  }

  if (keyroom.lowBandwidth) {
    place.hidden = false
    if (poster) Object.assign(part('poster'), { src: `${content.contentUrl}/${poster}`, hidden: false })
    if (track) {
      part('transcript').hidden = false
      part('transcript').addEventListener('toggle', () => void showTranscript(), { once: true })
    }
    // After the core has done what it does first.
    document.addEventListener('DOMContentLoaded', () => setTimeout(() => window.H5P.newRunnable && begin()))
    keyroom.held = new Promise((load) => {
      part('load').addEventListener('click', () => {
        place.remove()
        load()
      })
    })
  }
}
