// How large a result may be that is held in memory. It counts nothing.
import { FairleadError } from '@fairlead/errors';

/** Half of what an isolate has: a result is held as values, and as text when it is sent on. */
const DEFAULT_MAX_BYTES = 67_108_864;

/** The limits of a result, as a call and a connection have them. */
export interface ResultSizes {
  readonly maxRows?: number | undefined;
  readonly maxBytes?: number | undefined;
}

/** How many rows a result may have: the call's limit, else the connection's, else any number. */
export function maxRowsOf({ maxRows }: ResultSizes, limits: ResultSizes | undefined): number {
  return maxRows ?? limits?.maxRows ?? Number.POSITIVE_INFINITY;
}

/** How many bytes a result may have: the call's limit, else the connection's, else 64 MiB. */
export function maxBytesOf({ maxBytes }: ResultSizes, limits: ResultSizes | undefined): number {
  return maxBytes ?? limits?.maxBytes ?? DEFAULT_MAX_BYTES;
}

/** The error for a result with more rows than it may have. */
export function tooManyRows(maxRows: number): FairleadError {
  return tooLarge(maxRows === 1 ? 'one row' : `${maxRows} rows`);
}

/** The error for a result with more bytes than it may have. */
export function tooManyBytes(maxBytes: number): FairleadError {
  return tooLarge(`${maxBytes} bytes`);
}

function tooLarge(limit: string): FairleadError {
  return new FairleadError(
    'limit',
    `The result is larger than the limit of ${limit}. Ask for less (LIMIT), raise the limit, or use stream().`,
  );
}
