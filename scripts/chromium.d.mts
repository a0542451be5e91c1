import type { Browser } from 'playwright-core'

export declare const launchChromium: (options?: { blocked?: boolean }) => Promise<Browser>
