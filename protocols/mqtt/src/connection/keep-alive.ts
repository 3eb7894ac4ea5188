// Keep Alive (section 3.1.2.10): when to send PINGREQ, and when the broker counts as lost.
import type { Deadline } from '@fairlead/client';
import type { ConnectionOwner } from './connection-owner.ts';

/** What keep-alive needs of its connection. */
interface KeepAliveConnection {
  /** Sends PINGREQ. */
  ping(): void;
  /** The broker sent nothing behind two PINGREQs. */
  lost(): void;
}

/** The keep-alive of one connection. */
export class KeepAlive {
  readonly #owner: ConnectionOwner;
  readonly #connection: KeepAliveConnection;
  #deadline: Deadline | undefined;
  /** Whether packets were sent, and whether bytes came, in this half of the keep-alive time. */
  sent = false;
  heard = false;
  /** How many PINGREQs in a row had no answer. */
  silent = 0;

  constructor(owner: ConnectionOwner, connection: KeepAliveConnection) {
    this.#owner = owner;
    this.#connection = connection;
  }

  /** Sends PINGREQ every half of the keep-alive time, unless both sides have sent something meanwhile. */
  watch(halfMs: number): void {
    this.#deadline = this.#owner.deadlines.add(halfMs, () => {
      if (this.heard || !this.#owner.mayRead()) this.silent = 0;
      if (this.silent > 1) {
        this.#connection.lost();
        return;
      }
      if (!this.sent || !this.heard) {
        this.silent++;
        this.#connection.ping();
      }
      this.sent = this.heard = false;
      this.watch(halfMs);
    });
  }

  stop(): void {
    this.#owner.deadlines.remove(this.#deadline);
  }
}
