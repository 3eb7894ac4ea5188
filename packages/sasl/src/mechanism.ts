// What a mechanism is to a protocol: types, and the faults that all of them share. It writes nothing to any wire.
import { FairleadError } from '@fairlead/errors';

/** Who logs in, and with what. None of it ever stands in an error. */
export interface Credentials {
  /** The authentication identity: whose password it is. */
  readonly username: string;
  readonly password?: string | undefined;
  /** An OAuth 2.0 access token, instead of a password. */
  readonly accessToken?: string | undefined;
  /** Whom to act as, where that is not `username`. */
  readonly authorizationIdentity?: string | undefined;
}

/**
 * One authentication, from the client's side (RFC 4422). Messages are bytes as the mechanism defines them; base64 and
 * framing are the protocol's.
 */
export interface Mechanism {
  /** As servers list it: `SCRAM-SHA-256`. */
  readonly name: string;
  /** Whether what crosses the wire can be used again by whoever reads it: for TLS only. */
  readonly cleartext: boolean;
  /** The initial response, or `undefined` where the server speaks first. Call it once, first. */
  initial(): Uint8Array | undefined;
  /**
   * The answer to one challenge.
   * @throws FairleadError `auth` for a challenge that is malformed, out of turn, or not to be trusted.
   */
  respond(challenge: Uint8Array): Promise<Uint8Array>;
  /**
   * Call it when the server says that the login succeeded.
   * @param additional What the server sent with its success, if the protocol has room for that.
   * @throws FairleadError `auth` when the server has not proved what this mechanism lets it prove.
   */
  finish(additional?: Uint8Array): void;
}

const encoder = new TextEncoder();

/** UTF-8. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The answer to a challenge that should not have come. */
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
  if (password === undefined) throw new FairleadError('usage', 'The login needs a password.');
  if ([username, password, authorizationIdentity ?? ''].some((text) => text.includes('\0'))) {
    throw new FairleadError('usage', 'Neither name nor password of a login may hold a NUL.');
  }
  return password;
}

/**
 * The credentials' access token.
 * @throws FairleadError `usage` if there is none, or if it or the name holds a control character.
 */
export function tokenOf({ username, accessToken, authorizationIdentity }: Credentials): string {
  if (accessToken === undefined) throw new FairleadError('usage', 'The login needs an access token.');
  if (!/^[!-~]+$/.test(accessToken)) {
    throw new FairleadError('usage', 'An access token consists of visible ASCII characters.');
  }
  if (/\p{Cc}/u.test(`${username}${authorizationIdentity ?? ''}`)) {
    throw new FairleadError('usage', 'The name of a login by token must not hold control characters.');
  }
  return accessToken;
}
