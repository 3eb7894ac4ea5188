// What users import: connects, and sends commands over one connection with one set of call options.
import { limitOf, passwordOf, remainingMs, stackAtCaller } from '@fairlead/client';
import { FairleadError, isFairleadError, usage } from '@fairlead/errors';
import { connect as connectTransport, type Transport } from '@fairlead/transport';
import { type Commands, defineCommands } from './commands/methods.ts';
import { blockingTimeOf } from './commands/send-rules.ts';
import { Connection } from './connection/connection.ts';
import { protocolError } from './errors.ts';
import { type Multi, MultiBase } from './multi-step/transaction.ts';
import {
  type CallOptions,
  checkCallOptions,
  type Limits,
  type RedisOptions,
  resolveOptions,
} from './options/options.ts';
import type { Arg, Key, Reply, ServerInfo } from './types.ts';
import type { ReplyShape } from './wire/reply-shapes.ts';

/** One connection to Redis with its typed commands. `T` is how strings come back. */
export type RedisClient<T = string> = ClientBase<T> & Commands<T>;

/**
 * Connects. It resolves when TCP (and TLS) stand: the login goes out in one write with the first command, whose
 * reply so comes after a single round trip. A refused login rejects that command with code `auth`; to check the
 * login by itself, await `client.ready()`.
 *
 * @param target `redis[s]://user:password@host:port/database`, or options.
 * @param options Win over the URL.
 * @throws FairleadError `usage` for a malformed target, and what the connector throws: `connect_failed`,
 *   `connect_timeout`, `tls_failed`, `aborted`, `policy`.
 */
export async function connect(
  target: string | URL | RedisOptions,
  options?: RedisOptions,
): Promise<RedisClient> {
  return open(resolveOptions(target, options), false);
}

async function open(settings: RedisOptions, dedicated: boolean): Promise<RedisClient> {
  const { connector = connectTransport, hostname = 'localhost', port = 6379, signal } = settings;
  const tls = settings.tls ? 'implicit' : 'off';
  // One limit for all: what the password takes, the dialling has less.
  const limit = limitOf({ signal, timeoutMs: settings.connectTimeoutMs }, 10_000, 'connectTimeoutMs');
  let password: string | undefined;
  let transport: Transport;
  try {
    password = await passwordOf(settings.password, limit);
    const connectTimeoutMs = remainingMs(limit);
    transport = await connector({ hostname, port }, { tls, signal, connectTimeoutMs });
  } catch (error) {
    throw stackAtCaller(error);
  }
  const connection = new Connection(transport, { ...settings, password });
  return new ClientBase(connection, settings, dedicated, {}) as unknown as RedisClient;
}

/**
 * The part of a client that is not typed commands. Commands from anywhere may share a connection: they are
 * pipelined, and replies matched in order.
 */
export class ClientBase<T> implements AsyncDisposable {
  /** For this package's own functions (`subscribe`, `tracking`). */
  readonly connection: Connection;
  readonly #settings: RedisOptions;
  readonly #dedicated: boolean;
  readonly #options: Limits;

  constructor(connection: Connection, settings: RedisOptions, dedicated: boolean, options: Limits) {
    this.connection = connection;
    this.#settings = settings;
    this.#dedicated = dedicated;
    this.#options = options;
  }

  /** What the server is; `undefined` until the first reply. */
  get server(): ServerInfo | undefined {
    return this.connection.session.server;
  }

  /** Settles when the connection has ended, whichever way. Never rejects. */
  get closed(): Promise<void> {
    return this.connection.closed;
  }

  /** For this package's own functions: what calls of this client are given. */
  get options(): CallOptions {
    return this.#options;
  }

  /**
   * The same connection with other call options: `client.with({ as: 'bytes', timeoutMs: 500 }).get('k')`.
   * What is not given stays as it is.
   * @throws FairleadError `usage`.
   */
  with(options: CallOptions & { readonly as: 'bytes' }): RedisClient<Uint8Array>;
  with(options: CallOptions & { readonly as: 'text' }): RedisClient<string>;
  with(options: CallOptions): RedisClient<T>;
  with(options: CallOptions): unknown {
    checkCallOptions(options);
    const merged = { ...this.#options, ...options };
    return new ClientBase(this.connection, this.#settings, this.#dedicated, merged);
  }

  /** For this package's own functions: a client whose calls, all together, have the time that one call has. */
  inOneTime(): ClientBase<T> {
    const { timeoutMs = this.connection.timeoutMs, at = Date.now() + timeoutMs } = this.#options;
    return new ClientBase(this.connection, this.#settings, this.#dedicated, { ...this.#options, at });
  }

  /**
   * Sends any command. What is sent within one tick leaves in one write.
   * @param args The command's name and its arguments; they are copied before this returns.
   * @returns The reply as it came.
   * @throws FairleadError `server` (an error reply; the connection lives on), `usage` (an argument that is none,
   *   a command with a way of its own, a blocking command on a shared connection), `timeout`, `aborted`,
   *   `connection_lost`, `closed`, `auth`, `protocol`, `limit`.
   */
  send(...args: Arg[]): Promise<Reply> {
    let options = this.#options;
    try {
      const blockMs = blockingTimeOf(args, this.#dedicated);
      if (blockMs > 0 && options.timeoutMs === undefined) {
        // Its deadline lies behind the time that it may block.
        options = { ...options, timeoutMs: this.connection.timeoutMs + blockMs };
        if (blockMs === Number.POSITIVE_INFINITY && options.signal === undefined) {
          throw usage('A command that blocks without an end needs a signal or timeoutMs');
        }
      }
    } catch (error) {
      return Promise.reject(error);
    }
    return this.connection.submit([args], options) as Promise<Reply>;
  }

  /** Sends a command that needs no check, and gives its reply a shape. */
  run(command: Arg[], shape?: ReplyShape): Promise<unknown> {
    return this.connection.submit([command], this.#options, shape);
  }

  /** Rejects with what the arguments of a typed command have wrong. */
  refuse(mistake: unknown): Promise<never> {
    return Promise.reject(mistake);
  }

  /**
   * Logs in now, without a command of one's own.
   * @throws FairleadError `auth` where the server refuses the login, and what a connection throws.
   */
  async ready(): Promise<ServerInfo> {
    try {
      await this.run(['PING']);
    } catch (error) {
      if (!isFairleadError(error)) throw error;
      // What left has no effect beyond the connection.
      throw new FairleadError(error.code, error.message, { ...error, safeToRetry: true });
    }
    const { server } = this;
    if (server === undefined) throw protocolError('no answer to the login');
    return server;
  }

  /**
   * Begins a transaction: commands that run one after the other with nothing in between.
   * @throws FairleadError `usage` for options that are none.
   */
  multi(options: CallOptions = {}): Multi {
    checkCallOptions(options);
    return new MultiBase(this.connection, { ...this.#options, ...options }) as unknown as Multi;
  }

  /**
   * A transaction that depends on what it reads. On a connection of its own: watches `keys`, calls `body` with that
   * connection, and closes it. A transaction in `body` returns `null` from `exec()` if a key has changed meanwhile.
   */
  async watch<R>(keys: readonly Key[], body: (client: RedisClient) => Promise<R>): Promise<R> {
    if (!Array.isArray(keys) || typeof body !== 'function') {
      throw usage('watch() needs an array of keys and a function');
    }
    const own = await this.dedicated();
    // Not `await using`: what bundlers make of it weighs more than this.
    try {
      await own.send('WATCH', ...keys);
      return await body(own);
    } finally {
      await own.close();
    }
  }

  /**
   * Opens another connection with the same options, for one caller alone: there, blocking commands are allowed
   * (BLPOP, XREAD BLOCK, WAIT, ...), and WATCH. Close it. An abort or a timeout while the server waits closes it too.
   */
  dedicated(): Promise<RedisClient> {
    return open(this.#settings, true);
  }

  /** Refuses new commands, waits for the replies that are owed (each has its deadline), and closes. Never rejects. */
  close(): Promise<void> {
    return this.connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

defineCommands(ClientBase.prototype);
