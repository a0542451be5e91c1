/** Joubel's editor, where it is installed: its document, what it asks, and what it may. */
export { createLumiEditor } from './lumi-editor.js'
export { editorRoutes } from './routes.js'
export { editorPlace, type EditorTicket } from './ticket.js'
