// What all transfers have in common besides their connections: their time limit, and the report of their progress.
import { type CallLimit, limitOf } from '@fairlead/client';
import { FairleadError, isFairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import type { CallOptions, TransferOptions } from '../types.ts';

/** Default limit of a transfer. `replyTimeoutMs` ends it much earlier when nothing moves. */
const TRANSFER_TIMEOUT_MS = 3_600_000;

/** The limits of a transfer that begins now. */
export function transferLimit(connection: Connection, options: CallOptions): CallLimit {
  return limitOf(options, connection.settings.timeoutMs ?? TRANSFER_TIMEOUT_MS);
}

/** Calls the caller's function. @throws FairleadError `usage` where it fails. */
export function tellProgress(onProgress: TransferOptions['onProgress'], bytes: number): void {
  try {
    onProgress?.(bytes);
  } catch (error) {
    throw isFairleadError(error) ? error : new FairleadError('usage', 'onProgress failed', { cause: error });
  }
}
