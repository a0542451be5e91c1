import { foldKey } from '../courses/index.js'
import { isDuplicate, LANGS, type I18n, type Mongo } from '../infra/index.js'
import { ALIAS_WORDS } from './alias.js'
import { AliasRefused, AliasTaken } from './refusals.js'

const SHORTEST = 2
const LONGEST = 24
/** Piled-up accents would run over the rows above. */
const PILE = /\p{M}{3}/u
/** Letters of other scripts, digits and Latin letters that look like another Latin letter, and that letter. */
const LOOKALIKES = new Map(Object.entries({
  a: 'аα', b: 'в', c: 'сϲ', d: 'ԁ', e: 'еε', h: 'нһ', i: '1lіι|ı', j: 'ј', k: 'кκ', m: 'м', n: 'ո', o: '0оοօ', p: 'рρ', s: 'ѕ5', t: 'тτ', u: 'υս', v: 'ν', w: 'ԝω', x: 'хχ', y: 'уγ',
}).flatMap(([latin, like]) => [...like].map((other) => [other, latin] as const)))

/** What nobody sees: controls, fillers that count as letters, joiners, the blank of Braille. With them one name could pass for another, or for none. */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** The name as it is shown: compatibility forms, spaces and invisible marks evened out. Empty: the name made for them. @throws AliasRefused */
export const readAlias = (typed: string): string => {
  const name = typed.normalize('NFKC').replace(/\s+/gu, ' ').replace(UNSEEN, '').trim()
  if (name === '') return ''
  const { length } = [...name]
  if (length < SHORTEST) throw new AliasRefused('short')
  if (length > LONGEST) throw new AliasRefused('long')
  if (PILE.test(name.normalize('NFD')) || !/[\p{L}\p{N}]/u.test(name)) throw new AliasRefused('letters')
  return name
}

/** What two names that one could mistake for each other have in common. */
const lookOf = (name: string): string => [...foldKey(name)].map((letter) => LOOKALIKES.get(letter) ?? letter).join('')

/** A name that we make up, in any language, with its number or without: it belongs to whom it was made for. */
const isMadeUp = (look: string, i18n: I18n): boolean => {
  const core = look.replace(/[\p{N}ois]{2}$/u, '')
  return LANGS.some((lang) => {
    const words = (kind: 'adjectives' | 'creatures'): string[] => Array.from({ length: ALIAS_WORDS[kind] }, (_, n) => lookOf(i18n.t(lang, `alias.${kind}.${n}`)))
    const creatures = new Set(words('creatures'))
    const pairs = (whole: string): boolean =>
      words('adjectives').some((word) => (whole.startsWith(word) && creatures.has(whole.slice(word.length))) || (whole.endsWith(word) && creatures.has(whole.slice(0, -word.length))))
    return pairs(core) || pairs(look)
  })
}

export interface Names {
  /** Takes a name for someone in a run and gives back the one they had; '' only gives back. @throws AliasTaken */
  take(run: string, user: string, name: string): Promise<void>
}

interface NameDoc { _id: string; run: string; look: string }

/** Who is called what: a unique index decides, so of two who want one name at once, on whichever nodes, one gets it. */
export const makeNames = ({ db }: Mongo, i18n: I18n): Names => {
  const names = db.collection<NameDoc>('aliases')
  let indexed: Promise<unknown> | undefined
  const claim = async (_id: string, run: string, look: string): Promise<void> => {
    try {
      await names.updateOne({ _id }, { $set: { run, look } }, { upsert: true })
    } catch (error) {
      throw isDuplicate(error) ? new AliasTaken({ cause: error }) : error
    }
  }
  return {
    async take(run, user, name) {
      const _id = `${run}:${user}`
      if (name === '') return void (await names.deleteOne({ _id }))
      const look = lookOf(name)
      if (isMadeUp(look, i18n)) throw new AliasTaken({ detail: { made: true } })
      indexed ??= names.createIndex({ run: 1, look: 1 }, { unique: true }).catch((error: unknown) => {
        indexed = undefined
        throw error
      })
      await indexed
      await claim(_id, run, look)
    },
  }
}
