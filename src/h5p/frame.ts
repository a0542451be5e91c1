import type { IPlayerModel } from '@lumieducation/h5p-server'
import { BadInput, stableId, type Say, type Secrets } from '../infra/index.js'
import { cleanHtml } from './clean-html.js'
import type { Content } from './contents.js'
import type { Core } from './core-files.js'
import { coreWords } from './core-words.js'
import type { Clue, ItemState, Opened, Review, Scored, VerdictKind } from './model.js'
import { scoreQuestion, tellsDone, type Question } from './scoring/index.js'

/** What comes back to a question that was answered before: nothing that wasn't told then. */
export interface PastItem {
  tries: number
  correct: boolean
  response?: unknown
  score: number
  max: number
  feedback?: string
  /** What solving it gave. */
  clue?: Clue
  /** Waits for a person. */
  pending?: boolean
  /** What a person said of it, newest; `sample`, where the author shows one after that. */
  review?: Review & { sample?: string }
}
/** `H5PIntegration.keyroom`: what the bridge and our own types find there. */
export interface KeyroomIntegration {
  items: Record<string, PastItem>
  /** Nothing here is scored by the server: H5P's own «completed» is passed on. */
  reports: boolean
  /** Questions of official types: `official.js` sends their answers. */
  official: string[]
  /** Parts beside them that can't be scored again: that they were answered is passed on. */
  unscored: string[]
  answers: string
  completed: string
  state: string
  /** Names what this learner does here and the server doesn't have yet, in the browser's own storage. */
  outbox: string
  /** What that is sealed with there. */
  seal: string
  /** The origin of the page around the frame; absent: our own. */
  parent?: string
  /** Clues earned so far, in this activity and in others of the course. */
  clues: Clue[]
  /** Points told before, in words; of an official film's questions. */
  told?: Record<string, string>
  words: Record<'waiting' | 'waitingHere' | 'sent' | 'refused' | 'expired' | 'expiredHere', string>
}
export interface FrameView {
  title: string
  /** An official film is in it: with less data that waits until it is asked for. */
  film: boolean
  /** There are questions of official types. */
  official: boolean
  /** Nothing here is scored, and nobody else says when it is done: the learner does. */
  asksDone: boolean
  contentId: string
  /** Types of others have all their words in the content itself: they run as its language does, not as the page around. */
  text?: { lang: string; dir: 'ltr' | 'rtl' }
  scripts: string[]
  styles: string[]
  integration: object
}

const RTL = /^(?:ar|arc|ckb|dv|fa|he|ks|ps|sd|ug|ur|yi)\b/i
const textOf = ({ library, metadata }: Content, course: string): FrameView['text'] => {
  if (library.startsWith('Keyroom.')) return undefined
  const lang = [metadata.defaultLanguage, metadata.language].find((said) => said && said !== 'und') ?? course
  return { lang, dir: RTL.test(lang) ? 'rtl' : 'ltr' }
}

/** What an answer had been told. A content may have been changed since: what fits no more is left out. */
const toldOf = (question: Question, { correct, response }: ItemState): Scored | undefined => {
  if (response === undefined) return undefined
  try {
    const told = scoreQuestion(question, response)
    return told.correct === correct || question.task ? told : undefined
  } catch (error) {
    if (error instanceof BadInput) return undefined
    throw error
  }
}
const judgedOf = ({ task }: Question, { pending, review }: ItemState): Pick<PastItem, 'pending' | 'review'> => ({
  ...(pending ? { pending } : {}),
  ...(review ? { review: { ...review, ...(task?.showsSample && task.sample ? { sample: cleanHtml(task.sample) } : {}) } } : {}),
})
const pastItems = (content: Content, items: Opened['items']): Record<string, PastItem> =>
  Object.fromEntries(
    Object.entries(items).flatMap(([item, state]): [string, PastItem][] => {
      const question = content.questions.get(item)
      if (!question) return []
      const { max } = question
      const told = toldOf(question, state)
      const score = state.review?.score ?? told?.score ?? (state.correct ? max : 0)
      return [[item, { tries: state.tries, correct: state.correct, score, max, ...(told ? { response: state.response, feedback: told.feedback } : {}), ...(state.correct && question.clue ? { clue: question.clue } : {}), ...judgedOf(question, state) }]]
    }),
  )

/** The same for a learner's activity in any session, and nobody else's. */
export const outboxOf = ({ run, user, activity, content }: Pick<Opened, 'run' | 'user' | 'activity' | 'content'>): string => stableId('outbox', run, user, activity, content)

/** What this learner's browser seals with, here and in any session, what the server doesn't have yet; AES-256, in Base64. */
export const sealOf = (secrets: Pick<Secrets, 'mac'>, { run, user, activity, content }: Parameters<typeof outboxOf>[0]): string => secrets.mac('outbox', JSON.stringify([run, user, activity, content])).toString('base64')

export interface FrameInput {
  model: IPlayerModel
  content: Content
  opened: Opened
  core: Core
  /** The frame's own address, without `/frame`. */
  base: string
  /** CONTENT_ORIGIN is set: the page around is elsewhere. */
  parent?: string
  states: Record<string, Record<string, string>>
  /** Earned in other activities. */
  clues: Clue[]
  t: Say
}

/** A film by itself, or named in a content's parameters. */
const FILM = /^H5P\.(?:InteractiveVideo|Video) |"library":\s*"H5P\.(?:InteractiveVideo|Video) /

/** All that the frame's page shows: Lumi's model with our own addresses, without what we don't serve. */
export const frameView = ({ model, content, opened, core, base, parent, states, clues, t }: FrameInput): FrameView => {
  const files = (all: string[]): string[] => all.filter((file) => !file.startsWith('/h5p/core/') || core.has(file.replace(/^\/h5p\/core\/|\?.*$/g, '')))
  const { integration } = model
  const cid = `cid-${content.id}`
  const { exportUrl: _export, ...shown } = integration.contents?.[cid] ?? { exportUrl: '' }
  const items = pastItems(content, opened.items)
  const film = FILM.test(content.library) || FILM.test(integration.contents?.[cid]?.jsonContent ?? '')
  const itemsOf = (wanted: VerdictKind): string[] => [...content.questions.values()].flatMap(({ item, kind }) => (kind === wanted ? [item] : []))
  const [official, unscored] = [itemsOf('rescored'), itemsOf('self-reported')]
  const keyroom: KeyroomIntegration = {
    items,
    clues: [...clues, ...Object.values(items).flatMap(({ clue }) => clue ?? [])],
    reports: content.questions.size === 0,
    official, unscored,
    answers: `${base}/answers`, completed: `${base}/completed`, state: `${base}/state/${content.id}/state/0`,
    outbox: outboxOf(opened),
    seal: opened.seal,
    ...(film ? { told: Object.fromEntries(Object.entries(items).filter(([, { max }]) => max > 0).map(([item, { score, max }]) => [item, t('playing.film.told', { score, max })])) } : {}),
    ...(parent ? { parent } : {}),
    words: { waiting: t('playing.frame.waiting'), waitingHere: t('playing.frame.waiting-here'), sent: t('playing.frame.sent'), refused: t('h5p.frame.refused'), expired: t('playing.frame.ended'), expiredHere: t('playing.frame.ended-here') },
  }
  return {
    title: opened.title,
    contentId: content.id,
    text: textOf(content, opened.lang),
    film,
    official: official.length + unscored.length > 0,
    asksDone: keyroom.reports && !tellsDone(content.library),
    scripts: files(model.scripts),
    styles: files(model.styles),
    integration: {
      ...integration,
      l10n: { ...integration.l10n, H5P: coreWords(t, integration.l10n.H5P as Record<string, unknown>) },
      ajaxPath: `${base}/ajax?action=`,
      ajax: { contentUserData: `${base}/state/:contentId/:dataType/:subContentId`, setFinished: `${base}/finished` },
      // `false`: there is none, and the core needn't ask again.
      contents: { [cid]: { ...shown, contentUrl: `${base}/content`, contentUserData: { ...states, 0: { state: false, ...states['0'] } } } },
      core: { scripts: files(integration.core?.scripts ?? []), styles: files(integration.core?.styles ?? []) },
      // InteractiveBook gives no score of the whole without it.
      reportingIsEnabled: true,
      hubIsEnabled: false,
      keyroom,
    },
  }
}
