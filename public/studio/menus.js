const MENUS = 'details.others'

/** Menus shut after a choice, on a press elsewhere, with Escape, and when the keyboard leaves them; opening one shuts the others. */
export const shutMenus = (page) => {
  const shut = (except) => {
    for (const menu of page.querySelectorAll(`${MENUS}[open]`)) if (menu !== except) menu.open = false
  }
  const menuOf = (target) => (target instanceof Element ? target.closest(MENUS) : null)
  const onPress = ({ target }) => {
    // Another page stands here by now.
    if (!page.isConnected) return document.removeEventListener('pointerdown', onPress)
    shut(menuOf(target))
  }
  document.addEventListener('pointerdown', onPress)
  // After the choice has been obeyed: a form that is hidden before isn't sent.
  page.addEventListener('click', ({ target }) => menuOf(target) && !target.closest('summary') && setTimeout(shut))
  page.addEventListener('focusin', ({ target }) => shut(menuOf(target)))
  page.addEventListener('keydown', (event) => {
    const menu = event.key === 'Escape' && page.querySelector(`${MENUS}[open]`)
    if (!menu) return
    menu.open = false
    menu.querySelector('summary').focus()
  })
}
