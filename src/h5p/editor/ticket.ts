import { NoSession, type Kit } from '../../infra/index.js'
import { frameOrigin } from '../frame-origin.js'

/** What an editor's address allows: one author, one draft (or a new one) of one course. It is the only credential, so it works without cookies. */
export interface EditorTicket {
  run: string
  /** The slug of the course whose drafts these are. */
  course: string
  user: string
  /** As the author is called, for the content's authors. */
  name: string
  /** Absent: a new one is begun. */
  draft?: string
  /** The session of an administrator, by its name: restricted types, and libraries that a package brings, as long as that lasts. */
  admin?: string
  /** When it ends, in Unix seconds: with the author's session. */
  exp: number
}

const PURPOSE = 'h5p-editor'

export const editorBase = ({ secrets }: Pick<Kit, 'secrets'>, { exp, ...ticket }: EditorTicket): string =>
  `/studio/${ticket.run}/h5p-editor/${secrets.sign(PURPOSE, ticket, Math.max(0, exp - Math.floor(Date.now() / 1000)))}`

/** Where the editor's own document is, for a frame in a page of the studio; at CONTENT_ORIGIN where that is set. */
export const editorPlace = (kit: Pick<Kit, 'secrets' | 'config'>, ticket: EditorTicket, lang: string): string => `${frameOrigin(kit.config)}${editorBase(kit, ticket)}/?lang=${encodeURIComponent(lang)}`

/** @throws NoSession when forged, of another run, or too old */
export const readTicket = ({ secrets }: Pick<Kit, 'secrets'>, token: string, run: string): EditorTicket => {
  const ticket = secrets.verify<EditorTicket>(PURPOSE, token)
  if (ticket?.run !== run) throw new NoSession({ detail: { run } })
  return ticket
}
