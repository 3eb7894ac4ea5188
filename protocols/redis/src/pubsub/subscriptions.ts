// Subscriptions to channels, and to invalidated keys, on one connection. It decodes no bytes of the wire.
import { decodeUtf8 } from '@fairlead/bytes';
import { Inbox } from '@fairlead/client';
import { FairleadError, usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { notText } from '../errors.ts';
import type { Pending } from '../session/pending-queue.ts';
import type { PushListener } from '../session/session.ts';
import type { CallOptions, Message } from '../types.ts';
import type { Arg, Reply } from '../wire/messages.ts';
import { listOf, textOf } from '../wire/reply-shapes.ts';
import type { Invalidation, SubscribeOptions, TrackingOptions } from './types.ts';

/** The three families of channels, by the letter that their commands begin with. */
export type Family = '' | 'p' | 's';

/** Kinds of pushes that RESP2 does not tell from other arrays: messages and confirmations. */
const PUSHES = /^[ps]?((un)?subscribe|message)$/;

/** The subscriptions of each connection that has any. */
const ALL = new WeakMap<Connection, Subscriptions>();

/** The subscriptions of a connection. */
export function subscriptionsOf(connection: Connection): Subscriptions {
  let subscriptions = ALL.get(connection);
  if (subscriptions === undefined) {
    subscriptions = new Subscriptions(connection);
    ALL.set(connection, subscriptions);
  }
  return subscriptions;
}

interface Subscriber {
  readonly inbox: Inbox<Message<string | Uint8Array>>;
  readonly asBytes: boolean;
}

/** All subscriptions and the tracking of one connection. */
class Subscriptions implements PushListener {
  readonly #connection: Connection;
  /** By family and channel or pattern. */
  readonly #subscribers = new Map<string, Set<Subscriber>>();
  #tracking: Inbox<Invalidation> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Subscribes to `names`; resolves once the server has confirmed it. */
  async subscribe(
    family: Family,
    names: readonly string[],
    options: SubscribeOptions,
    call: CallOptions,
  ): Promise<Inbox<Message<string | Uint8Array>>> {
    const keys = [...new Set(names)];
    const subscriber: Subscriber = {
      asBytes: options.as === 'bytes',
      inbox: new Inbox(options, { onLeft: () => this.#leave(family, keys, subscriber) }),
    };
    const added = keys.filter((name) => this.#add(family + name, subscriber));
    try {
      await this.#tell(`${family}subscribe`, added, added.length, call);
    } catch (error) {
      this.#remove(family, keys, subscriber);
      this.#listen(-added.length);
      throw error;
    }
    return subscriber.inbox;
  }

  /** Asks for invalidations. */
  async tracking(options: TrackingOptions, call: CallOptions): Promise<Inbox<Invalidation>> {
    if (this.#tracking !== undefined)
      throw usage('This connection has tracking() already: close that one first');
    const command: Arg[] = ['CLIENT', 'TRACKING', 'ON'];
    if (options.bcast) command.push('BCAST');
    for (const prefix of options.prefixes ?? []) command.push('PREFIX', prefix);
    if (options.noloop) command.push('NOLOOP');
    const onLeft = async (): Promise<void> => {
      this.#tracking = undefined;
      await this.#connection.submit([['CLIENT', 'TRACKING', 'OFF']], {});
      this.#listen(-1);
    };
    const inbox = new Inbox<Invalidation>(options, { onLeft });
    this.#tracking = inbox;
    try {
      const reply = this.#connection.submit([command], { ...call, as: 'text' });
      this.#listen(1);
      await reply;
      if (this.#connection.session.server?.protocol !== 3) {
        throw usage('tracking() needs a server that speaks RESP3 (Redis 6 or later)');
      }
    } catch (error) {
      await inbox.close();
      throw error;
    }
    return inbox;
  }

  owns(reply: Reply): boolean {
    return Array.isArray(reply) && PUSHES.test(textOf(reply[0]));
  }

  push(reply: Reply, first: Pending | undefined): boolean {
    const parts = listOf(reply);
    const kind = textOf(parts[0]);
    const confirmation = first?.confirmation;
    if (confirmation?.kind === kind) return --confirmation.left === 0;
    this.#take(kind, parts);
    return false;
  }

  end(reason: FairleadError): void {
    const error = reason.code === 'closed' ? undefined : reason;
    for (const subscribers of this.#subscribers.values()) {
      for (const { inbox } of subscribers) inbox.end(error);
    }
    this.#tracking?.end(error);
  }

  #take(kind: string, parts: readonly Reply[]): void {
    const name = textOf(parts[1]);
    if (kind === 'invalidate') {
      const keys = parts[1] === null ? undefined : listOf(parts[1]).map(textOf);
      this.#tracking?.push({ keys }, keys?.reduce((sum, key) => sum + key.length, 0) ?? 0);
    } else if (kind === 'pmessage') {
      this.#deliver(`p${name}`, textOf(parts[2]), parts[3], name);
    } else if (kind === 'message' || kind === 'smessage') {
      this.#deliver(kind.slice(0, -7) + name, name, parts[2], undefined);
    } else if (kind === 'sunsubscribe') {
      // Sharded channels leave with their slot.
      const error = new FairleadError('server', `The channel ${name} has moved to another server`);
      for (const { inbox } of this.#subscribers.get(`s${name}`) ?? []) inbox.end(error);
    }
  }

  #deliver(key: string, channel: string, payload: Reply | undefined, pattern: string | undefined): void {
    if (!(payload instanceof Uint8Array)) return;
    for (const { inbox, asBytes } of this.#subscribers.get(key) ?? []) {
      const message = asBytes ? payload : decodeUtf8(payload);
      if (message === undefined) {
        inbox.end(notText('A message', 'subscribe'));
        void inbox.close();
      } else {
        const value = pattern === undefined ? { channel, message } : { channel, message, pattern };
        inbox.push(value, payload.length);
      }
    }
  }

  /** Sends a command of the SUBSCRIBE family; resolves when every name is confirmed. */
  async #tell(
    command: string,
    names: readonly string[],
    listeners: number,
    { signal, timeoutMs }: CallOptions,
  ): Promise<void> {
    if (names.length === 0) return;
    const confirmation = { kind: command, left: names.length };
    const words = [command.toUpperCase(), ...names];
    const confirmed = this.#connection.submit([words], { signal, timeoutMs }, undefined, confirmation);
    // Before the confirmation comes: a message may follow it in the same chunk.
    this.#listen(listeners);
    await confirmed;
  }

  #listen(count: number): void {
    this.#connection.listen(this, count);
  }

  #add(key: string, subscriber: Subscriber): boolean {
    const subscribers = this.#subscribers.get(key);
    if (subscribers === undefined) this.#subscribers.set(key, new Set([subscriber]));
    else subscribers.add(subscriber);
    return subscribers === undefined;
  }

  /** @returns The names that have no subscriber left. */
  #remove(family: Family, names: readonly string[], subscriber: Subscriber): string[] {
    return names.filter((name) => {
      const subscribers = this.#subscribers.get(family + name);
      subscribers?.delete(subscriber);
      return subscribers?.size === 0 && this.#subscribers.delete(family + name);
    });
  }

  async #leave(family: Family, names: readonly string[], subscriber: Subscriber): Promise<void> {
    const left = this.#remove(family, names, subscriber);
    await this.#tell(`${family}unsubscribe`, left, 0, {});
    this.#listen(-left.length);
  }
}
