// The interface between a SASL mechanism and a protocol, and the checks and errors that all mechanisms share.
import { FairleadError, usage } from '@fairlead/errors';

/** The account and its secret. No error ever shows them. */
export interface Credentials {
  /** The authentication identity: the account that the password belongs to. */
  readonly username: string;
  readonly password?: string | undefined;
  /** An OAuth 2.0 access token in place of a password. */
  readonly accessToken?: string | undefined;
  /** The identity to act as, where it differs from `username`. */
  readonly authorizationIdentity?: string | undefined;
}

/**
 * The client's side of one authentication (RFC 4422). Messages are bytes as the mechanism defines them; the protocol adds
 * base64 and framing.
 */
export interface Mechanism {
  /** As servers list it: `SCRAM-SHA-256`. */
  readonly name: string;
  /** Whether an eavesdropper could log in with what it reads: for connections with TLS only. */
  readonly cleartext: boolean;
  /** The initial response, or `undefined` where the server speaks first. Call it once, first. */
  initial(): Uint8Array | undefined;
  /**
   * The answer to one challenge.
   * @throws FairleadError `auth` for a challenge that is malformed, out of turn, or fails a check.
   */
  respond(challenge: Uint8Array): Promise<Uint8Array>;
  /**
   * Call it when the server says that the login succeeded.
   * @param additional The data that the server sent with its success, if the protocol has a place for it.
   * @throws FairleadError `auth` when the mechanism has the server prove that it knows the password, and it has not.
   */
  finish(additional?: Uint8Array): void;
}

const encoder = new TextEncoder();

/** UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The error of a challenge that comes when the mechanism expects none. */
export function outOfTurn(mechanism: string): FairleadError {
  return new FairleadError(
    'auth',
    `${mechanism} authentication failed: the server sent a challenge out of turn.`,
  );
}

/**
 * The credentials' password.
 * @throws FairleadError `usage` if there is none, or if it or the name holds a NUL, which ends a field on the wire.
 */
export function passwordOf({ username, password, authorizationIdentity }: Credentials): string {
  if (password === undefined) throw usage('The login needs a password.');
  if ([username, password, authorizationIdentity ?? ''].some((text) => text.includes('\0'))) {
    throw usage('Neither name nor password of a login may hold a NUL.');
  }
  return password;
}

/**
 * The credentials' access token.
 * @throws FairleadError `usage` if there is none, or if it or the name holds a control character.
 */
export function tokenOf({ username, accessToken, authorizationIdentity }: Credentials): string {
  if (accessToken === undefined) throw usage('The login needs an access token.');
  if (!/^[!-~]+$/.test(accessToken)) {
    throw usage('An access token consists of visible ASCII characters.');
  }
  if (/\p{Cc}/u.test(`${username}${authorizationIdentity ?? ''}`)) {
    throw usage('The name of a login by token must not hold control characters.');
  }
  return accessToken;
}
