// What the bearer of a token may do. It answers and refuses; it reads no header.
import { HttpProblem } from '../problems/http-problem.ts';
import { CALLER_CHOSEN, covers, formatScope, type Scope } from './scope.ts';

/** The scopes of the token that came with the request. */
export class Access {
  /** The token's name from `FAIRLEAD_TOKENS`, for logs. */
  readonly name: string;
  readonly #scopes: readonly Scope[];

  constructor(name: string, scopes: readonly Scope[]) {
    this.name = name;
    this.#scopes = scopes;
  }

  /**
   * Whether the token allows an action.
   * @param connection A named connection, or undefined for an address that the caller chose.
   */
  allows(protocol: string, action: string, connection: string | undefined): boolean {
    const needed = { protocol, action, connection: connection ?? CALLER_CHOSEN };
    return this.#scopes.some((held) => covers(held, needed));
  }

  /**
   * Refuses what the token does not allow; parameters as `allows`.
   * @throws HttpProblem 403 that names the scope needed.
   */
  require(protocol: string, action: string, connection: string | undefined): void {
    if (this.allows(protocol, action, connection)) return;
    const needs = formatScope({ protocol, action, connection: connection ?? CALLER_CHOSEN });
    throw new HttpProblem('forbidden', `The token "${this.name}" lacks the scope ${needs}.`, { needs });
  }
}
