// The login by SASL of one connection: chooses mechanisms and answers challenges. It lets no password out in clear.
import { FairleadError } from '@fairlead/errors';
import { type Credentials, type Mechanism, plain, scram } from '@fairlead/sasl';
import { inClear } from '../errors.ts';
import type { SaslMechanism } from '../options/connect-options.ts';
import type { SaslMechanisms } from '../session/registration/sasl-exchange.ts';

/** Strongest first. */
const MECHANISMS: readonly SaslMechanism[] = ['SCRAM-SHA-256', 'PLAIN'];

/** The login of one connection. */
export class SaslLogin implements SaslMechanisms {
  readonly #credentials: Credentials;
  #untried: readonly SaslMechanism[];
  #mechanism: Mechanism | undefined;
  #hasBegun = false;

  /** @param mechanism The only one to use. Default: the strongest that the server offers. */
  constructor(username: string, password: string, mechanism?: SaslMechanism) {
    this.#credentials = { username, password };
    this.#untried = mechanism ? [mechanism] : MECHANISMS;
  }

  choose(offered: readonly string[] | undefined, mayBeClear: boolean): string {
    const common = this.#untried.filter((name) => offered === undefined || offered.includes(name));
    const name = common.find((one) => one !== 'PLAIN' || mayBeClear);
    if (name === undefined) {
      if (common.length > 0) throw inClear();
      const list = offered?.join(', ').slice(0, 200) || 'none';
      throw new FairleadError('auth', `The server offers no login that fits: ${list}`, {
        safeToRetry: true,
      });
    }
    this.#untried = this.#untried.filter((one) => one !== name);
    this.#mechanism = name === 'PLAIN' ? plain(this.#credentials) : scram('SHA-256', this.#credentials);
    this.#hasBegun = false;
    return name;
  }

  /** Answers a challenge. The first challenge is empty, and asks for the initial response. @throws FairleadError `auth`. */
  async answer(challenge: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#hasBegun) return this.#mechanism?.respond(challenge);
    if (challenge.length > 0) throw tooEarly('sent a challenge');
    this.#hasBegun = true;
    return this.#mechanism?.initial();
  }

  finish(): void {
    if (!this.#hasBegun) throw tooEarly('ended the login');
    this.#mechanism?.finish();
  }
}

function tooEarly(what: string): FairleadError {
  return new FairleadError('auth', `The server ${what} before the login began`);
}
