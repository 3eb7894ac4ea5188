// How values of the server's are refused that are not in their type's form: the message names what it is about,
// and shows nothing of the value.
import { FairleadError } from '@fairlead/errors';

/** The error for a server's value that its type cannot have. */
export function malformed(type: string): FairleadError {
  return new FairleadError('protocol', `Postgres: the server sent a malformed ${type}.`);
}
