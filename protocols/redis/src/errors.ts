// Redis errors in the house's one error class. It words and classifies; it throws nothing.
import { type ErrorCode, FairleadError } from '@fairlead/errors';

/**
 * An error reply: code `server`, its first word in `server.code`, its whole text in `server.message`.
 * A text that begins with no upper-case word (a Lua script may send one) has the code `ERR`.
 */
export function serverError(text: string): FairleadError {
  const code = /^[A-Z][A-Z0-9_]*(?= |$)/.exec(text)?.[0] ?? 'ERR';
  return new FairleadError('server', `Redis answered: ${text}`, { server: { code, message: text } });
}

/** Whether the server refuses who is asking, rather than what is asked. */
export function isAuthRefusal({ server }: FairleadError): boolean {
  return /^(WRONGPASS|NO(AUTH|PERM)|DENIED)$/.test(server?.code ?? '');
}

/** The answer to a login that failed: `auth` where the server refuses who is asking, else the error as it is. */
export function loginError(cause: FairleadError, step: unknown): FairleadError {
  const { server } = cause;
  const code = step === 'AUTH' || isAuthRefusal(cause) ? 'auth' : 'server';
  return new FairleadError(code, `Redis refused ${step}: ${server?.message}`, { server, cause });
}

/** The same failure for another command of the connection, with its own `safeToRetry`. */
export function sameFailure(cause: FairleadError, code: ErrorCode, sent: boolean): FairleadError {
  const why = sent ? 'unanswered' : 'not sent';
  return new FairleadError(code, `${cause.message} (${why})`, {
    // With it its blame, peer and server.
    ...cause,
    cause,
    safeToRetry: !sent,
  });
}

/** A mistake of the caller's. */
export function usage(message: string): FairleadError {
  return new FairleadError('usage', message);
}

/** A breach of RESP by the server. */
export function protocolError(message: string): FairleadError {
  return new FairleadError('protocol', `Redis protocol: ${message}`);
}

/** A reply over its cap `maxReply...`. */
export function limitError(cap: 'Bytes' | 'Values' | 'Depth', limit: number): FairleadError {
  return new FairleadError('limit', `A reply is over maxReply${cap}: ${limit}`, { blame: 'peer' });
}
