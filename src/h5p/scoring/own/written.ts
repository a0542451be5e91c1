const CJK = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`
const WORD = new RegExp(`[${CJK}]|(?:(?![${CJK}])[\\p{L}\\p{N}\\p{M}’'-])+`, 'gu')

/** Words of a text; a Chinese or Japanese character is one each, as word processors count them there. */
export const countWords = (text: string): number => (text.match(WORD) ?? []).filter((word) => /[\p{L}\p{N}]/u.test(word)).length

/** What a field of ours takes. */
export const MAX_TEXT = 20_000
