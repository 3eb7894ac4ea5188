// The public client: connects, and sends commands over one connection with one set of call options.
import { limitOf, passwordOf, remainingMs, stackAtCaller } from '@fairlead/client';
import { errorWith, isFairleadError, usage } from '@fairlead/errors';
import { connect as connectTransport, type Transport } from '@fairlead/transport';
import { type Commands, defineCommands } from './commands/methods.ts';
import { blockingTimeOf } from './commands/send-rules.ts';
import { Connection } from './connection/connection.ts';
import { protocolError } from './errors.ts';
import { type Multi, MultiBase } from './multi-step/transaction.ts';
import { checkCallOptions, type RedisCallOptions, resolveOptions, tlsOf } from './options/options.ts';
import type { CallOptions, Key, RedisOptions } from './types.ts';
import type { Arg, Reply, ServerInfo } from './wire/messages.ts';
import type { ReplyShape } from './wire/reply-shapes.ts';

/** One connection to Redis with its typed commands. `T` is how strings come back. */
export type RedisClient<T = string> = ClientBase<T> & Commands<T>;

/**
 * Connects to a server. The promise resolves when the TCP connection (with TLS) is open: the login leaves in one write
 * with the first command, whose reply so comes after a single round trip. A refused login rejects that command with
 * `auth`; `client.ready()` checks the login alone.
 *
 * @param target `redis[s]://user:password@host:port/database`, or options.
 * @param options Win over the URL.
 * @throws FairleadError `usage` for a malformed URL or option, `auth` where the password's function fails, and the
 *   connector's errors: `connect_failed`, `connect_timeout`, `tls_failed`, `aborted`, `policy`.
 * @example
 * ```ts
 * import { connect } from '@fairlead/redis';
 *
 * await using redis = await connect('rediss://app@cache.example.com', { password: () => 'secret', timeoutMs: 2_000 });
 * await redis.set('greeting', 'hello', { ex: 60 });
 * console.log(await redis.get('greeting'));
 * ```
 */
export async function connect(
  target: string | URL | RedisOptions,
  options?: RedisOptions,
): Promise<RedisClient> {
  return open(resolveOptions(target, options), false);
}

async function open(settings: RedisOptions, dedicated: boolean): Promise<RedisClient> {
  const { connector = connectTransport, hostname = 'localhost', port = 6379, signal } = settings;
  // One limit for both: dialling has the time that the password's function has left.
  const limit = limitOf({ signal, timeoutMs: settings.connectTimeoutMs }, 10_000, 'connectTimeoutMs');
  let password: string | undefined;
  let transport: Transport;
  try {
    password = await passwordOf(settings.password, limit);
    const connectTimeoutMs = remainingMs(limit);
    transport = await connector({ hostname, port }, { ...tlsOf(settings), signal, connectTimeoutMs });
  } catch (error) {
    throw stackAtCaller(error);
  }
  const connection = new Connection(transport, { ...settings, password });
  return new ClientBase(connection, settings, dedicated, {}) as unknown as RedisClient;
}

/**
 * All methods of a client but the typed commands. Any number of callers may share one client: their commands are
 * pipelined, and replies are matched in order.
 */
export class ClientBase<T> implements AsyncDisposable {
  /** For the functions of this package (`subscribe`, `tracking`). */
  readonly connection: Connection;
  readonly #settings: RedisOptions;
  readonly #dedicated: boolean;
  readonly #options: RedisCallOptions;

  constructor(connection: Connection, settings: RedisOptions, dedicated: boolean, options: RedisCallOptions) {
    this.connection = connection;
    this.#settings = settings;
    this.#dedicated = dedicated;
    this.#options = options;
  }

  /** Name and version of the server; `undefined` until the first reply. */
  get server(): ServerInfo | undefined {
    return this.connection.session.server;
  }

  /** Settles when the connection has ended, whichever way. Never rejects. */
  get closed(): Promise<void> {
    return this.connection.closed;
  }

  /** For the functions of this package: the options of this client's calls. */
  get options(): CallOptions {
    return this.#options;
  }

  /**
   * A client on the same connection with other call options. Options that are not given stay as they are.
   * @throws FairleadError `usage` for an option of a wrong type.
   * @example
   * ```ts
   * import { connect } from '@fairlead/redis';
   *
   * await using redis = await connect('redis://localhost');
   * const image = await redis.with({ as: 'bytes', timeoutMs: 500 }).get('image'); // Uint8Array or null
   * console.log(image?.length);
   * ```
   */
  with(options: CallOptions & { readonly as: 'bytes' }): RedisClient<Uint8Array>;
  with(options: CallOptions & { readonly as: 'text' }): RedisClient<string>;
  with(options: CallOptions): RedisClient<T>;
  with(options: CallOptions): unknown {
    checkCallOptions(options);
    const merged = { ...this.#options, ...options };
    return new ClientBase(this.connection, this.#settings, this.#dedicated, merged);
  }

  /** For the functions of this package: a client whose calls have the time of one call, all together. */
  withSharedTimeout(): ClientBase<T> {
    const { timeoutMs = this.connection.timeoutMs, at = Date.now() + timeoutMs } = this.#options;
    return new ClientBase(this.connection, this.#settings, this.#dedicated, { ...this.#options, at });
  }

  /**
   * Sends any command. All commands of one tick leave in one write.
   * @param args The command's name and its arguments; they are copied before this returns.
   * @returns The reply as it came.
   * @throws FairleadError `server` (an error reply; the connection goes on), `usage` (a malformed argument, a command
   *   that has a method or function of its own, a blocking command on a shared connection), `timeout`, `aborted`,
   *   `connection_lost`, `closed`, `auth`, `protocol`, `limit`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/redis';
   *
   * await using redis = await connect('redis://localhost');
   * console.log(await redis.send('OBJECT', 'ENCODING', 'greeting'));
   * ```
   */
  send(...args: Arg[]): Promise<Reply> {
    let options = this.#options;
    try {
      const blockMs = blockingTimeOf(args, this.#dedicated);
      if (blockMs > 0 && options.timeoutMs === undefined) {
        // The reply may come after all of the time that the command may block.
        options = { ...options, timeoutMs: this.connection.timeoutMs + blockMs };
        if (blockMs === Number.POSITIVE_INFINITY && options.signal === undefined) {
          throw usage('A command that may block forever needs a signal or timeoutMs');
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
   * Logs in now, by a PING, and tells what the server is.
   * @throws FairleadError `auth` where the server refuses the login, else as `send`. Always safe to retry.
   * @example
   * ```ts
   * import { connect } from '@fairlead/redis';
   *
   * await using redis = await connect('redis://localhost');
   * const { name, version } = await redis.ready();
   * console.log(name, version);
   * ```
   */
  async ready(): Promise<ServerInfo> {
    try {
      await this.run(['PING']);
    } catch (error) {
      if (!isFairleadError(error)) throw error;
      // Login and PING change nothing but the connection.
      throw errorWith(error, { safeToRetry: true });
    }
    const { server } = this;
    if (server === undefined) throw protocolError('no answer to the login');
    return server;
  }

  /**
   * Begins a transaction: its commands run one after the other, with no other client's command in between.
   * @throws FairleadError `usage` for an option of a wrong type.
   * @example
   * ```ts
   * import { connect } from '@fairlead/redis';
   *
   * await using redis = await connect('redis://localhost');
   * const [, fields] = (await redis.multi().set('a', 1).hgetall('h').exec()) ?? [];
   * console.log(fields);
   * ```
   */
  multi(options: CallOptions = {}): Multi {
    checkCallOptions(options);
    return new MultiBase(this.connection, { ...this.#options, ...options }) as unknown as Multi;
  }

  /**
   * A transaction that depends on what it reads. Opens another connection, watches `keys` there, calls `body` with it,
   * and closes it. In `body`, `exec()` resolves to `null` if a key has changed meanwhile.
   * @returns What `body` resolves to.
   * @throws FairleadError As `connect` and `send`, and what `body` throws.
   * @example
   * ```ts
   * import { connect } from '@fairlead/redis';
   *
   * await using redis = await connect('redis://localhost');
   * const done = await redis.watch(['stock'], async (own) => {
   *   const left = Number(await own.get('stock'));
   *   return left > 0 ? own.multi().decr('stock').exec() : null;
   * });
   * console.log(done === null ? 'try again' : 'taken');
   * ```
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
   * Opens another connection with the same options, for one caller: it takes blocking commands (BLPOP, XREAD BLOCK,
   * WAIT, ...) and WATCH. The caller closes it. An abort or a timeout while the server blocks ends it, too.
   * @throws FairleadError As `connect`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/redis';
   *
   * await using redis = await connect('redis://localhost');
   * await using own = await redis.dedicated();
   * console.log(await own.send('BLPOP', 'jobs', 5));
   * ```
   */
  dedicated(): Promise<RedisClient> {
    return open(this.#settings, true);
  }

  /** Refuses new commands, waits for the replies of commands that were sent, and closes. Never rejects. */
  close(): Promise<void> {
    return this.connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

defineCommands(ClientBase.prototype);
