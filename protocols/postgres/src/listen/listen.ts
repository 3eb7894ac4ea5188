// LISTEN and NOTIFY: the channels of one connection, and a bounded queue of notifications for each call of `listen`.
import { Inbox } from '@fairlead/client';
import type { Connection } from '../connection/connection.ts';
import { forCaller, usage } from '../errors.ts';
import type { CallOptions, Notification, NotificationStream } from '../types.ts';

/** How many notifications wait in the queue of one `listen` at most. */
const MAX_WAITING = 1000;
/** NAMEDATALEN - 1: the server refuses longer names, and would cut them elsewhere. */
const MAX_CHANNEL_BYTES = 63;

/** Runs LISTEN and UNLISTEN. */
export type Run = (text: string, options: CallOptions) => Promise<unknown>;

/** All channels that are listened to on one connection. */
export class Listeners {
  readonly #connection: Connection;
  readonly #run: Run;
  readonly #channels = new Map<string, Set<Listener>>();

  constructor(connection: Connection, run: Run) {
    this.#connection = connection;
    this.#run = run;
    connection.observe({
      onNotification: (notification) => {
        for (const listener of this.#channels.get(notification.channel) ?? []) listener.push(notification);
      },
      onEnd: (reason) => {
        for (const listener of [...this.#channels.values()].flatMap((set) => [...set])) {
          listener.end(forCaller(reason, connection.peer, false));
        }
        this.#channels.clear();
      },
    });
  }

  /** See `Client.listen`. */
  async listen(channel: string, options: CallOptions): Promise<NotificationStream> {
    const length = typeof channel === 'string' ? new TextEncoder().encode(channel).length : 0;
    if (length === 0 || length > MAX_CHANNEL_BYTES || channel.includes('\0')) {
      throw usage(`a channel's name has 1 to ${MAX_CHANNEL_BYTES} bytes, and no NUL`);
    }
    const listener = new Listener(
      { maxQueued: MAX_WAITING },
      { onLeft: () => this.#leave(channel, listener) },
    );
    const others = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, others.add(listener));
    this.#connection.listen(1);
    try {
      await this.#run(`LISTEN ${quoted(channel)}`, options);
    } catch (error) {
      this.#remove(channel, listener);
      throw error;
    }
    return listener;
  }

  #remove(channel: string, listener: Listener): boolean {
    const listeners = this.#channels.get(channel);
    if (!listeners?.delete(listener)) return false;
    this.#connection.listen(-1);
    if (listeners.size > 0) return false;
    this.#channels.delete(channel);
    return true;
  }

  /** Sends UNLISTEN when nothing else listens on the channel. */
  async #leave(channel: string, listener: Listener): Promise<void> {
    if (this.#remove(channel, listener)) {
      await this.#run(`UNLISTEN ${quoted(channel)}`, {}).catch(() => undefined);
    }
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The notifications of one call of `listen`. Who leaves gets nothing of what has come before. */
class Listener extends Inbox<Notification> implements NotificationStream {
  override return(): Promise<IteratorResult<Notification, undefined>> {
    this.clear();
    return super.return();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
