// What a rule finds. Types only.

/** A broken rule. */
export interface Breach {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
  /** What to do instead. */
  readonly wayOut: string;
}
