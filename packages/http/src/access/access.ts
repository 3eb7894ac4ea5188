// What the bearer of a token may do. It answers and refuses; it reads no header.
import { HttpProblem } from '../problems/http-problem.ts';
import type { RateSettings } from './rate-window.ts';
import { CALLER_CHOSEN, covers, formatScope, type Scope } from './scope.ts';

/** The second part of a scope; of several, each suffices. */
export type Action = string | readonly [string, ...string[]];

/** What narrows a token beside its scopes. What is absent does not narrow it. */
export interface AccessLimits {
  /** `Date.now()` from which on the token is refused. */
  readonly expiresAt?: number | undefined;
  /** The origins of web pages that may use the token. Callers that send no `Origin` may, too. */
  readonly origins?: readonly string[] | undefined;
  /** Rows of any result, streamed or not; the operator's `maxRows` holds for documents as well. */
  readonly maxRows?: number | undefined;
  readonly rate?: RateSettings | undefined;
}

/** The scopes of the token that came with the request. */
export class Access {
  /** The token's name from `FAIRLEAD_TOKENS`, for logs; of a JWT `jwt:` and its subject. */
  readonly name: string;
  readonly limits: AccessLimits;
  readonly #scopes: readonly Scope[];

  constructor(name: string, scopes: readonly Scope[], limits: AccessLimits = {}) {
    this.name = name;
    this.limits = limits;
    this.#scopes = scopes;
  }

  /** The scopes as text, each in three parts. */
  get scopes(): readonly string[] {
    return this.#scopes.map(formatScope);
  }

  /**
   * Whether the token allows an action.
   * @param connection A named connection, or undefined for an address that the caller chose.
   */
  allows(protocol: string, action: string, connection: string | undefined): boolean {
    const needed = { protocol, action, connection: connection ?? CALLER_CHOSEN };
    return this.#scopes.some((held) => covers(held, needed));
  }

  /** Whether the token allows any action of a protocol on a named connection. */
  reaches(protocol: string, connection: string): boolean {
    return this.#scopes.some((held) => covers(held, { protocol, action: held.action, connection }));
  }

  /**
   * Refuses what the token does not allow; parameters as `allows`, and one of several actions suffices.
   * @throws HttpProblem 403 that names the scope needed: the first action's.
   */
  require(protocol: string, action: Action, connection: string | undefined): void {
    const actions = typeof action === 'string' ? ([action] as const) : action;
    if (actions.some((each) => this.allows(protocol, each, connection))) return;
    const needs = formatScope({ protocol, action: actions[0], connection: connection ?? CALLER_CHOSEN });
    throw new HttpProblem('forbidden', `The token "${this.name}" lacks the scope ${needs}.`, { needs });
  }
}
