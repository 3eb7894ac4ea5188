// The errors of the start-up, with a way out in each message. Of the server's bytes they repeat only the names of mechanisms.
import { decodeUtf8Lossy, type ReceiveBuffer } from '@fairlead/bytes';
import { type Blame, FairleadError } from '@fairlead/errors';
import { failure } from '../../errors.ts';

/** As libpq has it. */
const MAX_OLD_ERROR_BYTES = 30_000;

/** Methods that are not supported, by the number or the name that the server gives them. */
const REFUSED: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [2, 'Kerberos V5'],
  [7, 'GSSAPI'],
  [9, 'SSPI'],
  [
    'SCRAM-SHA-256-PLUS',
    'SCRAM-SHA-256-PLUS alone (channel binding; it needs connector: overTls() of @fairlead/tls)',
  ],
  ['OAUTHBEARER', 'OAUTHBEARER (an OAuth token)'],
]);

/** Nothing but the start-up was sent, so nothing can have had an effect. */
export function authError(text: string, blame?: Blame): FairleadError {
  return failure('auth', text, { blame });
}

/** The error of a server that asks for a proof which is not bound to the TLS connection, where that is required. */
export function unbound(what: string): FairleadError {
  return authError(`channel_binding=require, and the server asks for ${what}; nothing was sent.`);
}

/** The error of a method that is not supported. @param number As AuthenticationRequest has it. */
export function refusedNumber(number: number): FairleadError {
  return refused(REFUSED.get(number) ?? `number ${number}`);
}

/** The error of SASL mechanisms none of which is supported, or none without a password. */
export function refusedSasl(mechanisms: readonly string[]): FairleadError {
  const known = mechanisms.length === 1 ? REFUSED.get(mechanisms[0]) : undefined;
  return refused(known ?? `SASL ${mechanisms.join(', ').slice(0, 200)}`);
}

function refused(what: string): FairleadError {
  return authError(
    `The server asks for an authentication method that is not supported here: ${what}. ` +
      'Let pg_hba.conf offer this user scram-sha-256.',
  );
}

/**
 * An error in the form of protocol 2, which has no length: a text up to a NUL. A server that cannot start a process for
 * the connection answers so, and so do several proxies.
 * @returns `undefined` when the rest of it has to come.
 * @throws FairleadError `server` with the text; its SQLSTATE is not known.
 */
export function oldError(buffer: ReceiveBuffer): undefined {
  const { bytes, start, end } = buffer;
  const nul = bytes.subarray(start, end).indexOf(0);
  if (nul < 0 && end - start < MAX_OLD_ERROR_BYTES) return undefined;
  const message = decodeUtf8Lossy(bytes.subarray(start + 1, nul < 0 ? end : start + nul)).trim();
  throw failure('server', `Postgres: ${message}`, { server: { code: '', message } });
}

/** A message that does not belong where it came. */
export function outOfTurn(what: string): FairleadError {
  return new FairleadError('protocol', `The server broke the Postgres start-up: ${what}. Is it Postgres?`);
}
