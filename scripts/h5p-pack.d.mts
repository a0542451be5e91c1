/** Packs all runnable types into a folder, and says where. */
export const pack: (out: string) => Promise<string[]>
