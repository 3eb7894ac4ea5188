// A promise whose ends are at hand: `Promise.withResolvers`, for runtimes that do not have it yet (Node 20).

/** A promise and the two functions that settle it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T | PromiseLike<T>): void;
  reject(reason: unknown): void;
}

let resolveLast: ((value: never) => void) | undefined;
let rejectLast: ((reason: unknown) => void) | undefined;

// One executor for all promises instead of a closure for each. Both ends are read before anything else can run.
function capture(resolve: (value: never) => void, reject: (reason: unknown) => void): void {
  resolveLast = resolve;
  rejectLast = reject;
}

/** An unsettled promise. It costs the promise, its two ends and one object: cheap enough for each statement of a client. */
export function deferred<T>(): Deferred<T> {
  const promise = new Promise<T>(capture);
  const ends = { promise, resolve: resolveLast, reject: rejectLast } as Deferred<T>;
  // They would keep the promise, and so its value, for as long as no other one is made.
  resolveLast = rejectLast = undefined;
  return ends;
}
