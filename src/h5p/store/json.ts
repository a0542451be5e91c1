/** Deeper than any content: recursion over it would end the program. */
export const DEEPEST = 200

/** Whether a JSON text nests deeper than a program can follow; told without parsing it. */
export const isTooDeep = (text: string): boolean => {
  let [depth, inText] = [0, false]
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (inText) {
      if (sign === '\\') at += 1
      else if (sign === '"') inText = false
    } else if (sign === '"') inText = true
    else if (sign === '{' || sign === '[') {
      if (++depth > DEEPEST) return true
    } else if (sign === '}' || sign === ']') depth -= 1
  }
  return false
}
