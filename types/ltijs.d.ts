/** The little of ltijs 5.9 that Keyroom uses; @types/ltijs lags at 4. */
declare module 'ltijs' {
  import type { NextFunction, Request, Response } from 'express'
  export interface Plugin {
    setup(): Promise<boolean>
    Close(): Promise<boolean>
    Get(key: string | false, collection: string, query?: Record<string, unknown>): Promise<object[] | false>
    Insert(key: string | false, collection: string, item: Record<string, unknown>): Promise<boolean>
    Replace(key: string | false, collection: string, query: object, item: object): Promise<boolean>
    Modify(key: string | false, collection: string, query: object, fields: object): Promise<boolean>
    Delete(collection: string, query: object): Promise<boolean>
  }
  type Handler = (req: Request, res: Response, next: NextFunction) => unknown
  const lti: {
    Provider: {
      app: Handler
      setup(key: string, database: { plugin: Plugin }, options: Record<string, unknown>): void
      deploy(options: { serverless: true; silent: true }): Promise<boolean>
      onConnect(handler: (token: unknown, req: Request, res: Response, next: NextFunction) => unknown): void
      onInvalidToken(handler: Handler): void
      onUnregisteredPlatform(handler: Handler): void
      onInactivePlatform(handler: Handler): void
    }
  }
  export default lti
}
