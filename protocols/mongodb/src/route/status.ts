// MongoDB's error numbers as statuses, and problems as the Data API's `error_code`. Data only.
import type { Problem } from '@fairlead/http';

/** WriteConflict, DuplicateKey and its elder forms, DuplicateKeyValue. */
const CONFLICTS = new Set(['112', '11000', '11001', '12582']);
/** Not primary (any longer), shutting down, recovering, no room: another try may succeed. */
const UNAVAILABLE = new Set([
  '6',
  '7',
  '89',
  '91',
  '189',
  '262',
  '9001',
  '10058',
  '10107',
  '11600',
  '11602',
  '13435',
  '13436',
]);

/** A status of its own for an error number; undefined leaves 400. */
export function statusOf(code: string | undefined): 409 | 503 | undefined {
  if (code === undefined) return undefined;
  if (CONFLICTS.has(code)) return 409;
  return UNAVAILABLE.has(code) ? 503 : undefined;
}

const WORDS: Readonly<Partial<Record<Problem['code'], string>>> = {
  invalid: 'InvalidParameter',
  usage: 'InvalidParameter',
  unauthorized: 'InvalidSession',
  forbidden: 'Forbidden',
  policy: 'Forbidden',
  not_found: 'NotFound',
  limit: 'LimitExceeded',
};

/** The word in `error_code`: the server's own name for its error, else one of a few. */
export function errorCodeOf({ code, server }: Problem): string {
  return (
    server?.fields?.codeName ?? WORDS[code] ?? (server === undefined ? 'InternalServerError' : 'MongoDBError')
  );
}
