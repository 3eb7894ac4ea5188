// Errors of `begin()` on their way to its caller: their stacks, and whether the whole may be tried again. It makes no
// decision about the transaction.
import { stackAtCaller } from '@fairlead/client';
import { errorWith, FairleadError } from '@fairlead/errors';

/**
 * Serialization failure and deadlock, as SQLSTATE: the whole transaction may succeed when it is run again. MySQL has
 * 40001 for both.
 */
const CONFLICTS: readonly (string | undefined)[] = ['40001', '40P01'];

/** Errors made by the transaction itself, without a frame of the caller of `begin`; those of its work have frames of their own. */
const OWN = /* @__PURE__ */ new WeakSet<object>();

/** Marks an error of the transaction itself, so that `leadToCaller` writes its stack anew. @returns The same error. */
export function ownError(error: FairleadError): FairleadError {
  OWN.add(error);
  return stackAtCaller(error);
}

/** What `begin` rejects with: the transaction's own errors get the stack of `begin`'s caller. Call it in a `catch` there. */
export function leadToCaller(error: unknown): unknown {
  return error instanceof FairleadError && OWN.has(error) ? stackAtCaller(error) : error;
}

/**
 * The failure of a transaction that was begun: its last statement may not have left, but others have, whatever became of
 * them.
 */
export function afterBegin(error: unknown): unknown {
  if (!(error instanceof FairleadError) || !error.safeToRetry) return error;
  return ownError(errorWith(error, { safeToRetry: false }));
}

/** Whether the server has ended the transaction for a conflict with another one. */
export function isConflict(error: unknown): boolean {
  return error instanceof FairleadError && CONFLICTS.includes(error.server?.code);
}
