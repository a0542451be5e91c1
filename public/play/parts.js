/** Fetches this page again and puts in its newer parts, so that what is being played or typed stays as it is. */
export const renew = async (address = location.href) => {
  const response = await fetch(address, { headers: { Accept: 'text/html' } })
  if (!response.ok) throw new Error(`the page answered ${response.status}`)
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const part of document.querySelectorAll('[data-part]')) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`)
    const isSame = fresh?.dataset.version !== undefined && fresh.dataset.version === part.dataset.version
    if (!fresh || isSame || part.contains(document.activeElement)) continue
    part.replaceWith(document.adoptNode(fresh))
  }
  const [me, fresh] = [document.getElementById('me'), page.getElementById('me')]
  if (me && fresh && !me.contains(document.activeElement)) me.replaceWith(document.adoptNode(fresh))
}
