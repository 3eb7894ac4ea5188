// The channels of one session: stored with their keys, and joined again on each connection.
import type { SessionStorage } from '@fairlead/mooring';
import type { IrcClient } from '../client.ts';
import type { CallOptions } from '../options/connect-options.ts';
import type { Channel, IrcEvent } from '../types.ts';

const KEY = 'irc-channels';

/** The channels of one session, on one connection. */
export class SessionChannels {
  readonly #client: IrcClient;
  readonly #storage: SessionStorage;
  readonly #staysAfterKick: boolean;
  /** By name: the key, or the empty text. */
  readonly #channels = new Map<string, string>();
  /** Keys of channels that are being joined. */
  readonly #keys = new Map<string, string>();
  /** Whether the session is to be kept: nothing is stored of one whose first channels refuse the client. */
  #isKept = false;

  constructor(client: IrcClient, storage: SessionStorage, staysAfterKick: boolean) {
    this.#client = client;
    this.#storage = storage;
    this.#staysAfterKick = staysAfterKick;
  }

  /**
   * Joins the session's channels; on its first connection those of its options.
   * @returns Whether it is the first one.
   * @throws FairleadError on the first one, where a channel refuses the client.
   */
  async joinAll(channels: readonly string[]): Promise<boolean> {
    const stored = await this.#storage.get<Map<string, string>>(KEY);
    if (stored === undefined) {
      await Promise.all(channels.map((channel) => this.join(channel, {})));
      this.#isKept = true;
      this.#save();
      return true;
    }
    this.#isKept = true;
    for (const [channel, key] of stored) this.#channels.set(channel, key);
    // What refuses the client now is tried again on the next connection.
    await Promise.allSettled([...stored].map(([channel, key]) => this.join(channel, key ? { key } : {})));
    return false;
  }

  /** Joins a channel. @throws FairleadError as the client's `join`. */
  join(channel: string, options: CallOptions & { readonly key?: string | undefined }): Promise<Channel> {
    this.#keys.set(channel, options.key ?? '');
    return this.#client.join(channel, options).finally(() => this.#keys.delete(channel));
  }

  /** Takes note of what this client joins and leaves. */
  follow(event: IrcEvent): void {
    if (event.type === 'join' && event.self) this.#set(event.channel, this.#keyOf(event.channel));
    else if (event.type === 'part' && event.self) this.#delete(event.channel);
    else if (event.type === 'kick' && event.me && !this.#staysAfterKick) this.#delete(event.channel);
  }

  #keyOf(channel: string): string {
    for (const [name, key] of this.#keys) if (this.#client.sameName(name, channel)) return key;
    return this.#channels.get(channel) ?? '';
  }

  #set(channel: string, key: string): void {
    if (this.#channels.get(channel) === key) return;
    this.#channels.set(channel, key);
    this.#save();
  }

  #delete(channel: string): void {
    for (const name of this.#channels.keys())
      if (this.#client.sameName(name, channel)) this.#channels.delete(name);
    this.#save();
  }

  #save(): void {
    if (!this.#isKept) return;
    // The object ends by itself where its storage fails.
    void this.#storage.put({ [KEY]: this.#channels }).catch(() => undefined);
  }
}
