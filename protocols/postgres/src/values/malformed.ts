// How values are refused that are not in their type's form, in either direction: the message names what it is about,
// and shows nothing of the value.
import { FairleadError } from '@fairlead/errors';
import { failure } from '../errors.ts';

/** The error for a server's value that its type cannot have. */
export function malformed(type: string): FairleadError {
  return new FairleadError('protocol', `Postgres: the server sent a malformed ${type}.`);
}

/** The error for a caller's parameter that cannot be sent. Nothing was when it is thrown. */
export function usage(message: string, cause?: unknown): FairleadError {
  return failure('usage', message, { cause });
}
