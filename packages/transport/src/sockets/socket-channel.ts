// A channel over an open `Socket` of Cloudflare's runtime. It imports no socket itself.
import { FairleadError } from '@fairlead/errors';
import { bracketed, normalizeAddress } from '../address.ts';
import type { Channel, ChannelFault } from '../core/channel.ts';
import { connectTimeoutOf, withTimeLeft } from '../core/connect-timeout.ts';
import { createTransport } from '../core/core.ts';
import { type Attempt, connectAborted, connectFailed, connectTimeout, tlsFailed } from '../core/failures.ts';
import { READ_BUFFER_BYTES } from '../core/paced-reads.ts';
import { bounded, noop, type Outcome } from '../deadline.ts';
import { refuseTlsOptions } from '../tls/options.ts';
import type { Address, ConnectOptions, Transport } from '../types.ts';

/** What is used of the platform's `Socket`; spelled out, so that the types stand without the platform's. */
export interface PlatformSocket {
  readonly opened: Promise<unknown>;
  readonly closed: Promise<void>;
  /** `off`, `on` or `starttls`: what the connection is, which need not be what was asked for. */
  readonly secureTransport?: string;
  readonly readable: { getReader(options: { mode: 'byob' }): PlatformReader };
  readonly writable: { getWriter(): PlatformWriter };
  startTls(): PlatformSocket;
  close(): Promise<void>;
}

/** What a read of the platform gives; at the end of the stream, no bytes. */
export interface PlatformRead {
  readonly done: boolean;
  readonly value?: Uint8Array | undefined;
}

/** What is used of the platform's BYOB reader. */
export interface PlatformReader {
  read(view: Uint8Array): Promise<PlatformRead>;
  readAtLeast(atLeast: number, view: Uint8Array): Promise<PlatformRead>;
  cancel(reason: unknown): Promise<void>;
  releaseLock(): void;
}

/** What is used of the platform's writer. */
export interface PlatformWriter {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(reason: unknown): Promise<void>;
  releaseLock(): void;
}

/** `connect` of `cloudflare:sockets`, and of every binding that has one. IPv6 comes in brackets. */
export type PlatformConnect = (
  address: { hostname: string; port: number },
  options: { secureTransport: 'off' | 'on' | 'starttls'; allowHalfOpen: boolean },
) => PlatformSocket;

/** What differs from one way of dialling to another. */
export interface DialDetails {
  /** Why TLS commonly fails, in place of the causes on the open internet. */
  readonly tlsCauses?: string;
}

/** The platform's words for a connection that it does not upgrade. */
const NO_UPGRADE = 'startTls() is not supported on this connection';

/** Why the platform's sockets take no wishes, and what does. */
const NO_OPTIONS =
  "the platform's sockets trust public authorities, send no client certificate and choose no session. Give the client " +
  '`connector: overTls()` from @fairlead/tls';

/** The first receive buffer: short connections read no more. READ_BUFFER_BYTES follow where a read fills it or waits for more. */
const FIRST_BUFFER_BYTES = 4_096;
const NO_BUFFER = new ArrayBuffer(0);

/** How long the plain connection that tells a TLS failure from a dead address may take. */
const PROBE_TIMEOUT_MS = 2_000;

/** How long a destroyed connection may take to close before its writes are dropped. */
const ABORT_AFTER_MS = 1_000;

/**
 * Opens a transport through `dial`.
 * @throws FairleadError `usage`, `policy` (before dialling), `aborted`, `connect_timeout`, `connect_failed`, `tls_failed`.
 */
export async function openSocket(
  dial: PlatformConnect,
  to: Address,
  options: ConnectOptions = {},
  { tlsCauses }: DialDetails = {},
): Promise<Transport> {
  const address = normalizeAddress(to);
  refuseTlsOptions(options, NO_OPTIONS);
  const { tls = 'off', signal } = options;
  const timeoutMs = connectTimeoutOf(options);
  const attempt: Attempt = { address, tls, startedAt: Date.now() };
  if (signal?.aborted) throw connectAborted(attempt, signal);
  const socket = dialSocket(dial, attempt, tls === 'implicit' ? 'on' : tls, options.allowHalfOpen);
  const outcome = await bounded(socket.opened, timeoutMs, signal);
  // Hyperdrive opens a plain connection whatever it is asked for, and says so here only.
  const isPlain = tls === 'implicit' && (socket.secureTransport ?? 'on') !== 'on';
  if (outcome.kind === 'done' && !isPlain) {
    const channel = new SocketChannel(socket, tlsCauses);
    return createTransport(channel, address, withTimeLeft(options, attempt.startedAt));
  }
  discard(socket);
  if (outcome.kind === 'done') throw tlsFailed(attempt, undefined, tlsCauses);
  const failure = await explain(dial, attempt, outcome, timeoutMs, signal);
  throw failure === 'tls' ? tlsFailed(attempt, causeOf(outcome), tlsCauses) : failure;
}

function bytesOf({ value }: PlatformRead): Uint8Array | undefined {
  return value?.length === 0 ? undefined : value;
}

function causeOf(outcome: Outcome<unknown>): unknown {
  return outcome.kind === 'failed' ? outcome.error : undefined;
}

/**
 * Why no connection came about. For implicit TLS the platform has one text for a dead address and for a bad
 * certificate, so one plain connection is tried, which only the latter lets through.
 */
async function explain(
  dial: PlatformConnect,
  attempt: Attempt,
  outcome: Outcome<unknown>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Error | 'tls'> {
  if (signal !== undefined && outcome.kind === 'aborted') return connectAborted(attempt, signal);
  if (outcome.kind !== 'failed') return connectTimeout(attempt, 'connecting');
  if (attempt.tls !== 'implicit') return connectFailed(attempt, outcome.error);
  const probe = dialSocket(dial, attempt, 'off');
  const leftMs = Math.max(1, timeoutMs - (Date.now() - attempt.startedAt));
  const reached = await bounded(probe.opened, Math.min(PROBE_TIMEOUT_MS, leftMs), signal);
  discard(probe);
  if (signal !== undefined && reached.kind === 'aborted') return connectAborted(attempt, signal);
  return reached.kind === 'done' ? 'tls' : connectFailed(attempt, outcome.error);
}

/** Dials; the platform's synchronous refusals become `usage` (called outside a request) or `connect_failed`. */
function dialSocket(
  dial: PlatformConnect,
  attempt: Attempt,
  secureTransport: 'off' | 'on' | 'starttls',
  allowHalfOpen = false,
): PlatformSocket {
  const { hostname, port } = attempt.address;
  try {
    return dial({ hostname: bracketed(hostname), port }, { secureTransport, allowHalfOpen });
  } catch (error) {
    const text = textOf(error);
    if (text.includes('global scope')) {
      throw new FairleadError(
        'usage',
        'connect() outside a request: Workers allow I/O only inside a handler',
        { cause: error },
      );
    }
    throw connectFailed(attempt, error, `the runtime refused to dial: ${text}`);
  }
}

/** The platform's words. */
function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Lets go of a socket that will not be used. Its close() can hang for 20 s, so it is not awaited. */
function discard(socket: PlatformSocket): void {
  socket.closed.catch(noop);
  socket.close().catch(noop);
}

/** An open socket of the platform as a channel. */
export class SocketChannel implements Channel {
  readonly ended: Promise<void>;
  isGone = false;
  #socket: PlatformSocket;
  #reader: PlatformReader;
  #writer: PlatformWriter;
  /** The receive buffer, handed to the platform with each read and taken back with its result; none is set aside before. */
  #buffer: ArrayBufferLike = NO_BUFFER;
  /** How many bytes the latest read gave. */
  #latestBytes = 0;
  #resolveEnded: () => void = noop;
  readonly #tlsCauses: string | undefined;

  constructor(socket: PlatformSocket, tlsCauses?: string) {
    this.#socket = socket;
    this.#tlsCauses = tlsCauses;
    this.#reader = socket.readable.getReader({ mode: 'byob' });
    this.#writer = socket.writable.getWriter();
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#watch(socket);
  }

  /** Tells when `socket` has ended, unless an upgrade has replaced it by then. */
  #watch(socket: PlatformSocket): void {
    const onEnd = (): void => {
      if (this.#socket === socket) this.#resolveEnded();
    };
    socket.closed.then(onEnd, onEnd);
  }

  read(atLeast: number, into?: Uint8Array): Promise<Uint8Array | undefined> {
    if (into?.length) return this.#reader.readAtLeast(into.length, into).then(bytesOf);
    const isMuch = Math.max(atLeast, this.#latestBytes + 1) > FIRST_BUFFER_BYTES;
    const size = isMuch ? READ_BUFFER_BYTES : FIRST_BUFFER_BYTES;
    if (this.#buffer.byteLength < size) this.#buffer = new ArrayBuffer(size);
    const view = new Uint8Array(this.#buffer);
    const result = atLeast > 1 ? this.#reader.readAtLeast(atLeast, view) : this.#reader.read(view);
    return result.then(this.#onResult);
  }

  readonly #onResult = (result: PlatformRead): Uint8Array | undefined => {
    const bytes = bytesOf(result);
    if (bytes !== undefined) {
      this.#buffer = bytes.buffer;
      this.#latestBytes = bytes.length;
    }
    return bytes;
  };

  write(bytes: Uint8Array): Promise<void> {
    return this.#writer.write(bytes);
  }

  /**
   * The platform never settles `opened` when the upgrade was misused or the connection failed, so `closed`
   * races it; and it throws at once when it will not upgrade.
   */
  async startTls(): Promise<void> {
    this.#reader.releaseLock();
    this.#writer.releaseLock();
    const socket = this.#socket.startTls();
    this.#socket = socket;
    this.#watch(socket);
    this.#reader = socket.readable.getReader({ mode: 'byob' });
    this.#writer = socket.writable.getWriter();
    await Promise.race([
      socket.opened,
      socket.closed.then(() => Promise.reject(new Error('The connection ended during the TLS handshake.'))),
    ]);
  }

  /** The platform shows nothing of what it has buffered; a caller sees injected bytes in its own reads. */
  buffered(): number {
    return 0;
  }

  async finish(): Promise<void> {
    await this.#writer.close();
  }

  async close(): Promise<void> {
    await this.#socket.close();
    this.isGone = true;
  }

  /**
   * An aborted writer keeps the platform from closing the connection before the request ends: the peer would not hear
   * of it. So that comes only where closing hangs, behind writes that the peer does not take.
   */
  destroy(reason: Error): void {
    this.#reader.cancel(reason).catch(noop);
    this.#socket.close().catch(noop);
    const abort = setTimeout(() => this.#writer.abort(reason).catch(noop), ABORT_AFTER_MS);
    void this.ended.then(() => clearTimeout(abort));
  }

  classify(error: unknown): ChannelFault {
    const text = textOf(error);
    if (text.startsWith('internal error') || text.includes('TLS Handshake Failed')) return 'tls';
    return text.startsWith('Cannot perform I/O on behalf of a different') ? 'foreign' : 'lost';
  }

  explain(error: unknown): string | undefined {
    if (!textOf(error).startsWith(NO_UPGRADE)) return undefined;
    return this.#tlsCauses ?? 'this connection cannot be turned into TLS';
  }
}
