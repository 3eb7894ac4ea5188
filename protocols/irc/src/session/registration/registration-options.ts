// Which user a connection registers as. It refuses names and passwords that no IRC line can carry.
import { usage } from '@fairlead/errors';
import { checkText, checkWord } from '../../wire/argument-checks.ts';

/** The options of a registration, with passwords that are known. */
export interface RegistrationOptions {
  /** The nick to register with. */
  readonly nick: string;
  /** Nicks to try if the first is taken (numerics 432, 433, 436, 437). Default: the nick with one, two, three underscores. */
  readonly altNicks?: readonly string[] | undefined;
  /** The user name that servers show before the host (`nick!ident@host`). Default: the nick. */
  readonly ident?: string | undefined;
  /** The real name that WHOIS shows. Default: the nick. */
  readonly realname?: string | undefined;
  /** The server's password, sent as PASS. The password of an account is the option `password`. */
  readonly serverPassword?: string | undefined;
  /** Whether `connect` fails if the login by SASL does not succeed. Default true. */
  readonly saslRequired?: boolean | undefined;
  /** Whether passwords may be sent without TLS. Default false: SCRAM, which sends none, is the only login without TLS. */
  readonly allowCleartext?: boolean | undefined;
  /** Capabilities to request in addition, if the server offers them; `-name` leaves one out. */
  readonly capabilities?: readonly string[] | undefined;
}

/** Checks names and passwords. @throws FairleadError `usage` if no line can carry one of them. */
export function checkRegistrationOptions(options: RegistrationOptions): void {
  const { nick, altNicks = [], ident, realname = '', serverPassword } = options;
  for (const name of [nick, ...altNicks]) checkWord(name, 'A nick');
  if (ident !== undefined) checkWord(ident, 'The ident');
  checkText(realname, 'The real name');
  if (serverPassword !== undefined && checkText(serverPassword, 'The server password') === '')
    throw usage('The server password is empty');
}
