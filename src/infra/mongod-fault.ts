/** The embedded database can't be had; the message is a plain sentence with the mend. */
export class MongodFault extends Error {
  constructor(readonly kind: 'binary' | 'data' | 'disk' | 'in-use' | 'start', message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'MongodFault'
  }
}
