/** A refusal as one text: what it is, then what mends it. A title is no whole sentence, and ends as its language ends one. */
export const problemText = ({ title, detail }) => [title, detail].filter(Boolean).join(document.documentElement.lang.startsWith('zh') ? '。' : '. ')
