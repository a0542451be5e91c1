import type { FrameLocator } from 'playwright-core'
import type { Author, Brought } from './author.js'

/** What a learner has before them. */
export type Content = FrameLocator
export interface Bag { picture: Brought; film: Brought }
/** Whoever reads open answers: chooses a level by its words. */
export type Reader = (level: string) => Promise<void>

/** One of our own types: how an author makes a small one, and how a learner goes through it. */
export interface OwnType {
  /** As the author's page calls it. */
  title: string
  machineName: string
  /** What it can earn; nothing where it asks nothing, and the learner's own word completes it. */
  max: number
  fill(author: Author, bag: Bag): Promise<void>
  /** Does a part of it and leaves. Of a type that asks nothing: all there is to do. */
  begin(content: Content): Promise<void>
  /** What was begun stands as it was left. */
  isAsLeft(content: Content): Promise<void>
  /** All that is asked, something of it wrong. */
  answerWrong?(content: Content, reader: Reader): Promise<void>
  answerRight?(content: Content, reader: Reader): Promise<void>
  /** Points of the wrong answers, where some of them are right. */
  partly?: number
  /** A wrong answer isn't sent at all, so the right one is the first. */
  refusesWrong?: true
}
