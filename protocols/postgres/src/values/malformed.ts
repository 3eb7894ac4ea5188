// How a value that is not in its type's form is refused: the message names the type, and shows nothing of the value.
import { FairleadError } from '@fairlead/errors';

/** The error for a value that its type cannot have. */
export function malformed(type: string): FairleadError {
  return new FairleadError('protocol', `Postgres: the server sent a malformed ${type} value.`);
}
