// The transport's one state machine: reads, coalesced writes, upgrade, close, destroy. A `Channel` does the I/O.
import { FairleadError, type Peer } from '@fairlead/errors';
import { bounded, noop, rejected, unwatched } from '../deadline.ts';
import type { TlsSession } from '../tls/types.ts';
import type { Address, ConnectOptions, TlsMode, Transport } from '../types.ts';
import type { Channel } from './channel.ts';
import { connectTimeoutOf } from './connect-timeout.ts';
import {
  type Attempt,
  asFailure,
  bytesBeforeTls,
  closedHere,
  connectionLost,
  connectTimeout,
  foreignUse,
  openAborted,
  tlsFailed,
} from './failures.ts';
import { type Call, misuseOf } from './legal-calls.ts';
import { BYTES_PER_TURN, READ_BUFFER_BYTES, readNextTurn, skipToEnd } from './paced-reads.ts';
import { WriteQueue } from './write-queue.ts';

/** How long `close` may take to flush before it destroys. */
const CLOSE_TIMEOUT_MS = 2_000;
/** How much of that it may spend on waiting for the peer's end. */
const LINGER_TIMEOUT_MS = 1_000;

/** Dresses a connected channel as a `Transport`. For authors of connectors. */
export function createTransport(channel: Channel, address: Address, options: ConnectOptions = {}): Transport {
  return new CoreTransport(channel, address, options);
}

class CoreTransport implements Transport {
  peer: Peer;
  readonly closed: Promise<void>;
  readonly #channel: Channel;
  readonly #address: Address;
  readonly #mode: TlsMode;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  /** Whether writing goes on behind the peer's end. */
  readonly #halfOpen: boolean;
  #resolveClosed: () => void = noop;
  /** Why nothing works any more; `closed` behind a close in good order, whose error is made when a call asks for it. */
  #cause: Error | 'closed' | undefined;
  #eof = false;
  /** True while the transport is open and idle. Cached because `read` and `write` test it on every call. */
  #isOpen = true;
  #bytesThisTurn = 0;
  #reading: Promise<Uint8Array | undefined> | undefined;
  /** Something was written since bytes last arrived, so the peer may not have it yet. */
  #unanswered = false;
  #upgrading = false;
  /** Set by `closeWrite`; settles when this side's end has left behind what was written. */
  #writeEnd: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  /** TLS is on, but no byte has come through it: some platforms report a bad certificate only now. */
  #tlsUnproven: boolean;
  readonly #writes: WriteQueue;

  constructor(channel: Channel, address: Address, options: ConnectOptions) {
    this.#channel = channel;
    this.#address = address;
    this.#mode = options.tls ?? 'off';
    this.#timeoutMs = connectTimeoutOf(options);
    this.#signal = options.signal;
    this.#halfOpen = options.allowHalfOpen ?? false;
    this.#tlsUnproven = this.#mode === 'implicit' && channel.tls === undefined;
    this.peer = { hostname: address.hostname, port: address.port, tls: this.#mode === 'implicit' };
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#writes = new WriteQueue(channel, (error) => this.#onWriteError(error));
    this.#signal?.addEventListener('abort', this.#onAbort);
    void channel.ended.then(() => this.#end());
    if (this.#signal?.aborted) this.#onAbort();
  }

  get tls(): TlsSession | undefined {
    return this.peer.tls ? this.#channel.tls : undefined;
  }

  /** What every later call rejects with. */
  get #failure(): Error | undefined {
    if (this.#cause === 'closed') this.#cause = this.#closedError();
    return this.#cause;
  }

  read(atLeast = 1, into?: Uint8Array): Promise<Uint8Array | undefined> {
    if (!this.#isOpen || this.#reading !== undefined) {
      const refusal = this.#failure ?? this.#misuse('read');
      if (refusal !== undefined) return rejected(refusal);
      if (this.#eof) return Promise.resolve(undefined);
    }
    // A write that is issued before the read costs a third less per round trip than one issued behind it.
    this.#writes.flush();
    const wanted = Math.min(atLeast, READ_BUFFER_BYTES);
    const isLong = this.#bytesThisTurn >= BYTES_PER_TURN;
    if (isLong) this.#bytesThisTurn = 0;
    const next = isLong ? readNextTurn(this.#channel, wanted, into) : this.#channel.read(wanted, into);
    this.#reading = next.then(this.#onRead, this.#onReadError);
    return this.#reading;
  }

  readonly #onRead = (bytes: Uint8Array | undefined): Uint8Array | undefined => {
    if (bytes !== undefined && this.#failure === undefined) {
      this.#reading = undefined;
      this.#unanswered = false;
      this.#tlsUnproven = false;
      this.#bytesThisTurn += bytes.length;
      return bytes;
    }
    this.#endRead();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined) throw this.#closedError();
    if (this.#tlsUnproven && this.#mode === 'starttls') throw this.#fail(this.#tlsFailure(undefined));
    this.#eof = true;
    this.#isOpen = false;
    if (this.#halfOpen) return undefined;
    this.#writes.fail(this.#ended());
    this.#end();
    return undefined;
  };

  /** The read may fail now, and may have been left unawaited. Said here, since most reads succeed. */
  #endRead(): void {
    this.#reading?.catch(noop);
    this.#reading = undefined;
  }

  readonly #onReadError = (error: unknown): never => {
    this.#endRead();
    throw this.#fail(this.#lost(error));
  };

  write(bytes: Uint8Array): Promise<void> {
    if (!this.#isOpen) {
      const isOver = this.#eof && !this.#halfOpen;
      const refusal = this.#failure ?? this.#misuse('write') ?? (isOver ? this.#ended() : undefined);
      if (refusal !== undefined) return rejected(refusal);
    }
    if (bytes.length === 0) return Promise.resolve();
    this.#unanswered = true;
    return this.#writes.push(bytes);
  }

  /** Behind the end of the stream a write that fails late changes nothing: the end was told already. */
  #onWriteError(error: unknown): void {
    if (!this.#eof || this.#halfOpen) this.#fail(this.#lost(error));
  }

  closeWrite(): Promise<void> {
    const refusal = this.#failure ?? this.#misuse('closeWrite');
    if (refusal !== undefined) return rejected(refusal);
    this.#isOpen = false;
    this.#writeEnd ??= unwatched(this.#finish());
    return this.#writeEnd;
  }

  async #finish(): Promise<void> {
    if (this.#eof && !this.#halfOpen) return; // The platform has ended it already.
    await this.#writes.flushed();
    const finished = this.#channel.finish().catch((error: unknown) => this.#onWriteError(error));
    await Promise.race([finished, this.closed]);
    if (this.#failure !== undefined) throw this.#failure;
  }

  startTls(): Promise<void> {
    return unwatched(this.#startTls());
  }

  async #startTls(): Promise<void> {
    const refusal = this.#failure ?? this.#misuse('startTls');
    if (refusal !== undefined) throw refusal;
    this.#upgrading = true;
    this.#isOpen = false;
    const attempt = this.#attempt();
    const outcome = await bounded(this.#upgrade(), this.#timeoutMs);
    this.#upgrading = false;
    this.#isOpen = this.#failure === undefined && this.#closing === undefined && !this.#eof;
    if (this.#failure !== undefined) throw this.#failure;
    if (outcome.kind === 'timeout') throw this.#fail(connectTimeout(attempt, 'TLS handshake'));
    if (outcome.kind === 'failed')
      throw this.#fail(asFailure(outcome.error) ?? this.#tlsFailure(outcome.error, attempt));
    if (this.#channel.tls !== undefined) this.#tlsUnproven = false; // It can tell of the session, so it has verified it.
    this.peer = { ...this.peer, tls: true };
    this.#writes.release();
  }

  async #upgrade(): Promise<void> {
    await this.#writes.hold();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#eof)
      throw connectionLost(this.peer, undefined, false, 'The peer closed it before TLS could start');
    if (this.#channel.buffered() > 0) throw bytesBeforeTls(this.#attempt());
    this.#tlsUnproven = true;
    await Promise.race([
      this.#channel.startTls(),
      this.closed.then(() => Promise.reject(this.#failure ?? this.#tlsFailure(undefined))),
    ]);
  }

  close(): Promise<void> {
    this.#isOpen = false;
    this.#closing ??= this.#closeInTime();
    return this.#closing;
  }

  async #closeInTime(): Promise<void> {
    if (this.#failure !== undefined) return;
    const isOver = this.#eof && !this.#halfOpen;
    if (!isOver) await bounded(this.#flushAndClose(), CLOSE_TIMEOUT_MS);
    if (this.#channel.isGone && this.#cause === undefined) {
      this.#cause = 'closed';
      this.#end();
    } else this.#fail(this.#closedError());
  }

  async #flushAndClose(): Promise<void> {
    await this.#writes.flushed();
    if (this.#unanswered) await bounded(this.#linger(), LINGER_TIMEOUT_MS);
    if (this.#failure === undefined) await this.#channel.close();
  }

  /** Waits for the peer's end: closed while TLS or the kernel holds bytes, or with unread ones, a connection loses what is on its way. */
  async #linger(): Promise<void> {
    const finished = this.#writeEnd ?? this.#channel.finish();
    await Promise.all([finished, this.#eof || skipToEnd(this.#channel, this.#reading)]);
  }

  destroy(reason: Error): void {
    this.#fail(reason);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #onAbort = (): void => {
    this.#fail(openAborted(this.peer, this.#signal?.reason, this.#writes.untouched));
  };

  /** Ends the transport for good, the first reason winning; returns the reason that counts. */
  #fail(reason: Error): Error {
    if (this.#failure !== undefined) return this.#failure;
    this.#cause = reason;
    this.#isOpen = false;
    this.#writes.fail(reason);
    this.#channel.destroy(reason);
    this.#end();
    return reason;
  }

  #end(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#resolveClosed();
  }

  #misuse(call: Call): FairleadError | undefined {
    if (this.#closing !== undefined) return this.#closedError();
    const message = misuseOf(call, {
      mode: this.#mode,
      hasTls: this.peer.tls,
      isReading: this.#reading !== undefined,
      isUpgrading: this.#upgrading,
      hasClosedWrite: this.#writeEnd !== undefined,
      canHalfClose: this.#channel.halfClose !== false,
    });
    return message === undefined ? undefined : new FairleadError('usage', message, { peer: this.peer });
  }

  #attempt(): Attempt {
    return { address: this.#address, tls: this.#mode, startedAt: Date.now() };
  }

  #ended(): FairleadError {
    return connectionLost(this.peer, undefined, this.#writes.untouched, 'The peer closed it');
  }

  #closedError(): FairleadError {
    return closedHere(this.peer, this.#writes.untouched);
  }

  #tlsFailure(cause: unknown, attempt = this.#attempt()): FairleadError {
    return tlsFailed(attempt, cause, cause === undefined ? undefined : this.#channel.explain?.(cause));
  }

  #lost(error: unknown): Error {
    const known = this.#failure ?? asFailure(error) ?? (this.#closing && this.#closedError());
    if (known !== undefined) return known;
    const fault = this.#channel.classify(error);
    if (fault === 'foreign') return foreignUse(this.peer, error);
    if (this.#tlsUnproven && (this.#mode === 'starttls' || fault === 'tls')) return this.#tlsFailure(error);
    return connectionLost(this.peer, error, this.#writes.untouched);
  }
}
