// The error of a caller's mistake, before anything was sent. It decides nothing.
import { FairleadError, type FairleadErrorOptions } from '@fairlead/errors';

/** A caller's mistake: unless `more` says otherwise, nothing was sent. */
export function usage(what: string, more?: FairleadErrorOptions): FairleadError {
  return new FairleadError('usage', `SQL: ${what}.`, { safeToRetry: true, ...more });
}
