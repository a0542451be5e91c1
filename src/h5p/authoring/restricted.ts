import { NotAllowed } from '../../infra/index.js'
import type { Library } from '../store/index.js'

/** Types restricted to administrators are begun by nobody else; what a draft `held` already may stay. @throws NotAllowed */
export const refuseRestricted = (installed: ReadonlyMap<string, Library>, names: string[], held: string[] = []): void => {
  const barred = names.find((name) => !held.includes(name) && installed.get(name)?.restricted)
  if (barred) throw new NotAllowed({ detail: { restricted: barred } })
}
