// An attempt to connect, which can be given up, and whose socket is waited for. It knows no statement.
import type { Connector, FairleadError } from '@fairlead/transport';
import type { ConnectOptions } from '../../options/connect-options.ts';
import type { Target } from '../../options/target.ts';
import type { SessionOwner } from '../../session/session.ts';
import type { Lane } from '../../statements/exchange.ts';
import { type LoggedIn, logIn } from './login.ts';

const DEFAULT_MAX_ROW_BYTES = 67_108_864;

/** What an attempt tells its connection. */
export interface OpeningOwner extends SessionOwner, Lane {
  /** Statements may be sent. @returns Whether the connection is still wanted. */
  opened(open: LoggedIn): boolean;
  failed(error: unknown): void;
}

/** One attempt. */
export class Opening {
  readonly #attempt = new AbortController();
  /** Settles when the attempt has ended, whatever became of it, and let go of what it does not hand over. */
  readonly ended: Promise<void>;
  #reason: FairleadError | undefined;

  constructor(target: Target, connector: Connector, { limits }: ConnectOptions, owner: OpeningOwner) {
    const maxRowBytes = limits?.maxRowBytes ?? DEFAULT_MAX_ROW_BYTES;
    const { signal } = this.#attempt;
    this.ended = logIn(target, { connector, owner, maxRowBytes, signal })
      .then((open) => this.#handOver(open, owner))
      .catch((error: unknown) => owner.failed(error));
  }

  async #handOver(open: LoggedIn, owner: OpeningOwner): Promise<void> {
    if (owner.opened(open)) return;
    if (this.#reason !== undefined) open.transport.destroy(this.#reason);
    await open.transport.closed;
  }

  /** Ends the attempt; does nothing behind its end. */
  giveUp(reason: FairleadError): void {
    this.#reason ??= reason;
    this.#attempt.abort(reason);
  }
}
