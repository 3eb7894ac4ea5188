// One attempt to connect: it can be given up, and it has ended when its socket has. It knows no statement.
import type { Connector, FairleadError } from '@fairlead/transport';
import type { ConnectOptions } from '../../options/connect-options.ts';
import type { Target } from '../../options/target.ts';
import type { SessionOwner } from '../../session/replies.ts';
import type { ConnectionOwner } from '../owner.ts';
import { type LoggedIn, logIn } from './login.ts';

const DEFAULT_MAX_ROW_BYTES = 67_108_864;

/** One attempt to connect. */
export class ConnectionAttempt {
  readonly #controller = new AbortController();
  /** Settles when the attempt has ended, in success or failure, and has closed what it does not hand over. */
  readonly ended: Promise<void>;
  #reason: FairleadError | undefined;

  constructor(
    target: Target,
    connector: Connector,
    { limits }: ConnectOptions,
    owner: ConnectionOwner,
    events: SessionOwner,
  ) {
    const maxRowBytes = limits?.maxRowBytes ?? DEFAULT_MAX_ROW_BYTES;
    const { signal } = this.#controller;
    this.ended = logIn(target, { connector, owner: events, maxRowBytes, signal })
      .then((open) => this.#handOver(open, owner))
      .catch((error: unknown) => owner.failed(error));
  }

  async #handOver(open: LoggedIn, owner: ConnectionOwner): Promise<void> {
    if (owner.opened(open)) return;
    if (this.#reason !== undefined) open.transport.destroy(this.#reason);
    await open.transport.closed;
  }

  /** Ends the attempt; does nothing when it has ended. */
  giveUp(reason: FairleadError): void {
    this.#reason ??= reason;
    this.#controller.abort(reason);
  }
}
