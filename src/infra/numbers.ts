/** Making a formatter costs a hundred times what using it does. */
const formatters = new Map<string, Intl.NumberFormat>()

/** The formatter of a language and its options, made once. `name`: what tells these options from others. */
export const numbersIn = (lang: string, name = 'plain', options: Intl.NumberFormatOptions = {}): Intl.NumberFormat => {
  const id = `${lang} ${name}`
  const known = formatters.get(id)
  if (known) return known
  const made = new Intl.NumberFormat(lang, options)
  formatters.set(id, made)
  return made
}
