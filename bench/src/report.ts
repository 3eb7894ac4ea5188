// What a bench is asked and what it answers: types only.
import type { Outcome } from './rounds.ts';

/** How a bench is to run. */
export interface BenchOptions {
  readonly rounds: number;
  /** One scenario alone. */
  readonly only: string | undefined;
  /** How many requests at once, where a bench is about that. Default: the bench's own. */
  readonly concurrent?: readonly number[] | undefined;
  /** A folder for profiles, where a bench can take them instead. */
  readonly profile?: string | undefined;
  readonly progress: (text: string) => void;
}

/** What a bench found. */
export interface Report {
  /** Machine, server, runtime. */
  readonly about: string;
  readonly outcomes: readonly Outcome[];
  /** Instead of the table of ratios. */
  readonly text?: string;
  /** Behind the table. */
  readonly more?: string;
  /** Plain values for the JSON, beside `outcomes`. */
  readonly figures?: unknown;
}
