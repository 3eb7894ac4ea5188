// Which way to log in is tried next. It decides by what the user has and what the server lists, and tries nothing twice.

/** What the user can log in with. */
export interface Credentials {
  /** How many keys. */
  readonly keys: number;
  readonly hasPassword: boolean;
  /** Whether a function answers the server's prompts. */
  readonly hasInteraction: boolean;
}

/** One way to log in. */
export type Attempt =
  | { readonly method: 'publickey' /** Index of the key. */; readonly key: number; readonly isAsked: boolean }
  | { readonly method: 'password' }
  | {
      readonly method: 'keyboard-interactive' /** The password answers the one hidden prompt. */;
      readonly byPassword: boolean;
    };

/** The ways that are left. */
export class LoginPlan {
  readonly #credentials: Credentials;
  #nextKey = 0;
  #passwordLeft: boolean;
  #interactionLeft: boolean;
  /** Whether the password may answer a prompt: only where the server has not weighed it yet. */
  #passwordUnused: boolean;
  #last: Attempt | undefined;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
    this.#passwordLeft = this.#passwordUnused = credentials.hasPassword;
    this.#interactionLeft = credentials.hasPassword || credentials.hasInteraction;
  }

  /** The way to begin with, before the server has listed anything: keys first, for they need no secret to be sent. */
  first(): Attempt | undefined {
    return this.#next(() => true);
  }

  /**
   * The way after a FAILURE.
   * @param methods Those that the server lists.
   * @param partial Whether the last attempt was right, and the server wants more.
   */
  afterFailure(methods: readonly string[], partial: boolean): Attempt | undefined {
    const last = this.#last?.method;
    // A server that does not list passwords has not looked at this one (RFC 4252 section 5.1).
    if (last === 'password' && (partial || methods.includes('password'))) this.#passwordUnused = false;
    return this.#next((method) => methods.includes(method));
  }

  #next(isListed: (method: Attempt['method']) => boolean): Attempt | undefined {
    this.#last = this.#choose(isListed);
    return this.#last;
  }

  #choose(isListed: (method: Attempt['method']) => boolean): Attempt | undefined {
    const { keys, hasInteraction } = this.#credentials;
    if (this.#nextKey < keys && isListed('publickey')) {
      const key = this.#nextKey++;
      return { method: 'publickey', key, isAsked: key > 0 };
    }
    if (this.#passwordLeft && isListed('password')) {
      this.#passwordLeft = false;
      return { method: 'password' };
    }
    const canAnswer = hasInteraction || this.#passwordUnused;
    if (this.#interactionLeft && canAnswer && isListed('keyboard-interactive')) {
      this.#interactionLeft = false;
      this.#passwordUnused = false;
      return { method: 'keyboard-interactive', byPassword: !hasInteraction };
    }
    return undefined;
  }
}
