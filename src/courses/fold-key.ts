/**
 * A key as everyone means it: compatibility forms (full-width letters), case, spaces, quotes, dashes and invisible marks don't
 * count. «ＴＨＩＮＫ – Pair» and “think pair” are one key.
 */
export const foldKey = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase() // first up: ß becomes SS, ı becomes I
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[\p{P}\p{Z}\p{C}\p{Sk}\u0307\u0640]/gu, '') // u0307: what's left of İ; u0640: tatweel, which only stretches
