// Gopher's errors in the house's one error class. It words and classifies; it throws nothing.
import {
  type ErrorCode,
  FairleadError,
  type FairleadErrorOptions,
  type Peer,
  type ServerWords,
} from '@fairlead/errors';

/** How many characters of the server's text a message shows. */
const SHOWN = 200;

/** An error of this package. */
export function failure(code: ErrorCode, message: string, options?: FairleadErrorOptions): FairleadError {
  return new FairleadError(code, message, options);
}

/** The server sends more than the caller allows. */
export function limitError(what: string, limit: number, option: string): FairleadError {
  return failure('limit', `The ${what} is over ${limit} (${option})`, { blame: 'peer' });
}

/** An error item or a Gopher+ error. */
export function serverError(server: ServerWords, peer: Peer): FairleadError {
  return failure('server', `The Gopher server answered: ${server.message.slice(0, SHOWN)}`, {
    server,
    peer,
  });
}
