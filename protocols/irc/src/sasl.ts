// Which mechanism logs in, and its answers. It lets no password out in clear, and shows why EXTERNAL cannot be.
import { FairleadError } from '@fairlead/errors';
import { type Mechanism, plain, scram } from '@fairlead/sasl';
import { usage } from './errors.ts';

/** A login by SASL. */
export interface SaslOptions {
  /** The account. Default: the nick. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Takes this mechanism alone. Default: the strongest that the server has. */
  readonly mechanism?: 'SCRAM-SHA-256' | 'PLAIN' | 'EXTERNAL' | undefined;
}

/** Strongest first. */
const MECHANISMS = ['SCRAM-SHA-256', 'PLAIN'];

/** The login of one connection. */
export class SaslLogin {
  readonly #username: string;
  readonly #password: string;
  #left: readonly string[];
  #mechanism: Mechanism | undefined;
  #hasBegun = false;

  /** @throws FairleadError `usage`: EXTERNAL, or no password. */
  constructor({ username, password, mechanism }: SaslOptions, nick: string) {
    if (mechanism === 'EXTERNAL') {
      throw usage(
        'EXTERNAL logs in with a client certificate, and the runtime’s connect() can present none: use a password',
      );
    }
    if (!password || username?.includes('\0') || password.includes('\0')) {
      throw usage('A login by SASL needs a password, and neither it nor the name may hold a NUL');
    }
    this.#username = username ?? nick;
    this.#password = password;
    this.#left = mechanism === undefined ? MECHANISMS : [mechanism];
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
      const message =
        common.length > 0
          ? 'The login would send the password in clear, and the connection has no TLS: nothing was sent'
          : `The server has no login that fits; it offers ${offered?.join(', ').slice(0, 200) || 'none'}`;
      throw new FairleadError('auth', message, { safeToRetry: true });
    }
    this.#left = this.#left.filter((one) => one !== name);
    const credentials = { username: this.#username, password: this.#password };
    this.#mechanism = name === 'PLAIN' ? plain(credentials) : scram('SHA-256', credentials);
    this.#hasBegun = false;
    return name;
  }

  /** The answer to a challenge. The first one is empty, and asks for the initial response. @throws FairleadError `auth`. */
  async answer(challenge: Uint8Array): Promise<Uint8Array> {
    const mechanism = this.#mechanism;
    if (mechanism === undefined) throw new FairleadError('auth', 'A challenge came out of turn');
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      const initial = mechanism.initial();
      if (initial !== undefined) {
        if (challenge.length > 0)
          throw new FairleadError('auth', 'The server sent a challenge before the login began');
        return initial;
      }
    }
    return mechanism.respond(challenge);
  }

  /** The server says that it has succeeded. @throws FairleadError `auth` where it has not proved itself. */
  finish(): void {
    if (this.#mechanism === undefined || !this.#hasBegun) {
      throw new FairleadError('auth', 'The server ended the login before it began');
    }
    this.#mechanism.finish();
  }
}
