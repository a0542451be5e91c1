/** The first that fits; those that pretend to be another come before it. */
const FAMILIES: [string, RegExp][] = [
  ['Moodle app', /MoodleMobile/], ['Edge', /Edg(?:e|A|iOS)?\/(\d+)/], ['Opera', /OPR\/(\d+)/], ['Samsung Internet', /SamsungBrowser\/(\d+)/],
  ['Chrome on iOS', /CriOS\/(\d+)/], ['Firefox on iOS', /FxiOS\/(\d+)/], ['Chrome', /Chrom(?:e|ium)\/(\d+)/], ['Firefox', /Firefox\/(\d+)/],
  ['Safari', /Version\/(\d+(?:\.\d+)?).*Safari\//], ['WebKit', /AppleWebKit\/(\d+)/],
]
const SYSTEMS: [string, RegExp][] = [['iOS', /iPhone|iPad|iPod/], ['Android', /Android/], ['Windows', /Windows/], ['macOS', /Mac OS X|Macintosh/], ['ChromeOS', /CrOS/], ['Linux', /Linux/]]

/** Family, version and system of a browser: enough to know what it keeps, too little to know it again. */
export const browserOf = (agent: string): string => {
  const [name, pattern] = FAMILIES.find(([, each]) => each.test(agent)) ?? ['another', /$^/]
  const version = pattern.exec(agent)?.[1]
  const [system] = SYSTEMS.find(([, each]) => each.test(agent)) ?? []
  return [version ? `${name} ${version}` : name, system].filter(Boolean).join(', ')
}
