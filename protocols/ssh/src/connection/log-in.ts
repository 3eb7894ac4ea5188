// Logs a user in over an encrypted link (RFC 4252, RFC 4256). It tries nothing twice and asks nothing in advance.
import { abortedBy, type CallLimit, remainingMs } from '@fairlead/client';
import { FairleadError, usage } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import { LoginExchange } from './authentication/exchange.ts';
import type { LoggedIn, LogInOptions } from './authentication/types.ts';
import type { PacketLink } from './packet-link.ts';

export type { Challenge, Prompt } from '../wire/auth-messages.ts';
export type { KeyboardInteractive, LoggedIn, LogInOptions } from './authentication/types.ts';

/**
 * Logs in. SERVICE_REQUEST and the first request go out together: with one key or a password that the server takes, the
 * login costs one round trip.
 * @throws FairleadError `auth` (the server refuses: `server.fields.methods` are those that it lists; a password has expired; a
 *   function failed), `usage`, `limit`, `protocol`, `connection_lost`, `connect_timeout`, `aborted`, and what the link has ended
 *   with. The link has then ended too.
 */
export async function logIn(link: PacketLink, options: LogInOptions): Promise<LoggedIn> {
  checkCredentials(options);
  const { limit } = options;
  const outcome = await bounded(new LoginExchange(link, options).run(), remainingMs(limit), limit.signal);
  if (outcome.kind === 'done') return outcome.value;
  if (outcome.kind === 'failed') {
    // A refusal ends in good order; whatever else went wrong may leave the link in any state.
    const { error } = outcome;
    if (error instanceof FairleadError && error.code === 'auth') void link.close();
    else link.destroy(error instanceof Error ? error : new Error('the login failed'));
    throw error;
  }
  const reason =
    outcome.kind === 'aborted' && limit.signal
      ? abortedBy('login', limit.signal, true)
      : tooLate(link, limit);
  link.destroy(reason);
  throw reason;
}

/** @throws FairleadError `usage`. */
function checkCredentials({ username, identities = [], password, keyboardInteractive }: LogInOptions): void {
  if (typeof username !== 'string' || username === '') throw usage('username is a text that is not empty');
  if (identities.length === 0 && password === undefined && keyboardInteractive === undefined) {
    throw usage(
      'Say by what the user logs in: a private key, a password, or a function for keyboard-interactive',
    );
  }
  if (keyboardInteractive !== undefined && typeof keyboardInteractive !== 'function') {
    throw usage('keyboardInteractive is a function that gives the answers');
  }
}

function tooLate({ peer }: PacketLink, { timeoutMs }: CallLimit): FairleadError {
  const message = `SSH: The login was not done within ${timeoutMs} ms.`;
  return new FairleadError('connect_timeout', message, { peer, safeToRetry: true });
}
