// As whom a connection registers. It refuses what no line can carry, and sends nothing.

import { usage } from '../../errors.ts';
import { checkText, checkWord } from '../../wire/encode.ts';

/** Who registers. */
export interface RegistrationOptions {
  readonly nick: string;
  /** Nicks for where the first is taken. Default: the nick with one, two, three underscores. */
  readonly altNicks?: readonly string[] | undefined;
  /** The user name that servers show before the host. Default: the nick. */
  readonly username?: string | undefined;
  /** Default: the nick. */
  readonly realname?: string | undefined;
  /** The server's password, sent as PASS; that of an account goes into `sasl`. */
  readonly password?: string | undefined;
  /** Whether the connection is given up where the login by SASL does not succeed. Default true. */
  readonly saslRequired?: boolean | undefined;
  /** Lets `password`, or a SASL mechanism that sends it as it is, out without TLS. Default false. */
  readonly allowCleartext?: boolean | undefined;
  /** Further capabilities to ask for where they are offered; `-name` leaves one out. */
  readonly capabilities?: readonly string[] | undefined;
}

/** @throws FairleadError `usage` for a nick, name or password that no line can carry. */
export function checkRegistrationOptions({
  nick,
  altNicks = [],
  username,
  realname = '',
  password,
}: RegistrationOptions): void {
  for (const name of [nick, ...altNicks]) checkWord(name, 'A nick');
  if (username !== undefined) checkWord(username, 'The user name');
  checkText(realname, 'The real name');
  if (password !== undefined && checkText(password, 'The password') === '')
    throw usage('The password is empty');
}
