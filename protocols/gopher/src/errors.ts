// Gopher's errors in the house's one error class. It words and classifies; it throws nothing.
import { FairleadError, type Peer, type ServerWords } from '@fairlead/errors';

/** As much of the server's text as a message shows. */
const SHOWN = 200;

/** A mistake of the caller's: nothing was sent. */
export function usage(message: string): FairleadError {
  return new FairleadError('usage', message, { safeToRetry: true });
}

/** A breach of Gopher+ by the server. */
export function protocolError(message: string): FairleadError {
  return new FairleadError('protocol', message);
}

/** The server sends more than the caller allows. */
export function limitError(message: string): FairleadError {
  return new FairleadError('limit', message, { blame: 'peer' });
}

/** An error item or a Gopher+ error. */
export function serverError(server: ServerWords, peer: Peer): FairleadError {
  const moved = server.fields?.url;
  const text = moved === undefined ? server.message : `The item has moved to ${moved}`;
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
  return new FairleadError('server', `The Gopher server answered: ${shown}`, { server, peer });
}

/** The connection ended where more had to come. */
export function truncated(where: string, peer?: Peer): FairleadError {
  return new FairleadError('connection_lost', `The connection ended ${where}: the answer is not whole`, {
    peer,
  });
}
