// Gopher's errors in the house's one error class. It words and classifies; it throws nothing.
import { FairleadError, type Peer, type ServerWords } from '@fairlead/errors';

/** As much of the server's text as a message shows. */
const SHOWN = 200;

/** A mistake of the caller's: nothing was sent. */
export function usage(message: string): FairleadError {
  return new FairleadError('usage', message, { safeToRetry: true });
}

/** The server sends more than the caller allows. */
export function limitError(what: string, limit: number, option: string): FairleadError {
  return new FairleadError('limit', `The ${what} is over ${limit} (${option})`, { blame: 'peer' });
}

/** An error item or a Gopher+ error. */
export function serverError(server: ServerWords, peer: Peer): FairleadError {
  return new FairleadError('server', `The Gopher server answered: ${server.message.slice(0, SHOWN)}`, {
    server,
    peer,
  });
}
