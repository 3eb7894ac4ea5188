// The login by SASL of one connection: chooses mechanisms and answers challenges. It lets no password out in clear.
import { FairleadError } from '@fairlead/errors';
import { type Credentials, external, type Mechanism, plain, scram } from '@fairlead/sasl';
import { inClear } from '../errors.ts';
import type { SaslMechanism, Settings } from '../options/connect-options.ts';
import type { SaslMechanisms } from '../session/registration/sasl-exchange.ts';

/** Strongest first. */
const MECHANISMS: readonly SaslMechanism[] = ['SCRAM-SHA-256', 'PLAIN'];

/** The login of one connection. */
export class SaslLogin implements SaslMechanisms {
  readonly #make: (name: string) => Mechanism;
  #untried: readonly SaslMechanism[];
  #mechanism: Mechanism | undefined;
  #hasBegun = false;

  /**
   * @param make Makes the mechanism of a name, with the credentials.
   * @param mechanism The only one to use. Default: the strongest that the server offers.
   */
  constructor(make: (name: string) => Mechanism, mechanism?: SaslMechanism) {
    this.#make = make;
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
    this.#mechanism = this.#make(name);
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

/** The login that the settings ask for; `undefined` without a password or EXTERNAL. */
export function saslLoginOf(settings: Settings): SaslLogin | undefined {
  const { password, username, nick, saslMechanism } = settings;
  // The certificate says whose account it is: a name is sent only where the caller gives one.
  if (saslMechanism === 'EXTERNAL') return new SaslLogin(() => external(username), saslMechanism);
  if (password === undefined) return undefined;
  const credentials: Credentials = { username: username ?? nick, password };
  const make = (name: string) => (name === 'PLAIN' ? plain(credentials) : scram('SHA-256', credentials));
  return new SaslLogin(make, saslMechanism);
}

function tooEarly(what: string): FairleadError {
  return new FairleadError('auth', `The server ${what} before the login began`);
}
