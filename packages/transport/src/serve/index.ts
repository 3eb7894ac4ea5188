// `@fairlead/transport/serve`: an inbound socket of a Worker becomes a `Transport`. It speaks no protocol, and no TLS: the
// platform has none for inbound sockets.
import { FairleadError, type Peer } from '@fairlead/errors';
import { formatAddress } from '../address.ts';
import { createTransport } from '../core/core.ts';
import { bounded, checkTimeMs } from '../deadline.ts';
import { type PlatformSocket, SocketChannel } from '../sockets/socket-channel.ts';
import type { Address, Transport } from '../types.ts';

/** How long the platform may take to say who connects. */
const OPEN_TIMEOUT_MS = 10_000;
const DEFAULT_IDLE_TIMEOUT_MS = 60_000;
/** How long a handler may go on behind the end of its connection. */
const HANDLER_GRACE_MS = 5_000;

/** What the platform says of an inbound connection. */
export interface InboundInfo {
  /** What the client dialled, such as `db.internal:5432`: through a service binding, the address that its caller gave. */
  readonly localAddress?: string | undefined;
}

/** What a Worker does with one connection, from its first byte to its last. */
export type Handler<Env = unknown, Ctx = unknown> = (
  transport: Transport,
  env: Env,
  ctx: Ctx,
  info: InboundInfo,
) => Promise<void>;

/** The platform's handler of inbound sockets: a Worker exports it as `connect`. */
export type ConnectHandler<Env = unknown, Ctx = unknown> = (
  socket: PlatformSocket,
  env: Env,
  ctx: Ctx,
) => Promise<void>;

/** Options of `serve`. */
export interface ServeOptions {
  /**
   * How long one read may wait for the client's bytes, and one write for the client to take them, in milliseconds above 0;
   * `Infinity` for no limit. The time in which the handler works itself does not count. Default 60,000.
   */
  readonly idleTimeoutMs?: number | undefined;
  /** How long a connection may last, in milliseconds above 0. Default `Infinity`. */
  readonly totalTimeoutMs?: number | undefined;
  /**
   * Whether the handler may go on writing when the client has ended its direction, as the clients of one-shot protocols do.
   * Default false.
   */
  readonly allowHalfOpen?: boolean | undefined;
  /**
   * Told once for each connection that ended with an error: the handler's own, or the connection's. Default: `console.error`
   * with the error, but for what clients do every day: they leave (`connection_lost`) or fall silent (`timeout`).
   */
  readonly onError?: ((error: unknown, peer: Peer) => void) | undefined;
}

/**
 * The `connect` handler of a Worker: each inbound connection as a `Transport`. The socket lives as long as the handler's promise:
 * await everything in it. When it resolves, the transport is flushed and closed; when it rejects, it is destroyed.
 * @throws FairleadError `usage` for a time that is none.
 * @example
 * ```ts
 * import { serve } from '@fairlead/transport/serve';
 *
 * export default {
 *   connect: serve(async (transport) => {
 *     for (let bytes = await transport.read(); bytes !== undefined; bytes = await transport.read()) {
 *       await transport.write(bytes.slice());
 *     }
 *   }),
 * };
 * ```
 */
export function serve<Env = unknown, Ctx = unknown>(
  handler: Handler<Env, Ctx>,
  options: ServeOptions = {},
): ConnectHandler<Env, Ctx> {
  const { idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS, totalTimeoutMs = Number.POSITIVE_INFINITY } = options;
  checkTimeMs('idleTimeoutMs', idleTimeoutMs);
  checkTimeMs('totalTimeoutMs', totalTimeoutMs);
  const { onError: tell = logError, allowHalfOpen } = options;
  return async (socket, env, ctx) => {
    const opened = await bounded(socket.opened, OPEN_TIMEOUT_MS);
    // The client has left before the platform could say who it is.
    if (opened.kind !== 'done') return;
    const { remoteAddress, localAddress } = (opened.value ?? {}) as Readonly<
      Record<string, string | undefined>
    >;
    const channel = new InboundChannel(socket, idleTimeoutMs);
    const transport = createTransport(channel, addressOf(remoteAddress), { allowHalfOpen });
    const work = Promise.resolve().then(() => handler(transport, env, ctx, { localAddress }));
    const outcome = await bounded(work, totalTimeoutMs);
    if (outcome.kind === 'done') return transport.close();
    const error =
      outcome.kind === 'failed' ? outcome.error : tooLong(transport.peer, `lasted ${totalTimeoutMs} ms`);
    transport.destroy(error instanceof Error ? error : new Error(String(error)));
    tell(error, transport.peer);
    await bounded(Promise.all([transport.closed, work.catch(noop)]), HANDLER_GRACE_MS);
  };
}

const noop = (): void => {};

/** The client's address. Callers of a service binding have none. */
function addressOf(remoteAddress = ''): Address {
  const [, hostname = 'unknown', port = '0'] = /^\[?(.*?)\]?:(\d{1,5})$/.exec(remoteAddress) ?? [];
  return { hostname, port: Number(port) };
}

/** What clients do every day is no news. */
function logError(error: unknown): void {
  const code = error instanceof FairleadError ? error.code : undefined;
  if (code !== 'connection_lost' && code !== 'timeout') console.error(error);
}

function tooLong(peer: Peer, what: string): FairleadError {
  return new FairleadError('timeout', `The connection from ${formatAddress(peer)} ${what}.`, {
    blame: 'peer',
    peer,
  });
}

/** Ends a connection whose client neither sends nor takes. */
class InboundChannel extends SocketChannel {
  readonly #idleTimeoutMs: number;

  constructor(socket: PlatformSocket, idleTimeoutMs: number) {
    super(socket);
    this.#idleTimeoutMs = idleTimeoutMs;
  }

  override read(atLeast: number, into?: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#inTime(super.read(atLeast, into), 'sent nothing');
  }

  override write(bytes: Uint8Array): Promise<void> {
    return this.#inTime(super.write(bytes), 'took nothing');
  }

  async #inTime<T>(work: Promise<T>, what: string): Promise<T> {
    const outcome = await bounded(work, this.#idleTimeoutMs);
    if (outcome.kind === 'done') return outcome.value;
    if (outcome.kind === 'failed') throw outcome.error;
    const message = `The client ${what} for ${this.#idleTimeoutMs} ms.`;
    throw new FairleadError('timeout', message, { blame: 'peer' });
  }
}
