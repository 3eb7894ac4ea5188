// What a ping takes, and the parts that it yields wherever it runs: types only.
import type { PingStatistics } from '@fairlead/worker/ping';

/** How targets are measured. */
export interface PingPlan {
  readonly tls: boolean;
  /** Samples of each target. */
  readonly count: number;
  /** From the start of one sample to the start of the next. */
  readonly intervalMs: number;
  /** For all samples together. */
  readonly timeoutMs: number;
}

/** One connection that was opened and closed again, or could not be. */
export interface Sample {
  readonly kind: 'sample';
  readonly target: string;
  /** 1 for the first. */
  readonly n: number;
  readonly tcpMs?: number | undefined;
  readonly tlsMs?: number | undefined;
  /** The code of its failure. */
  readonly error?: string | undefined;
}

/** What a target's samples amount to. */
export interface Summary {
  readonly kind: 'summary';
  readonly target: string;
  readonly statistics?: PingStatistics | undefined;
  /** Why there are none. */
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

/** Where the gateway ran. */
export interface Place {
  readonly kind: 'place';
  readonly colo?: string | undefined;
  readonly placement?: string | undefined;
}

/** A part of a ping's output, in the order in which it comes. */
export type PingPart = Sample | Summary | Place;
