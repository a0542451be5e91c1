/** How far a zone is from UTC at a moment, in minutes. */
const offsetAt = (zone: string, at: number): number => {
  const said = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(said) ?? []
  return sign ? Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) : 0
}
const MINUTE_MS = 60_000
const two = (number: number): string => String(number).padStart(2, '0')

/** A zone by its IANA name that exists, else undefined. */
export const knownZone = (zone: string | undefined): string | undefined => {
  try {
    return zone && /^[A-Za-z]/.test(zone) ? new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone : undefined
  } catch {
    return undefined
  }
}

/** `2026-11-25T09:00`, as a clock in the zone shows it, with its distance from UTC: `2026-11-25T09:00:00+01:00`. */
export const zoned = (local: string, zone: string): string => {
  const asUtc = Date.parse(`${local}:00Z`)
  // The distance at the moment itself; what was guessed from the clock may stand on the other side of a change to summer time.
  const offset = offsetAt(zone, asUtc - offsetAt(zone, asUtc) * MINUTE_MS)
  const away = Math.abs(offset)
  return `${local}:00${offset < 0 ? '-' : '+'}${two(Math.floor(away / 60))}:${two(away % 60)}`
}
