// The events of a watched mailbox. What is new is fetched whenever IDLE tells of a change, since servers say there only how many
// messages there are.
import { Deadlines, deferred, whenAborted } from '@fairlead/client';
import { MAX_NUMBER } from '../../names/number-set.ts';
import { idle } from '../../sync/idle.ts';
import type { ImapClient } from '../../types/client.ts';
import { plainMessage } from '../reading/message.ts';

/** The watch ends so long before the request's time, for DONE and LOGOUT. */
const LEAVE_MS = 1000;
const ITEMS = { flags: true, envelope: true, size: true, internalDate: true };

/** One event, before it is text. */
export interface WatchEvent {
  readonly event: 'open' | 'mail' | 'changed' | 'end';
  /** `<uidValidity>.<uid>`: mail up to this one has been told. */
  readonly id?: string;
  readonly data: unknown;
}

/** How to watch. */
export interface WatchOptions {
  readonly name: string;
  /** How often to ask a server without IDLE. */
  readonly pollMs: number;
  /** The last event that the caller has. */
  readonly last: { readonly uidValidity: number; readonly uid: number } | undefined;
  readonly signal: AbortSignal;
  /** `Date.now()` when the request's time is up. */
  readonly at: number;
}

/** A watch over one mailbox. */
export class Watch {
  readonly #imap: ImapClient;
  readonly #options: WatchOptions;
  readonly #until: number;
  #uidValidity = 0;
  /** The greatest UID that was told, or was there before. */
  #last = 0;

  constructor(imap: ImapClient, options: WatchOptions) {
    this.#imap = imap;
    this.#options = options;
    this.#until = options.at - Math.min(LEAVE_MS, (options.at - Date.now()) / 4);
  }

  /** The events, up to `end`. */
  async *events(): AsyncGenerator<WatchEvent, void, undefined> {
    const { capabilities } = this.#imap.server;
    const hasIdle = capabilities.has('IDLE') || capabilities.has('IMAP4REV2');
    yield* this.#open();
    while (this.#leftMs > 0) {
      const isOther = hasIdle ? await this.#idle() : await this.#poll();
      if (isOther === undefined) continue;
      yield* this.#mail();
      if (isOther) yield { event: 'changed', data: this.#counts };
    }
    yield { event: 'end', data: { ...this.#counts, reason: 'The request’s time is up' } };
  }

  get #leftMs(): number {
    return this.#until - Date.now();
  }

  get #counts() {
    return { uidValidity: this.#uidValidity, exists: this.#imap.mailbox?.exists ?? 0 };
  }

  get #id(): string {
    return `${this.#uidValidity}.${this.#last}`;
  }

  async *#open(): AsyncGenerator<WatchEvent, void, undefined> {
    const { name, last } = this.#options;
    const { uidValidity, uidNext } = await this.#imap.examine(name);
    this.#uidValidity = uidValidity;
    const isKnown = last?.uidValidity === uidValidity;
    if (isKnown) this.#last = last.uid;
    else if (uidNext !== undefined) this.#last = uidNext - 1;
    else for await (const { uid } of this.#imap.fetch({ newest: 1 }, { flags: true })) this.#last = uid;
    const isReset = last !== undefined && !isKnown;
    yield { event: 'open', id: this.#id, data: { ...this.#counts, isReset } };
    if (isKnown && uidNext !== last.uid + 1) yield* this.#mail();
  }

  /** What is new. More that comes meanwhile is asked for as well: IDLE would not tell of it. */
  async *#mail(): AsyncGenerator<WatchEvent, void, undefined> {
    for (let exists = -1; exists < this.#counts.exists && this.#last < MAX_NUMBER; ) {
      exists = this.#counts.exists;
      // A server answers with the last message where there is none behind it.
      for await (const message of this.#imap.fetch(`${this.#last + 1}:*`, ITEMS)) {
        if (message.uid <= this.#last) continue;
        this.#last = message.uid;
        yield { event: 'mail', id: this.#id, data: plainMessage(message, this.#uidValidity) };
      }
    }
  }

  /** Waits for a change. @returns Whether it is another one than new mail; undefined: none came in time. */
  async #idle(): Promise<boolean | undefined> {
    for await (const { type } of idle(this.#imap, { timeoutMs: this.#leftMs })) return type !== 'exists';
    return undefined;
  }

  async #poll(): Promise<boolean | undefined> {
    const { exists } = this.#counts;
    await pause(Math.min(this.#options.pollMs, this.#leftMs), this.#options.signal);
    if (this.#leftMs <= 0) return undefined;
    await this.#imap.noop();
    return this.#counts.exists < exists;
  }
}

/** Ends early with the signal: the next call fails then. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = deferred<void>();
  const deadlines = new Deadlines();
  deadlines.add(ms, resolve);
  const stopListening = whenAborted(signal, () => resolve());
  await promise;
  stopListening();
  deadlines.stop();
}
