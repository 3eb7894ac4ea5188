// What a bench is asked and what it answers: types only.
import type { ProfileOrder } from './inspector/profile.ts';
import type { Outcome } from './rounds.ts';

/** How a bench is to run. */
export interface BenchOptions {
  readonly rounds: number;
  /** These rows alone: names between commas. */
  readonly only: string | undefined;
  /** Ours beside these alone, where a bench runs side by side. Default: beside all. */
  readonly beside?: readonly string[] | undefined;
  /** How many requests at once, where a bench is about that. Default: the bench's own. */
  readonly concurrent?: readonly number[] | undefined;
  /** Profiles to be taken instead of figures, where a bench can. */
  readonly profile?: ProfileOrder | undefined;
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
