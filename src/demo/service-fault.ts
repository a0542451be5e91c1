/** What the platform's services refuse; the tool reads the status, a person the reason. */
export class ServiceFault extends Error {
  constructor(readonly status: number, readonly code: string, readonly reason = '') {
    super(`${code} ${reason}`)
  }
}
