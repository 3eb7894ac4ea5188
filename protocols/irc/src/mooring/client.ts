// A caller's side of a session: calls go to the object that keeps it, and events come from there in batches.
import { limitOf, remainingMs, stackAtCaller } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { type SessionClient, SessionReader } from '@fairlead/mooring';
import type { CallOptions, RequestOptions } from '../options/connect-options.ts';
import type { Answer } from '../session/outgoing/pending-requests.ts';
import type { SayOptions, Sent } from '../text/send-text.ts';
import type { Tags } from '../types.ts';
import type { IrcGreeting, MooredClient, MooredEvent, MooredEvents, PlainChannel } from './types.ts';

const DONE = { done: true, value: undefined } as const;

/** A session, by its object. */
export class SessionIrcClient implements MooredClient {
  readonly greeting: IrcGreeting;
  readonly #session: SessionClient;
  readonly #reader: string;
  readonly #timeoutMs: number;
  readonly #loops = new Set<EventLoop>();
  #isClosed = false;

  constructor(session: SessionClient, greeting: IrcGreeting, reader: string, timeoutMs: number) {
    this.#session = session;
    this.greeting = greeting;
    this.#reader = reader;
    this.#timeoutMs = timeoutMs;
  }

  say(target: string, text: string, options: SayOptions = {}): Promise<readonly Sent[]> {
    return this.#say('say', target, text, options);
  }

  notice(target: string, text: string, options: SayOptions = {}): Promise<readonly Sent[]> {
    return this.#say('notice', target, text, options);
  }

  action(target: string, text: string, options: SayOptions = {}): Promise<readonly Sent[]> {
    return this.#say('action', target, text, options);
  }

  #say(name: string, target: string, text: string, options: SayOptions): Promise<readonly Sent[]> {
    const { lines, tags } = options;
    return this.#call<readonly Sent[]>(name, [target, text, { lines, tags }], options);
  }

  join(
    channel: string,
    options: CallOptions & { readonly key?: string | undefined } = {},
  ): Promise<PlainChannel> {
    return this.#call<PlainChannel>('join', [channel, options.key], options);
  }

  part(channel: string, reason?: string, options: CallOptions = {}): Promise<void> {
    return this.#call<void>('part', [channel, reason], options);
  }

  setNick(nick: string, options: CallOptions = {}): Promise<void> {
    return this.#call<void>('setNick', [nick], options);
  }

  setTopic(channel: string, topic: string, options: CallOptions = {}): Promise<void> {
    return this.#call<void>('setTopic', [channel, topic], options);
  }

  channel(name: string, options: CallOptions = {}): Promise<PlainChannel | undefined> {
    return this.#call<PlainChannel | undefined>('channel', [name], options);
  }

  request(command: string, params: readonly string[] = [], options: RequestOptions = {}): Promise<Answer> {
    return this.#call<Answer>('request', [command, params, { tags: options.tags }], options);
  }

  send(command: string, params: readonly string[] = [], tags: Tags = {}): Promise<void> {
    return this.#call<void>('send', [command, params, tags], {});
  }

  async #call<T>(name: string, args: readonly unknown[], options: CallOptions): Promise<T> {
    try {
      return (await this.#ask({ op: 'call', name, args }, options)) as T;
    } catch (error) {
      throw stackAtCaller(error);
    }
  }

  async #ask(ask: Parameters<SessionClient['ask']>[0], options: CallOptions): Promise<unknown> {
    if (this.#isClosed) throw new FairleadError('closed', 'The session was left by this side.');
    const limit = limitOf(options, this.#timeoutMs);
    return this.#session.ask(ask, { timeoutMs: remainingMs(limit), signal: limit.signal });
  }

  events({ reader = this.#reader }: { readonly reader?: string | undefined } = {}): MooredEvents {
    const key = { key: reader };
    // `connect` has opened its own reader.
    const isOpen = reader === this.#reader;
    const open = async (): Promise<void> => {
      if (!isOpen) await this.#ask({ op: 'open', reader: key }, {});
    };
    const loop = new EventLoop(new SessionReader(this.#session, key), open, () => this.#loops.delete(loop));
    this.#loops.add(loop);
    return loop;
  }

  [Symbol.asyncIterator](): MooredEvents {
    return this.events();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#loops].map((loop) => loop.return()));
    this.#loops.clear();
  }

  async leave(): Promise<void> {
    await this.#ask({ op: 'leave', reader: { key: this.#reader } }, {});
    await this.close();
  }

  async end(): Promise<void> {
    await this.#ask({ op: 'end' }, {});
    await this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** One loop over a reader's events. An event that was handed out is read, as with the client itself. */
class EventLoop implements MooredEvents {
  readonly #events: SessionReader;
  readonly #open: () => Promise<unknown>;
  readonly #left: () => void;
  #isOpen = false;

  /** @param open Called before the first event. @param left Called when the loop is left. */
  constructor(events: SessionReader, open: () => Promise<unknown>, left: () => void) {
    this.#events = events;
    this.#open = open;
    this.#left = left;
  }

  get lost(): number {
    return this.#events.lost;
  }

  async next(): Promise<IteratorResult<MooredEvent, undefined>> {
    // A reader that the session does not know yet gets the events from now on.
    if (!this.#isOpen) await this.#open();
    this.#isOpen = true;
    const next = await this.#events.next();
    if (next === undefined) return DONE;
    this.#events.confirm(next.sequence);
    return { done: false, value: next.event as MooredEvent };
  }

  async return(): Promise<IteratorResult<MooredEvent, undefined>> {
    this.#left();
    await this.#events.close();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
