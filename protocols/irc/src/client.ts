// What users import: turns calls into commands of one registered connection. It dials nothing.
import { stackAtCaller } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Connection } from './connection/connection.ts';
import type { Inbox } from './connection/event-queue.ts';
import { changed, usage } from './errors.ts';
import type { CallOptions } from './options/connect-options.ts';
import type { ChannelTracker } from './session/channels/channel-tracker.ts';
import type { Isupport } from './session/channels/isupport.ts';
import type { Answer } from './session/pending-requests.ts';
import type { Session } from './session/session.ts';
import { keepSts } from './sts/sts-store.ts';
import type { Channel, IrcEvent, ServerInfo, Tags, User } from './types.ts';
import { checkObject, checkTarget, checkText, checkWord, formatMessage } from './wire/encode.ts';
import { splitText } from './wire/split-text.ts';

/** Options of a text. */
export interface SayOptions extends CallOptions {
  /** Client tags, such as `+reply`. */
  readonly tags?: Tags | undefined;
}

/** One piece of a text that the server has taken. */
export interface Sent {
  readonly text: string;
  /** The server's name for it (`msgid`), where it echoes messages. */
  readonly id: string | undefined;
  /** In milliseconds since 1970, where the server echoes messages. */
  readonly time: number | undefined;
}

const OPTIONS = 'The options';

/** One registered connection. Its events are an async iterable: `for await (const event of client)`. */
export class IrcClient implements AsyncDisposable, AsyncIterable<IrcEvent> {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get #session(): Session {
    return this.#connection.session;
  }

  get #tracker(): ChannelTracker {
    return this.#session.self.tracker;
  }

  /** This client's nick, which may be another one than was asked for. */
  get nick(): string {
    return this.#session.self.nick;
  }

  /** The account that it is logged in to. */
  get account(): string | undefined {
    return this.#session.self.account;
  }

  /** What the server is. */
  get server(): ServerInfo {
    return this.#session.server;
  }

  /** What the server supports (numeric 005). */
  get isupport(): Isupport {
    return this.#session.isupport;
  }

  /** The capabilities that are enabled. */
  get capabilities(): ReadonlySet<string> {
    return this.#session.registration.capabilities.enabled;
  }

  /** How long the server took to answer the last PING, in milliseconds; one leaves every `pingIntervalMs`. */
  get lagMs(): number | undefined {
    return this.#session.lagMs;
  }

  /** How many events were dropped because nobody took them. */
  get droppedEvents(): number {
    return this.#connection.inbox.dropped;
  }

  /** How many lines of the server were skipped because they are no messages. */
  get skippedLines(): number {
    return this.#session.skippedLines;
  }

  /** The channels that it is in, by folded name. */
  get channels(): ReadonlyMap<string, Channel> {
    return this.#tracker.channels;
  }

  /** A channel that it is in. */
  channel(name: string): Channel | undefined {
    return this.#tracker.channel(checkText(name, 'The name'));
  }

  /** Somebody who shares a channel with it. */
  user(nick: string): User | undefined {
    return this.#tracker.user(checkText(nick, 'The nick'));
  }

  /** Whether two nicks, or channels, are one and the same to the server. */
  sameName(one: string, other: string): boolean {
    return this.#tracker.same(checkText(one, 'A name'), checkText(other, 'A name'));
  }

  /**
   * Sends any command and awaits its answer: all messages that carry its label, or else all that came before the answer
   * to a PING behind it.
   * @throws FairleadError `server` (an ERR numeric or FAIL; `server.code` is `'404'`), `usage`, `limit`, `timeout`,
   *   `aborted`, `connection_lost`, `closed`.
   */
  async request(command: string, params: readonly string[] = [], options: SayOptions = {}): Promise<Answer> {
    const { tags = {} } = checkObject(options, OPTIONS);
    return this.#connection.request({ command, params, tags }, options);
  }

  /** Queues any command; its answer, if it has one, comes as events. @throws FairleadError `usage`, `limit`, `closed`. */
  send(command: string, params: readonly string[] = [], tags: Tags = {}): void {
    this.#connection.send({ command, params, tags });
  }

  /** Joins a channel. @throws FairleadError as `request`: `'473'` for one by invitation, `'475'` for a wrong key. */
  async join(
    channel: string,
    options: CallOptions & { readonly key?: string | undefined } = {},
  ): Promise<Channel> {
    const { key } = checkObject(options, OPTIONS);
    const params = [checkTarget(channel, 'The channel')];
    // JOIN 0 would leave all channels (RFC 2812 section 3.2.1).
    if (!this.isupport.isChannel(channel))
      throw usage('The channel’s name begins like none here (CHANTYPES)');
    if (key !== undefined) params.push(checkTarget(key, 'The key'));
    await this.request('JOIN', params, options);
    const joined = this.channel(channel);
    if (joined === undefined)
      throw new FairleadError('server', 'The server did not let the client into the channel');
    return joined;
  }

  /** Leaves a channel. @throws FairleadError as `request`. */
  async part(channel: string, reason?: string, options: CallOptions = {}): Promise<void> {
    const params = [checkTarget(channel, 'The channel')];
    await this.request('PART', reason === undefined ? params : [...params, reason], options);
  }

  /**
   * Sends a text to a channel or a nick, in as many messages as it needs; they leave one after the other.
   * @returns The pieces, once the server has taken or echoed them.
   * @throws FairleadError as `request`: `'404'` where the channel does not take it.
   */
  async say(target: string, text: string, options: SayOptions = {}): Promise<Sent[]> {
    return this.#text('PRIVMSG', target, text, options);
  }

  /** The same as a NOTICE, which no program answers. */
  async notice(target: string, text: string, options: SayOptions = {}): Promise<Sent[]> {
    return this.#text('NOTICE', target, text, options);
  }

  /** The same as CTCP ACTION: `/me`. */
  async action(target: string, text: string, options: SayOptions = {}): Promise<Sent[]> {
    return this.#text('PRIVMSG', target, text, options, 'ACTION ');
  }

  /** Takes another nick. @throws FairleadError as `request`: `'433'` where it is taken. */
  async setNick(nick: string, options: CallOptions = {}): Promise<void> {
    await this.request('NICK', [checkWord(nick, 'The nick')], options);
  }

  /** Sets a channel's topic. @throws FairleadError as `request`: `'482'` for operators only. */
  async setTopic(channel: string, topic: string, options: CallOptions = {}): Promise<void> {
    await this.request('TOPIC', [checkTarget(channel, 'The channel'), topic], options);
  }

  /** Sends QUIT, closes, and keeps no event back. Never rejects. */
  async close(reason = ''): Promise<void> {
    // The time of a demand for TLS counts from the connection's end (sts, "Rescheduling expiry on disconnect").
    await keepSts(this.#connection).catch(() => {});
    let line = 'QUIT';
    try {
      line = formatMessage({ command: 'QUIT', params: reason === '' ? [] : [reason] });
    } catch {
      // A reason that no line can carry is not worth a rejection here.
    }
    await this.#connection.close(line);
  }

  [Symbol.asyncIterator](): Inbox {
    return this.#connection.inbox;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #text(
    command: string,
    target: string,
    text: string,
    options: SayOptions,
    ctcp = '',
  ): Promise<Sent[]> {
    checkTarget(target, 'The target');
    checkText(text, 'The text');
    if (text === '') throw usage('The text is empty');
    const [before, after] = ctcp === '' ? ['', ''] : [`\x01${ctcp}`, '\x01'];
    const room = this.#session.room(command, target) - before.length - after.length;
    if (room < 4) throw usage('The target is too long');
    const pieces = splitText(text, room);
    const { maxQueuedMessages = 1000 } = this.#connection.settings;
    if (pieces.length > maxQueuedMessages) {
      const what = `The text makes ${pieces.length} messages, and ${maxQueuedMessages} may wait (maxQueuedMessages)`;
      throw new FairleadError('limit', what, { safeToRetry: true });
    }
    const send = async (piece: string): Promise<Sent> => {
      const { events } = await this.request(command, [target, before + piece + after], options);
      const echo = events.find((event) => event.type === 'message' && event.self);
      return { text: piece, id: echo?.message.tags.msgid, time: echo?.time };
    };
    return allSent(pieces.map(send));
  }
}

/** What became of all pieces of a text. @throws FairleadError the first failure, safe to retry only where no piece has left. */
async function allSent(pieces: readonly Promise<Sent>[]): Promise<Sent[]> {
  const settled = await Promise.allSettled(pieces);
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as FairleadError] : []));
  const [first] = failures;
  if (first === undefined) return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const safeToRetry = failures.length === settled.length && failures.every((error) => error.safeToRetry);
  throw stackAtCaller(first.safeToRetry === safeToRetry ? first : changed(first, { safeToRetry }));
}
