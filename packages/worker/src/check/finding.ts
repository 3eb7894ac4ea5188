// What the check says: types only.

/** One thing that is wrong, or unwise, in the settings. */
export interface Finding {
  /** `error`: the gateway or the connection does not work so. `warning`: it does, and should be another way. */
  readonly level: 'error' | 'warning';
  /** The setting and the place in it: `FAIRLEAD_CONNECTIONS.main.url`. */
  readonly key: string;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}
