// Which failures let a command be sent a second time, by the specifications of retryable reads and writes. It sends nothing.
import type { FairleadError } from '@fairlead/errors';
import type { Document } from 'bson';
import type { ServerDescription } from '../connection/types.ts';
import { addErrorLabel, hasErrorLabel } from '../errors.ts';
import { concernErrorOf } from './reply-error.ts';

/** A server that is no primary any more, or shuts down: what is known of it is out of date. */
const STATE_CHANGE: ReadonlySet<unknown> = /* @__PURE__ */ new Set([
  10107, 10058, 13435, 13436, 11600, 11602, 189, 91,
]);

/** Further codes: HostUnreachable, HostNotFound, NetworkTimeout, SocketException, ExceededTimeLimit. */
const RETRYABLE: ReadonlySet<unknown> = /* @__PURE__ */ new Set([6, 7, 89, 9001, 262]);

/** ReadConcernMajorityNotAvailableYet: for reads alone. */
const MAJORITY_NOT_YET = 134;

/** The first wire version (MongoDB 4.4) whose servers say themselves what may be sent again or resumed. */
export const LABELS_COME_FROM_SERVER = 9;

/** How a command may be sent again. `end`: commitTransaction and abortTransaction, whose number is the transaction's. */
export type RetryKind = 'read' | 'write' | 'end';

/** Whether retryable writes work there: it has sessions, and an oplog. */
export function knowsRetryableWrites({ logicalSessionTimeoutMinutes, kind }: ServerDescription): boolean {
  return logicalSessionTimeoutMinutes !== undefined && kind !== 'standalone';
}

/** Whether the connection ended in mid-command, or before it. */
export function isNetworkError({ code }: FairleadError): boolean {
  return code === 'connection_lost' || code === 'connect_failed' || code === 'connect_timeout';
}

/** Whether the reply says that its server has stopped to be what it was: also in `writeConcernError`. */
export function isStateChange(reply: Document): boolean {
  return STATE_CHANGE.has(reply.code) || STATE_CHANGE.has(concernErrorOf(reply)?.code);
}

/**
 * Whether the attempt may be made once more. Labels a write's error as the specification says.
 * @param reply The server's words, where it gave some.
 * @param server Undefined where no connection came about.
 */
export function mayTryAgain(
  kind: RetryKind,
  error: FairleadError,
  reply: Document | undefined,
  server: ServerDescription | undefined,
): boolean {
  const isLost = isNetworkError(error);
  if (kind !== 'read') {
    if (isLost || (reply !== undefined && isUnlabelledRetryable(reply, server))) {
      addErrorLabel(error, 'RetryableWriteError');
    }
    if (reply !== undefined) return hasErrorLabel(error, 'RetryableWriteError');
  }
  // A host that does not answer has been tried for long enough; a login that broke off is tried again.
  if (isLost) return server !== undefined || error.code === 'connection_lost';
  const code: unknown = reply?.code;
  return kind === 'read' && (isRetryableCode(code) || code === MAJORITY_NOT_YET);
}

function isUnlabelledRetryable(reply: Document, server: ServerDescription | undefined): boolean {
  if (server === undefined || server.maxWireVersion >= LABELS_COME_FROM_SERVER) return false;
  if (isRetryableCode(reply.code)) return true;
  return server.kind !== 'mongos' && isRetryableCode(concernErrorOf(reply)?.code);
}

function isRetryableCode(code: unknown): boolean {
  return (STATE_CHANGE.has(code) && code !== 10058) || RETRYABLE.has(code);
}
