import { parseArgs } from 'node:util'
import type { Admins } from './infra/index.js'

export interface AdminCommandDeps { admins: Pick<Admins, 'invite'>; publicUrl: string; print: (line: string) => void }

/** `keyroom admin`: a link that signs one browser in as administrator, once. */
export const adminCommand = async (args: string[], { admins, publicUrl, print }: AdminCommandDeps): Promise<number> => {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const { token, expires } = await admins.invite()
  const link = `${publicUrl}/admin/enter?token=${token}`
  print(values.json ? JSON.stringify({ link, expires }, null, 2) : `${link}\nOpen it within 15 minutes. It signs one browser in as administrator, once.`)
  return 0
}
