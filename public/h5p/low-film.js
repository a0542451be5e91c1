/**
 * With less data an official film (H5P.InteractiveVideo, H5P.Video) isn't shown, so that no byte of it is asked for, before the learner
 * presses the button: alone, or anywhere in a container. Until then its place has its poster, its captions as text, and what is asked in
 * it as a list, scored as in the film.
 */
{
  const { keyroom } = window.H5PIntegration
  const asked = new Set([...keyroom.official, ...keyroom.unscored])
  const FILM = /^H5P\.(?:InteractiveVideo|Video) /
  /** What shows by itself as well as in a film. */
  const READ = /^H5P\.(?:Text|AdvancedText|Table|Image|Link) /
  /** The one was asked for with its film; the other needs its film at once, and has no bytes of it before it plays. */
  const TAKES_ITS_OWN = ['H5P.InteractiveVideo', 'H5P.BranchingScenario']

  /** The words of a WebVTT file, one line for each cue. */
  const linesOf = (vtt) =>
    vtt.replace(/\r\n?/g, '\n').split(/\n\n+/).filter((cue) => cue.includes('-->')).map((cue) => cue.slice(cue.indexOf('\n', cue.indexOf('-->')) + 1).replace(/<[^>]*>/g, '').replace(/\n/g, ' '))
  /** What didn't come is said, and asked for again when the place is opened again. */
  const showWords = async (place, { srcLang, address }) => {
    const silent = place.querySelector('[data-film=silent]')
    const words = place.querySelector('[data-film=words]')
    silent.hidden = true
    if (!place.open || words.hasChildNodes()) return
    try {
      const response = await fetch(address)
      if (!response.ok) throw new Error(`the words of a film: ${response.status}`)
      const lines = linesOf(await response.text())
      Object.assign(words, { lang: srcLang ?? '', dir: 'auto' }).replaceChildren(...lines.map((line) => Object.assign(document.createElement('p'), { textContent: line })))
    } catch (error) {
      console.warn(error)
      silent.hidden = false
    }
  }

  /** What of a film can be had without it. `whole`: nothing else is in it. */
  const partsOf = (params, contentId) => {
    const { video = {}, assets = {}, summary } = params.interactiveVideo ?? {}
    const poster = video.startScreenOptions?.poster?.path ?? params.visuals?.poster?.path
    const [track] = [video.textTracks?.videoTrack ?? video.textTracks ?? params.a11y ?? []].flat().filter(({ track: file } = {}) => file?.path)
    const inside = [...(assets.interactions ?? [])].sort((one, other) => (one.duration?.from ?? 0) - (other.duration?.from ?? 0)).map(({ action }) => action)
    const all = [...inside, summary?.task].filter((action) => action?.library)
    const listed = all.filter(({ library, subContentId }) => asked.has(subContentId) || READ.test(library))
    return {
      poster: poster && window.H5P.getPath(poster, contentId),
      track: track && { srcLang: track.srcLang, address: window.H5P.getPath(track.track.path, contentId) },
      listed, whole: listed.length === all.length,
    }
  }
  /** In the place of a film, until `load`. */
  const showPanel = ($place, params, contentId, load) => {
    const panel = document.importNode(document.getElementById('frame-film').content, true).firstElementChild
    const part = (name) => panel.querySelector(`[data-film=${name}]`)
    // The panel speaks the page's language; what the film asks, the content's.
    const { lang, dir } = document.querySelector('.h5p-content')
    const { poster, track, listed, whole } = partsOf(params, contentId)
    if (poster) Object.assign(part('poster'), { src: poster, hidden: false })
    if (track) {
      part('transcript').hidden = false
      part('transcript').addEventListener('toggle', () => void showWords(part('transcript'), track))
    }
    $place.empty().append(panel)
    for (const action of listed) {
      const row = document.createElement('li')
      const told = keyroom.told?.[action.subContentId]
      if (told) row.append(Object.assign(document.createElement('p'), { className: 'small muted', textContent: told }))
      const box = row.appendChild(Object.assign(document.createElement('div'), { lang, dir }))
      part('list').append(row)
      window.H5P.newRunnable(action, contentId, window.H5P.jQuery(box), false, {})
    }
    part('questions').hidden = listed.length === 0
    part('more').hidden = whole
    part('load').addEventListener('click', () => {
      panel.remove()
      load()
    })
  }

  /** A film is made, and shown once it is asked for. What was saved of it stays saved till then. */
  const hold = (film, { params, userDatas }, contentId, extras) => {
    const { attach, getCurrentState } = film
    let wanted = false
    if (getCurrentState) film.getCurrentState = () => (wanted ? getCurrentState.call(film) : (extras?.previousState ?? userDatas?.state))
    film.attach = ($place) => {
      if (wanted) return attach.call(film, $place)
      showPanel($place, params, contentId, () => {
        wanted = true
        attach.call(film, $place)
        window.H5P.trigger(film, 'resize')
        $place.attr('tabindex', -1).trigger('focus')
      })
    }
  }

  const watch = (H5P) => {
    const make = H5P.newRunnable
    H5P.newRunnable = function (library, contentId, $place, skipResize, extras) {
      const { library: name, params } = library ?? {}
      // Its result would wait for a film to have played.
      if (/^H5P\.QuestionSet /.test(name) && params?.endGame) params.endGame.showAnimations = false
      if (!FILM.test(name) || TAKES_ITS_OWN.includes(extras?.parent?.libraryInfo?.machineName)) return make.apply(this, arguments)
      const film = make.call(this, library, contentId, undefined, skipResize, extras)
      if (!film) return film
      hold(film, library, contentId, extras)
      if ($place) {
        $place.toggleClass('h5p-standalone', extras?.standalone === true)
        film.attach($place)
      }
      return film
    }
  }
  // After the core's scripts, before it starts the content.
  if (keyroom.lowBandwidth) document.addEventListener('DOMContentLoaded', () => window.H5P?.newRunnable && watch(window.H5P))
}
