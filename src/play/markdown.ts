import MarkdownIt from 'markdown-it'

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false })
const plainLink = markdown.renderer.rules.link_open ?? ((tokens, i, options, _env, self) => self.renderToken(tokens, i, options))
markdown.renderer.rules.link_open = (tokens, i, options, env, self) => {
  tokens[i]?.attrSet('target', '_blank')
  tokens[i]?.attrSet('rel', 'noopener noreferrer')
  return plainLink(tokens, i, options, env, self)
}
// A picture in a text would be fetched from anywhere; rooms have a picture of their own.
markdown.disable('image')

/** The same texts are shown again and again. */
const rendered = new Map<string, string>()

/** An author's Markdown as HTML. Tags in it are shown as they were typed. */
export const textHtml = (text: string): string => {
  const known = rendered.get(text)
  if (known !== undefined) return known
  if (rendered.size >= 1000) rendered.clear()
  const html = markdown.render(text)
  rendered.set(text, html)
  return html
}
