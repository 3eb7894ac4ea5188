// The last requests that failed in this isolate: bounded, in memory alone, newest first. Other isolates keep their own.

/** What is kept of callers whose token is known. */
const MAX_KNOWN = 80;
/** What is kept of others: who has no token cannot push out what concerns those who have one. */
const MAX_UNKNOWN = 20;

/** A request that failed. Nothing here is of the caller's own words, but for the token's name. */
export interface Failure {
  /** `Date.now()` when it was over. */
  readonly at: number;
  readonly requestId: string;
  readonly method: string;
  /** The template of the path: `/redis/*`. */
  readonly path: string;
  readonly protocol: string;
  /** The connection's name; `@` for an address of the caller's own; undefined where the request came to none. */
  readonly connection: string | undefined;
  /** The token's name; undefined where none was known. */
  readonly token: string | undefined;
  /** Of the answer's head: 200 where a stream failed behind it. */
  readonly status: number;
  /** Of the problem; undefined where the answer was no problem document. */
  readonly code: string | undefined;
  readonly safeToRetry: boolean | undefined;
  /** From the request's arrival to its end, in milliseconds. */
  readonly ms: number;
}

/** The last failures of an isolate. */
export class FailureLog {
  readonly #known: Failure[] = [];
  readonly #unknown: Failure[] = [];

  /** Keeps a failure, in place of the oldest of its kind where there is no more room. */
  add(failure: Failure): void {
    const [kept, max] = failure.token === undefined ? [this.#unknown, MAX_UNKNOWN] : [this.#known, MAX_KNOWN];
    kept.push(failure);
    if (kept.length > max) kept.shift();
  }

  /** All that are kept, the newest first: at most 100. */
  newestFirst(): readonly Failure[] {
    return [...this.#known, ...this.#unknown].sort((a, b) => b.at - a.at);
  }
}
