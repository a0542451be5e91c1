/** Moments in the reader's own time zone: the LMS's word for it, else the browser's. */
export const localTimes = () => {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short', timeZone: document.documentElement.dataset.zone })
  for (const time of document.querySelectorAll('time[datetime]')) time.textContent = format.format(new Date(time.dateTime))
}
