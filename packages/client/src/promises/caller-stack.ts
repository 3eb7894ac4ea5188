// Stacks that lead to the caller: an error that is made behind a socket has no frame of the calling code. It makes no error.

const TICK = /* @__PURE__ */ Promise.resolve();

const noop = (): void => undefined;

/**
 * Writes the error's stack anew from here, with the async functions that await the current microtask's promise. Call it
 * where a rejection passes: in a `catch` of an async function, or in the second function of a `then`.
 * @returns The same error.
 */
export function stackAtCaller<E>(error: E): E {
  if (error instanceof Error) Error.captureStackTrace?.(error, stackAtCaller);
  return error;
}

/**
 * A promise that rejects with `error` a moment later, when its stack can have the frames of the functions that await it. A
 * deferred is resolved with it instead of being rejected, so that a call that succeeds pays for nothing:
 * `pending.resolve(atCaller(error))`. Each call needs an error of its own. It may be left unawaited.
 *
 * V8 follows a promise to the function that awaits it only where there is no other subscriber: no second `then` or `catch` may hang
 * on the deferred's promise, or on one between it and the caller.
 */
export function atCaller(error: unknown): Promise<never> {
  // One microtask later, since only then the deferred has subscribed to this promise: V8 follows that to the caller.
  const rejection: Promise<never> = TICK.then(noop).then(() => {
    stackAtCaller(error);
    // Only now, behind the stack: a deferred that had settled before has not subscribed at all.
    rejection.catch(noop);
    throw error;
  });
  return rejection;
}
