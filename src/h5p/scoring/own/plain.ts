const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", '#039': "'", nbsp: ' ' }

/** An author's text without markup: H5P stores it with entities, a file written by hand does not. */
export const plain = (html: string): string =>
  html.replace(/<[^<>]*>/g, '').replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name.toLowerCase()] ?? whole).trim()
