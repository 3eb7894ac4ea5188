// What the Worker is given and what it answers: types only. The run is integration/suites/wycheproof.

/** One test vector. Which further fields it has depends on the group's type; bytes are hex. */
export interface Vector {
  readonly tcId: number;
  readonly comment?: string;
  readonly flags: readonly string[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly [field: string]: unknown;
}

/** Vectors with the same parameters. */
export interface VectorGroup {
  readonly type: string;
  readonly tests: readonly Vector[];
  readonly [field: string]: unknown;
}

/** A file of the suite. */
export interface VectorFile {
  readonly algorithm: string;
  readonly testGroups: readonly VectorGroup[];
}

/** What became of a vector. `left out` has the reason. */
export interface Outcome {
  readonly tcId: number;
  readonly outcome: 'accepted' | 'refused' | 'left out';
  readonly reason?: string;
}

/** What a check says of one vector: whether it was accepted, or why it is left out. */
export type Verdict = boolean | string;

/** Checks the vectors of one group. */
export type Check = (file: VectorFile, group: VectorGroup, vector: Vector) => Promise<Verdict>;
