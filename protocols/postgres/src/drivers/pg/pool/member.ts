// A client of a pool: how it is lent and given back, and how long it has been in use.
import type { Deadline } from '@fairlead/client';
import type { Client } from '../client.ts';
import type { PoolConfig } from './options.ts';

/** A client that a pool has lent. */
export interface PoolClient extends Client {
  /** Gives it back; with true or an error, or within an open transaction, it is closed. To be called once. */
  release(destroy?: boolean | Error): void;
}

/** A client that is given back, and whether it is to be closed. */
export interface Return {
  readonly member: Member;
  readonly destroy: boolean | Error | undefined;
}

/** One client of a pool. */
export class Member {
  readonly client: PoolClient;
  /** When it is closed for being idle. */
  idleDeadline: Deadline | undefined;
  readonly #onReturn: (outcome: Return) => void;
  readonly #since = Date.now();
  #uses = 0;

  constructor(client: Client, onReturn: (outcome: Return) => void) {
    this.client = Object.assign(client, { release: () => undefined });
    this.#onReturn = onReturn;
  }

  /** Lends it: its `release` works once from now on. */
  lend(): void {
    let isReleased = false;
    this.client.release = (destroy) => {
      if (isReleased)
        throw new Error('Release called on client which has already been released to the pool.');
      isReleased = true;
      this.#uses += 1;
      this.#onReturn({ member: this, destroy });
    };
  }

  /** Whether it has been used as often, or as long, as the options allow. */
  isWorn({ maxUses = Number.POSITIVE_INFINITY, maxLifetimeSeconds = 0 }: PoolConfig): boolean {
    const isOld = maxLifetimeSeconds > 0 && Date.now() - this.#since >= 1000 * maxLifetimeSeconds;
    return isOld || this.#uses >= maxUses;
  }
}
