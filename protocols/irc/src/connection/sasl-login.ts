// Which mechanism logs in, and its answers. It lets no password out in clear, and shows why EXTERNAL cannot be.
import type { Password } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { type Credentials, type Mechanism, plain, scram } from '@fairlead/sasl';
import { inClear, usage } from '../errors.ts';
import type { SaslExchange } from '../session/registration/registration.ts';

/** A login by SASL. */
export interface SaslOptions {
  /** The account. Default: the nick. */
  readonly username?: string | undefined;
  /** A function is asked for it at each connection. */
  readonly password?: Password | undefined;
  /** Takes this mechanism alone. Default: the strongest that the server has. */
  readonly mechanism?: 'SCRAM-SHA-256' | 'PLAIN' | 'EXTERNAL' | undefined;
}

/** A login whose password is known. */
export interface SaslCredentials extends Omit<SaslOptions, 'password'> {
  readonly password?: string | undefined;
}

/** Strongest first. */
const MECHANISMS = ['SCRAM-SHA-256', 'PLAIN'];

/** The login of one connection. */
export class SaslLogin implements SaslExchange {
  readonly #credentials: Credentials;
  #left: readonly string[];
  #mechanism: Mechanism | undefined;
  #hasBegun = false;

  /** @throws FairleadError `usage`: EXTERNAL, or no password. */
  constructor({ username, password, mechanism }: SaslCredentials, nick: string) {
    if (mechanism === 'EXTERNAL') {
      throw usage('EXTERNAL needs a client certificate, and connect() can present none: use a password');
    }
    if (
      typeof password !== 'string' ||
      password === '' ||
      username?.includes('\0') ||
      password.includes('\0')
    ) {
      throw usage('SASL needs a password, and neither it nor the name may hold a NUL');
    }
    this.#credentials = { username: username ?? nick, password };
    this.#left = mechanism ? [mechanism] : MECHANISMS;
  }

  /**
   * The name of the next mechanism to try.
   * @param offered The server's list, if it has given one.
   * @throws FairleadError `auth` if there is none left.
   */
  choose(offered: readonly string[] | undefined, mayBeClear: boolean): string {
    const common = this.#left.filter((name) => offered === undefined || offered.includes(name));
    const name = common.find((one) => one !== 'PLAIN' || mayBeClear);
    if (name === undefined) {
      if (common.length > 0) throw inClear();
      const list = offered?.join(', ').slice(0, 200) || 'none';
      throw new FairleadError('auth', `The server offers no login that fits: ${list}`, { safeToRetry: true });
    }
    this.#left = this.#left.filter((one) => one !== name);
    this.#mechanism = name === 'PLAIN' ? plain(this.#credentials) : scram('SHA-256', this.#credentials);
    this.#hasBegun = false;
    return name;
  }

  /** The answer to a challenge. The first one is empty, and asks for the initial response. @throws FairleadError `auth`. */
  async answer(challenge: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#hasBegun) return this.#mechanism?.respond(challenge);
    if (challenge.length > 0) throw tooEarly('sent a challenge');
    this.#hasBegun = true;
    return this.#mechanism?.initial();
  }

  /** The server says that it has succeeded. @throws FairleadError `auth` where it has not proved itself. */
  finish(): void {
    if (!this.#hasBegun) throw tooEarly('ended the login');
    this.#mechanism?.finish();
  }
}

function tooEarly(what: string): FairleadError {
  return new FairleadError('auth', `The server ${what} before the login began`);
}
