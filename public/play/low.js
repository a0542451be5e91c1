/** Less data: where no cookie keeps the choice, this browser's storage does; and a slow line is offered it. */
const NAME = 'keyroom-low'
const stored = (use) => {
  try {
    return use(window.localStorage)
  } catch {
    return null // it is asked again the next time
  }
}

/** `again(address)`: loads the activity from there. */
export const rememberLow = (content, again) => {
  const form = document.getElementById('low')
  const frame = document.getElementById('frame')
  const toggle = form.querySelector('[role=switch]')
  const wanted = stored((storage) => storage.getItem(NAME))
  const isOn = () => toggle.getAttribute('aria-checked') === 'true'

  form.addEventListener('submit', () => stored((storage) => storage.setItem(NAME, form.elements.low.value)))
  if (wanted !== null && content.dataset.low !== wanted && (wanted === '1') !== isOn()) {
    const address = new URL(frame.getAttribute('src'), location.href)
    if (wanted === '1') address.searchParams.set('low', '1')
    else address.searchParams.delete('low')
    again(address.href)
    toggle.setAttribute('aria-checked', String(wanted === '1'))
    form.elements.low.value = wanted === '1' ? '0' : '1'
    document.getElementById('low-hint').hidden = wanted !== '1'
  }
  const { saveData = false, effectiveType = '' } = navigator.connection ?? {}
  if (wanted === null && content.dataset.low === '' && (saveData || effectiveType.includes('2g'))) document.getElementById('low-offer').hidden = false
}
