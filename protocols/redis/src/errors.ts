// The errors of this package as FairleadErrors. It words and classifies them; it throws nothing.
import { errorWith, FairleadError } from '@fairlead/errors';

/** How much of a server's text a message repeats; all of it stands in `server.message`. */
const MAX_QUOTED = 2_000;

/**
 * An error reply: code `server`, its first word in `server.code`, its whole text in `server.message`.
 * A text that begins with no upper-case word (a Lua script may send one) has the code `ERR`.
 */
export function serverError(text: string): FairleadError {
  const code = /^[A-Z][A-Z0-9_]*(?= |$)/.exec(text)?.[0] ?? 'ERR';
  return new FairleadError('server', `Redis answered: ${quoted(text)}`, { server: { code, message: text } });
}

function quoted(text: string): string {
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}...` : text;
}

/** Whether the server refuses the user, and not the command. */
export function isAuthRefusal({ server }: FairleadError): boolean {
  return /^(WRONGPASS|NO(AUTH|PERM)|DENIED)$/.test(server?.code ?? '');
}

/** The error of a login that failed: `auth` where the server refuses the user, else `server`. */
export function loginError(cause: FairleadError, step: unknown): FairleadError {
  const { server } = cause;
  const code = step === 'AUTH' || isAuthRefusal(cause) ? 'auth' : 'server';
  return new FairleadError(code, `Redis refused ${step}: ${quoted(server?.message ?? '')}`, {
    server,
    cause,
  });
}

/** What a server that has no room sends on a connection that it does not read from. */
const NO_ROOM = 'ERR max number of clients reached';

/**
 * The failure of a connection whose server said why it closes, in an error that answers no command.
 * @param cause The server's error.
 */
export function goodbye({ server }: FairleadError): FairleadError {
  return new FairleadError(
    'connection_lost',
    `Redis ended the connection: ${quoted(server?.message ?? '')}`,
    {
      blame: 'peer',
      server,
      safeToRetry: server?.message === NO_ROOM,
    },
  );
}

/** The error of a command, or of a transaction: Redis runs nothing of one that it answers with EXECABORT. */
export function discarded(first: FairleadError | undefined, last: FairleadError): FairleadError {
  if (first === undefined || last.server?.code !== 'EXECABORT') return first ?? last;
  return errorWith(first, { safeToRetry: true });
}

/**
 * The connection's failure as a separate error for one command, with its own `safeToRetry`.
 * @param culprit The other command, if `cause` is the error of one that was given up when it had been sent.
 */
export function sameFailure(cause: FairleadError, culprit: object | undefined, sent: boolean): FairleadError {
  const safeToRetry = !sent || cause.safeToRetry;
  const why = culprit ? 'The connection was ended for another command: ' : '';
  const message = `${why}${cause.message} (${safeToRetry ? 'not sent' : 'unanswered'})`;
  const code = culprit ? 'connection_lost' : cause.code;
  return errorWith(cause, { code, message, cause, safeToRetry });
}

/** The error of a command that was refused before any of it was sent. */
export function refused(reason: FairleadError): FairleadError {
  return reason.safeToRetry ? reason : sameFailure(reason, undefined, false);
}

/** The error of a reply or a message that is not UTF-8: the command has run. */
export function notText(what: string, way: string): FairleadError {
  return new FairleadError('usage', `${what} is not UTF-8: ${way} with { as: 'bytes' }`);
}

/** A breach of RESP by the server. */
export function protocolError(message: string): FairleadError {
  return new FairleadError('protocol', `Redis protocol: ${message}`);
}

/** A reply over its cap `maxReply...`. */
export function limitError(cap: 'Bytes' | 'Values' | 'Depth', limit: number): FairleadError {
  return new FairleadError('limit', `A reply is over maxReply${cap}: ${limit}`, { blame: 'peer' });
}
