/** Reads to the end what somebody else sends, but no further than `most` bytes. @throws what `tooLarge` makes */
export const readWithin = async (parts: AsyncIterable<Uint8Array>, most: number, tooLarge: () => Error): Promise<Buffer> => {
  const read: Uint8Array[] = []
  let size = 0
  for await (const part of parts) {
    size += part.length
    if (size > most) throw tooLarge()
    read.push(part)
  }
  return Buffer.concat(read)
}
