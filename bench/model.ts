/** One round: the subject measured, then its floor, in the same unit. */
export interface Sample { value: number; floor: number }

/** A row of the bench: the default export of one file in `bench/rows/`. */
export interface Row {
  /** Also its file's name. */
  name: string
  /** What the median ratio must reach (`higher`), or stay below (`lower`). */
  aim: number
  better: 'higher' | 'lower'
  /** Of value and floor. */
  unit: string
  run(ctx: Ctx): Promise<Sample[]>
}

/** What a row stands on while it runs. */
export interface Ctx {
  /** How many samples are wanted. */
  rounds: number
  /** The address of a database nobody else uses, on the bench's own mongod; dropped when the row ends. */
  database(): string
  /** A new, empty folder; gone with the bench. */
  folder(): Promise<string>
  /** To be undone when the row ends, however it ends; the last first. */
  after(undo: () => unknown): void
}

/** A row as it came out. */
export interface Result {
  name: string
  /** Median of the rounds' ratios. */
  ratio: number
  aim: number
  better: Row['better']
  /** Medians of the rounds. */
  value: number
  floor: number
  unit: string
  /** The ratio of each round. */
  samples: number[]
}
