// What users import: connects, registers, and turns calls into commands. It never goes on in clear where TLS was asked for.
import { FairleadError } from '@fairlead/errors';
import { connect as connectTransport, normalizeAddress } from '@fairlead/transport';
import { Connection } from './connection.ts';
import { checkTarget, checkText, checkWord, formatMessage } from './encode.ts';
import { usage } from './errors.ts';
import type { Inbox } from './inbox.ts';
import type { Isupport } from './isupport.ts';
import type { Channel, IrcEvent, ServerInfo, Tags, User } from './messages.ts';
import { type CallOptions, type IrcOptions, resolveOptions, type Settings } from './options.ts';
import type { Answer } from './requests.ts';
import type { Roster } from './roster.ts';
import type { Session } from './session.ts';
import { splitText } from './split.ts';

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

/**
 * Connects, registers, and joins the channels that the URL or the options name.
 * @param target `irc[s]://nick:password@host:port/#channel`, or options. The password is that of the nick's account, for
 *   a login by SASL; a server's own password is the option `password`. `irc:` is without TLS.
 * @param options Win over the URL.
 * @throws FairleadError `usage`; what the connector throws (`connect_failed`, `connect_timeout`, `tls_failed`, `aborted`,
 *   `policy`); `auth` (the login was refused, is not offered, or would cross the network in clear); `server` (banned, no
 *   nick left, a channel that cannot be joined); `timeout`; `protocol`; `limit`; `connection_lost`.
 */
export async function connect(target: string | URL | IrcOptions, options?: IrcOptions): Promise<IrcClient> {
  let settings = await enforceSts(resolveOptions(target, options));
  let connection = await open(settings);
  try {
    await connection.register();
  } catch (error) {
    const port = connection.upgradePort;
    if (port === undefined) throw error;
    // The server demands TLS; nothing secret was sent so far.
    settings = { ...settings, tls: 'implicit', port };
    connection = await open(settings);
    await connection.register();
  }
  const client = new IrcClient(connection);
  try {
    await keepSts(connection);
    await Promise.all((settings.channels ?? []).map((channel) => client.join(channel)));
  } catch (error) {
    await client.close();
    throw error;
  }
  return client;
}

async function open(settings: Settings): Promise<Connection> {
  const { connector = connectTransport, hostname, tls, signal, connectTimeoutMs } = settings;
  const port = settings.port ?? (tls === 'implicit' ? 6697 : 6667);
  const transport = await connector({ hostname, port }, { tls, signal, connectTimeoutMs });
  return new Connection(transport, settings);
}

/** A policy that is kept turns a connection in clear into one by TLS. */
async function enforceSts(settings: Settings): Promise<Settings> {
  const { stsStore, hostname, tls } = settings;
  const policy = await stsStore?.get(normalizeAddress({ hostname, port: 6697 }).hostname);
  if (tls === 'implicit' || policy === undefined || policy.expiresAtMs <= Date.now()) return settings;
  return { ...settings, tls: 'implicit', port: policy.port };
}

/** Keeps what a server demands within TLS; a duration of 0 takes an older demand back. */
async function keepSts({ settings, sts }: Connection): Promise<void> {
  const { stsStore, port = 6697, tls } = settings;
  const durationS = sts?.durationS;
  if (stsStore === undefined || durationS === undefined || tls !== 'implicit') return;
  const hostname = normalizeAddress({ hostname: settings.hostname, port }).hostname;
  if (durationS === 0) await stsStore.delete(hostname);
  else await stsStore.set(hostname, { port, durationS, expiresAtMs: Date.now() + durationS * 1000 });
}

/** One registered connection. Its events are an async iterable: `for await (const event of client)`. */
export class IrcClient implements AsyncDisposable, AsyncIterable<IrcEvent> {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get #session(): Session {
    return this.#connection.session;
  }

  get #roster(): Roster {
    return this.#session.standing.roster;
  }

  /** This client's nick, which may be another one than was asked for. */
  get nick(): string {
    return this.#session.standing.nick;
  }

  /** The account that it is logged in to. */
  get account(): string | undefined {
    return this.#session.standing.account;
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
    return this.#session.login.capabilities.enabled;
  }

  /** How long the server took to answer the last PING, in milliseconds; one leaves every `pingIntervalMs`. */
  get lagMs(): number | undefined {
    return this.#session.lagMs;
  }

  /** How many events were dropped because nobody took them. */
  get droppedEvents(): number {
    return this.#connection.inbox.dropped;
  }

  /** The channels that it is in, by folded name. */
  get channels(): ReadonlyMap<string, Channel> {
    return this.#roster.channels;
  }

  /** A channel that it is in. */
  channel(name: string): Channel | undefined {
    return this.#roster.channel(name);
  }

  /** Somebody who shares a channel with it. */
  user(nick: string): User | undefined {
    return this.#roster.user(nick);
  }

  /** Whether two nicks, or channels, are one and the same to the server. */
  sameName(one: string, other: string): boolean {
    return this.#roster.same(one, other);
  }

  /**
   * Sends any command and awaits its answer: all messages that carry its label, or else all that came before the answer
   * to a PING behind it.
   * @throws FairleadError `server` (an ERR numeric or FAIL; `server.code` is `'404'`), `usage`, `limit`, `timeout`,
   *   `aborted`, `connection_lost`, `closed`.
   */
  request(command: string, params: readonly string[] = [], options: SayOptions = {}): Promise<Answer> {
    const { tags = {} } = options;
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
    const { key } = options;
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
  say(target: string, text: string, options: SayOptions = {}): Promise<Sent[]> {
    return this.#text('PRIVMSG', target, text, options);
  }

  /** The same as a NOTICE, which no program answers. */
  notice(target: string, text: string, options: SayOptions = {}): Promise<Sent[]> {
    return this.#text('NOTICE', target, text, options);
  }

  /** The same as CTCP ACTION: `/me`. */
  action(target: string, text: string, options: SayOptions = {}): Promise<Sent[]> {
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
    const send = async (piece: string): Promise<Sent> => {
      const { events } = await this.request(command, [target, before + piece + after], options);
      const echo = events.find((event) => event.type === 'message' && event.self);
      return { text: piece, id: echo?.message.tags.msgid, time: echo?.time };
    };
    return Promise.all(pieces.map(send));
  }
}
