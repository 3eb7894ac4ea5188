// The Worker whose object keeps the sessions of `mooring.test.ts`, in the isolate of the tests: brokers are in its memory.

import { DurableObject } from 'cloudflare:workers';
import { type MooringObject, mooring, type SessionAnswer, type SessionRequest } from '@fairlead/mooring';
import { seat } from '../src/mooring/index.ts';
import { Broker } from './broker.ts';

/** By host name. */
export const brokers = new Map<string, Broker>();

/** An object that can be evicted: its memory and its connections are left behind, and its storage stays. */
export class Mooring extends DurableObject {
  readonly #storage = this.ctx.storage;
  #life = new Life(this.ctx, this.#storage);

  session(request: SessionRequest): Promise<SessionAnswer> {
    return this.#life.object.session(request);
  }

  evict(): void {
    this.#life.isOver = true;
    this.#life = new Life(this.ctx, this.#storage);
  }
}

/** An object from its start to its eviction. What is left of it writes and dials no more. */
class Life {
  isOver = false;
  readonly object: MooringObject;

  constructor(ctx: object, storage: object) {
    const never = new Promise<never>(() => {});
    const own = new Proxy(storage, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => (this.isOver ? never : method.apply(target, args));
      },
    });
    const Base = mooring([seat], {
      connector: async (address, options) => {
        const broker = brokers.get(address.hostname) ?? new Broker();
        return this.isOver ? never : broker.connector(address, options);
      },
    });
    // The platform's class takes no other context.
    this.object = new Base(Object.defineProperty(ctx, 'storage', { value: own, configurable: true }), {});
  }
}

export default {};
