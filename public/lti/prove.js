/** Shows the proof that the login left, in this tab or with the platform, once. Without one the form goes as it is, and the answer says what to do. */
import { get } from './storage.js'

const form = document.getElementById('prove')
const { seal, target, origin } = form.dataset
const name = `kr-proof-${seal}`

const ofTab = () => {
  try {
    const proof = sessionStorage.getItem(name)
    sessionStorage.removeItem(name)
    return proof ?? undefined
  } catch {
    return undefined
  }
}

const fill = (proof, keptBy) => {
  form.elements.namedItem('proof').value = proof
  form.elements.namedItem('kept_by').value = keptBy
}

const mine = ofTab()
const theirs = mine === undefined && target ? await get({ target, origin }, name) : undefined
if (mine !== undefined) fill(mine, 'tab')
else if (theirs !== undefined) fill(theirs, 'platform')
else fill('', target ? 'silent' : 'none')
form.submit()
