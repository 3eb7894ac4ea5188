// The public client: turns calls into commands of one registered connection. It dials nothing.
import { checkInboxOptions, type Inbox } from '@fairlead/client';
import { FairleadError, usage } from '@fairlead/errors';
import type { Connection } from './connection/connection.ts';
import type { EventsOptions } from './connection/event-queues.ts';
import type { CallOptions, RequestOptions } from './options/connect-options.ts';
import type { ChannelTracker } from './session/channels/channel-tracker.ts';
import type { Isupport } from './session/channels/isupport.ts';
import type { Answer } from './session/outgoing/pending-requests.ts';
import type { Session } from './session/session.ts';
import { keepSts } from './sts/sts-store.ts';
import { type SayOptions, type Sent, sendText } from './text/send-text.ts';
import type { Channel, IrcEvent, ServerInfo, Tags, User } from './types.ts';
import { checkObject, checkTarget, checkText, checkWord } from './wire/argument-checks.ts';
import { formatMessage } from './wire/encode.ts';

const OPTIONS = 'The options';

/**
 * One registered connection. Its events are an async iterable.
 * @example
 * ```ts
 * import { connect } from '@fairlead/irc';
 *
 * await using irc = await connect('ircs://bot@irc.example.net/#deploys');
 * for await (const event of irc) {
 *   if (event.type === 'message' && !event.self) console.log(event.from.nick, event.text);
 * }
 * ```
 */
export class IrcClient implements AsyncDisposable, AsyncIterable<IrcEvent> {
  readonly #connection: Connection;

  /** @param connection A registered one; `connect` makes it. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get #session(): Session {
    return this.#connection.session;
  }

  get #tracker(): ChannelTracker {
    return this.#session.self.tracker;
  }

  /** This client's nick. It differs from the option `nick` if that one was taken, or the server changed it. */
  get nick(): string {
    return this.#session.self.nick;
  }

  /** The account that this client is logged in to. */
  get account(): string | undefined {
    return this.#session.self.account;
  }

  /** The server's name, software and network. */
  get server(): ServerInfo {
    return this.#session.server;
  }

  /** What the server supports (numeric 005). */
  get isupport(): Isupport {
    return this.#session.isupport;
  }

  /** The enabled capabilities. */
  get capabilities(): ReadonlySet<string> {
    return this.#session.registration.capabilities.enabled;
  }

  /** How long the server took to answer the last PING, in milliseconds. One is sent every `pingIntervalMs`. */
  get lagMs(): number | undefined {
    return this.#session.keepAlive.lagMs;
  }

  /** How many events were dropped from the client's own queue because no loop took them. */
  get droppedEvents(): number {
    return this.#connection.events.main.dropped;
  }

  /** How many lines of the server were skipped because they are no messages. */
  get skippedLines(): number {
    return this.#session.skippedLines;
  }

  /** The channels that this client is in, by folded name. */
  get channels(): ReadonlyMap<string, Channel> {
    return this.#tracker.channels;
  }

  /** A channel that this client is in. @throws FairleadError `usage`. */
  channel(name: string): Channel | undefined {
    return this.#tracker.channel(checkText(name, 'The name'));
  }

  /** A user who shares a channel with this client. @throws FairleadError `usage`. */
  user(nick: string): User | undefined {
    return this.#tracker.user(checkText(nick, 'The nick'));
  }

  /** Whether the server takes two nicks, or two channels, for the same (CASEMAPPING). @throws FairleadError `usage`. */
  sameName(one: string, other: string): boolean {
    return this.#tracker.same(checkText(one, 'A name'), checkText(other, 'A name'));
  }

  /**
   * A further loop over the events, independent of `for await (const event of client)` and of other loops: it has a queue
   * of its own, and gets all events from this call on. Leaving the loop ends it.
   * @throws FairleadError `usage`; the loop ends with the connection's failure.
   * @example
   * ```ts
   * for await (const event of irc.events({ maxQueued: 100, overflow: 'drop-oldest' })) {
   *   if (event.type === 'join') console.log(event.channel, event.from.nick);
   * }
   * ```
   */
  events(options: EventsOptions = {}): Inbox<IrcEvent> {
    checkInboxOptions(options, ['error', 'wait', 'drop-oldest', 'drop-newest']);
    const { maxQueued, overflow } = options;
    return this.#connection.events.open({ maxQueued, overflow });
  }

  /**
   * Sends any command and awaits its answer: all messages that carry its label, or without labels all that come before
   * the answer to a PING behind it.
   * @throws FairleadError `server` (an ERR numeric or FAIL; `server.code` is `'404'`), `usage`, `limit`, `timeout`,
   *   `aborted`, `connection_lost`, `closed`.
   * @example
   * ```ts
   * const { messages } = await irc.request('WHOWAS', ['alice']);
   * ```
   */
  async request(
    command: string,
    params: readonly string[] = [],
    options: RequestOptions = {},
  ): Promise<Answer> {
    const { tags = {} } = checkObject(options, OPTIONS);
    return this.#connection.request({ command, params, tags }, options);
  }

  /**
   * Queues any command. Its answer, if there is one, comes as events.
   * @throws FairleadError `usage`, `limit`, `closed`.
   * @example
   * ```ts
   * irc.send('TAGMSG', ['#deploys'], { '+typing': 'active' });
   * ```
   */
  send(command: string, params: readonly string[] = [], tags: Tags = {}): void {
    this.#connection.send({ command, params, tags });
  }

  /**
   * Joins a channel.
   * @throws FairleadError as `request`: `'473'` for a channel by invitation, `'475'` for a wrong key.
   * @example
   * ```ts
   * const { members, topic } = await irc.join('#ops', { key: 'secret' });
   * ```
   */
  async join(
    channel: string,
    options: CallOptions & { readonly key?: string | undefined } = {},
  ): Promise<Channel> {
    const { key } = checkObject(options, OPTIONS);
    const params = [checkTarget(channel, 'The channel')];
    // JOIN 0 would leave all channels (RFC 2812 section 3.2.1).
    if (!this.isupport.isChannel(channel))
      throw usage('The channel’s name must begin with one of the server’s CHANTYPES');
    if (key !== undefined) params.push(checkTarget(key, 'The key'));
    await this.request('JOIN', params, options);
    const joined = this.channel(channel);
    if (joined === undefined)
      throw new FairleadError('server', 'The server did not let the client into the channel');
    return joined;
  }

  /**
   * Leaves a channel.
   * @throws FairleadError as `request`: `'442'` if this client is not in it.
   * @example
   * ```ts
   * await irc.part('#deploys', 'Done for today');
   * ```
   */
  async part(channel: string, reason?: string, options: CallOptions = {}): Promise<void> {
    const params = [checkTarget(channel, 'The channel')];
    await this.request('PART', reason === undefined ? params : [...params, reason], options);
  }

  /**
   * Sends a text to a channel or a nick. A long text is sent in as many messages as it needs, one after the other.
   * @returns The pieces, once the server has taken or echoed them.
   * @throws FairleadError as `request`: `'404'` if the channel does not take it.
   * @example
   * ```ts
   * const [sent] = await irc.say('#deploys', 'Version 12 is live');
   * await irc.say('#deploys', 'Two lines\nin two messages', { lines: 'split' });
   * ```
   */
  async say(target: string, text: string, options: SayOptions = {}): Promise<Sent[]> {
    return sendText(this.#connection, 'privmsg', target, text, options);
  }

  /**
   * Sends a text as NOTICE, which no program answers; otherwise as `say`.
   * @throws FairleadError as `say`.
   * @example
   * ```ts
   * await irc.notice('alice', 'Your build has failed');
   * ```
   */
  async notice(target: string, text: string, options: SayOptions = {}): Promise<Sent[]> {
    return sendText(this.#connection, 'notice', target, text, options);
  }

  /**
   * Sends a text as CTCP ACTION (`/me`); otherwise as `say`.
   * @throws FairleadError as `say`.
   * @example
   * ```ts
   * await irc.action('#deploys', 'waves');
   * ```
   */
  async action(target: string, text: string, options: SayOptions = {}): Promise<Sent[]> {
    return sendText(this.#connection, 'action', target, text, options);
  }

  /**
   * Changes this client's nick.
   * @throws FairleadError as `request`: `'433'` if it is taken.
   * @example
   * ```ts
   * await irc.setNick('deploybot');
   * ```
   */
  async setNick(nick: string, options: CallOptions = {}): Promise<void> {
    await this.request('NICK', [checkWord(nick, 'The nick')], options);
  }

  /**
   * Sets a channel's topic.
   * @throws FairleadError as `request`: `'482'` if only operators may.
   * @example
   * ```ts
   * await irc.setTopic('#deploys', 'Version 12 is live');
   * ```
   */
  async setTopic(channel: string, topic: string, options: CallOptions = {}): Promise<void> {
    await this.request('TOPIC', [checkTarget(channel, 'The channel'), topic], options);
  }

  /** Sends QUIT and closes the connection. Loops get their queued events, and then end. Never rejects. */
  async close(reason = ''): Promise<void> {
    // The time of a demand for TLS counts from the connection's end (sts, "Rescheduling expiry on disconnect").
    await keepSts(this.#connection.settings, this.#connection.sts).catch(() => {});
    let line = 'QUIT';
    try {
      line = formatMessage({ command: 'QUIT', params: reason === '' ? [] : [reason] });
    } catch {
      // A reason that no line can carry is left out.
    }
    await this.#connection.close(line);
  }

  /** The client's own queue of events, for one loop at a time. A later loop goes on where the last one was left. */
  [Symbol.asyncIterator](): AsyncIterableIterator<IrcEvent, undefined> {
    return this.#connection.events.main;
  }

  /** Closes, as `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
