/** Exact times in the reader's own time zone; the server only knows UTC. */
export const localize = (root) => {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short', timeZone: document.documentElement.dataset.zone })
  for (const time of root.querySelectorAll('time[data-local]')) {
    const exact = format.format(new Date(time.dateTime))
    if (time.dataset.local === 'title') time.title = exact
    else time.textContent = exact
  }
}
localize(document)
