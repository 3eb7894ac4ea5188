// Arguments of public calls, checked where the call is made: a wrong one is `usage`, and nothing was sent. It reads no SQL.
import { checkTimeMs } from '@fairlead/transport';
import { usage } from '../errors.ts';
import type { ResultLimits } from '../options/connect-options.ts';
import type { QueryOptions } from '../types.ts';

/** A call's options. @throws FairleadError `usage` for what is no object; null is none. */
export function optionsOf<O extends object>(options: O | null | undefined): O {
  if (options === undefined || options === null) return {} as O;
  if (typeof options !== 'object') throw usage('the options of a call are an object');
  return options;
}

/** @throws FairleadError `usage` for a number of rows or bytes that is none. */
function checkLimits({ maxRows, maxBytes, maxRowBytes }: ResultLimits): void {
  for (const limit of [maxRows, maxBytes, maxRowBytes]) {
    if (limit !== undefined && !(typeof limit === 'number' && limit >= 0)) {
      throw usage('maxRows, maxBytes and maxRowBytes are numbers, 0 or more');
    }
  }
}

/** @throws FairleadError `usage`. */
export function checkQuery(options: QueryOptions): void {
  const { rowMode, maxRows, maxBytes, format, prepare, readOnly } = options;
  if (maxRows !== undefined || maxBytes !== undefined) checkLimits({ maxRows, maxBytes });
  if (rowMode !== undefined && rowMode !== 'object' && rowMode !== 'array') {
    throw usage('rowMode is object or array');
  }
  if (format !== undefined && format !== 'text' && format !== 'binary')
    throw usage('format is text or binary');
  if (prepare !== undefined && typeof prepare !== 'boolean' && prepare !== 'always') {
    throw usage("prepare is true, false or 'always'");
  }
  if (readOnly !== undefined && typeof readOnly !== 'boolean') throw usage('readOnly is true or false');
}

/** @throws FairleadError `usage`. */
export function checkConnection(options: { timeoutMs?: unknown; limits?: ResultLimits | undefined }): void {
  checkTimeMs('timeoutMs', options.timeoutMs);
  if (options.limits !== undefined) checkLimits(optionsOf(options.limits));
}
