// Which errors of a change stream it goes on after, by the Change Streams specification.
import type { FairleadError } from '@fairlead/errors';
import { hasErrorLabel, serverCodeOf } from '../errors.ts';
import { LABELS_COME_FROM_SERVER } from '../operations/retry-rules.ts';

/** CursorNotFound: the server has given it up. */
export const CURSOR_NOT_FOUND = 43;

/** Codes of older servers. */
const CODES: ReadonlySet<number> = /* @__PURE__ */ new Set([
  6, 7, 63, 89, 91, 133, 150, 189, 234, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436,
]);

/** Whether the stream may be opened anew, once, after a getMore has failed. */
export function isResumable(error: FairleadError, maxWireVersion: number): boolean {
  const code = serverCodeOf(error);
  if (code === undefined) return error.code === 'connection_lost';
  if (code === CURSOR_NOT_FOUND) return true;
  if (maxWireVersion < LABELS_COME_FROM_SERVER) return CODES.has(code);
  return hasErrorLabel(error, 'ResumableChangeStreamError');
}
