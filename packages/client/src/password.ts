// A password, or the function that gives it: tokens that rotate are asked for at each login. It keeps none.
import { FairleadError, usage } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import { type CallLimit, remainingMs } from './time/call-limit.ts';
import { abortedBy } from './time/watch-call.ts';

/** A password or access token, or a function that is asked for it at each login. */
export type Password = string | (() => string | Promise<string>);

/**
 * The password for a login that begins now.
 * @param limit The login's: a function that does not answer within it is waited for no longer.
 * @returns Undefined where there is none.
 * @throws FairleadError `usage` (it is no text), `auth` with blame `local` (the function failed; its error is the cause),
 *   `connect_timeout`, `aborted`. Always safe to retry: the server has not been told anything.
 */
export async function passwordOf(
  password: Password | undefined,
  limit: CallLimit,
): Promise<string | undefined> {
  if (password === undefined || typeof password === 'string') return password;
  if (typeof password !== 'function') throw noText();
  const outcome = await bounded(ask(password), remainingMs(limit), limit.signal);
  if (outcome.kind === 'aborted' && limit.signal) throw abortedBy('login', limit.signal, true);
  if (outcome.kind === 'failed') {
    const options = { blame: 'local', cause: outcome.error, safeToRetry: true } as const;
    throw new FairleadError('auth', 'The function that gives the password failed.', options);
  }
  if (outcome.kind !== 'done') {
    const message = `The function that gives the password did not answer within ${limit.timeoutMs} ms.`;
    throw new FairleadError('connect_timeout', message, { blame: 'local', safeToRetry: true });
  }
  if (typeof outcome.value !== 'string') throw noText();
  return outcome.value;
}

/** A function that throws at once counts as one whose promise rejects. */
async function ask(password: () => string | Promise<string>): Promise<string> {
  return password();
}

function noText(): FairleadError {
  return usage('password is a text, or a function that gives one');
}
