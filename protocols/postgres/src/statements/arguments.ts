// Arguments of public calls, checked where the call is made: a wrong one is `usage`, and nothing was sent. It reads no SQL.
import { checkChoice, checkRowMode, checkSwitch } from '@fairlead/sql-client';
import { checkTimeMs } from '@fairlead/transport';
import { usage } from '../errors.ts';
import type { ResultLimits } from '../options/connect-options.ts';
import type { QueryOptions } from '../types.ts';

const FORMATS: readonly unknown[] = ['text', 'binary'];
const PREPARING: readonly unknown[] = [true, false, 'always'];

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
  checkRowMode(rowMode);
  checkChoice('format', format, FORMATS);
  checkChoice('prepare', prepare, PREPARING);
  checkSwitch('readOnly', readOnly);
}

/** @throws FairleadError `usage`. */
export function checkConnection(options: {
  queryTimeoutMs?: unknown;
  limits?: ResultLimits | undefined;
}): void {
  checkTimeMs('queryTimeoutMs', options.queryTimeoutMs);
  if (options.limits !== undefined) checkLimits(optionsOf(options.limits));
}
