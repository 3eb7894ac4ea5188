// Whether a token may write through a connection, or only read.
import type { RouteContext, Target } from '../app/contract.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { type OwnUrl, resolveTarget } from '../targets/target.ts';

/** Where to connect, and whether the statement has to be kept from writing. */
export interface ReadOrWrite {
  readonly target: Target;
  readonly readOnly: boolean;
}

/**
 * The target, for writing if the token may, else for reading: to write is to read as well. A token that may only read goes to the
 * connection's `readUrl`, where its entry has one.
 * @throws HttpProblem `forbidden`, naming the scope to read, if it may neither; otherwise as `resolveTarget`.
 */
export function resolveReadOrWrite(
  c: RouteContext,
  connection: string | undefined,
  url?: OwnUrl,
): ReadOrWrite {
  try {
    return { target: resolveTarget(c, { action: 'write', connection, url }), readOnly: false };
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.code !== 'forbidden') throw error;
    return { target: resolveTarget(c, { action: 'read', connection, url, role: 'reader' }), readOnly: true };
  }
}
