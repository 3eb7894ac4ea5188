// One open connection: sends commands and reads replies, one call at a time, each wait with a time limit.
import {
  abortedBy,
  type CallLimit,
  Deadlines,
  Gate,
  IdleTimer,
  inTurn,
  timeUp,
  watchCall,
} from '@fairlead/client';
import { errorWith, FairleadError, isFairleadError, madeInAdvance } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { protocolError, tlsFailed, wordsOf } from '../errors.ts';
import { SessionState } from '../session/states.ts';
import type { Reply } from '../types.ts';
import { ReplyDecoder } from '../wire/decode.ts';

/** Codes of errors that leave the connection usable, if no reply is owed and no transaction is under way. */
const HARMLESS: readonly string[] = ['server', 'usage', 'limit', 'auth'];

const noop = (): void => undefined;

/** One connection. After a failure it stays failed: it never reconnects. */
export class Connection {
  readonly transport: Transport;
  /** Where the SMTP session is. */
  readonly session: SessionState = new SessionState();
  readonly #decoder: ReplyDecoder = new ReplyDecoder();
  readonly #deadlines: Deadlines = new Deadlines();
  readonly #gate: Gate = new Gate();
  readonly #replyTimeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #idle: IdleTimer = new IdleTimer(() => this.#listen());
  /** The pending read of an idle connection. Once a reply is owed, its bytes belong to that reply. */
  #listening: Promise<Uint8Array | undefined> | undefined;
  /** Replies that the server owes. */
  #owed = 0;
  #failure: FairleadError | undefined;
  /** Whether the transport has ended, for whatever reason. */
  #ended = false;
  #onFailure: ((reason: FairleadError) => void) | undefined;

  /**
   * @param replyTimeoutMs The longest wait for one reply, or for the server to take more; `Infinity` for no limit.
   * @param signal The transport's, which ends it.
   */
  constructor(transport: Transport, replyTimeoutMs: number, signal: AbortSignal | undefined) {
    this.transport = transport;
    this.#signal = signal;
    this.#replyTimeoutMs = replyTimeoutMs;
    transport.closed.then(() => {
      this.#deadlines.stop();
      this.#idle.stop();
      this.#ended = true;
      // The server's last words may still be unread.
      this.#listen();
    });
  }

  /**
   * Runs `work` in its turn. An error in the middle of a command ends the connection.
   * @param noun What the call is, for messages.
   * @param limit The whole call's, the wait for its turn included.
   */
  async call<T>(noun: string, limit: CallLimit, work: () => Promise<T>): Promise<T> {
    this.#check(noun, limit);
    const watch = (stop: (reason: FairleadError) => void) => watchCall(this.#deadlines, noun, limit, stop);
    // Awaited, so that an error's stack leads through to the caller.
    return await inTurn(this.#gate, watch, () => this.#run(noun, limit, work));
  }

  async #run<T>(noun: string, limit: CallLimit, work: () => Promise<T>): Promise<T> {
    // Bytes that came while the connection was idle are handled before anything is sent.
    if (this.#listening !== undefined) await undefined;
    this.#check(noun, limit);
    const unwatch = watchCall(this.#deadlines, noun, limit, (reason) => this.destroy(reason));
    try {
      return await work();
    } catch (error) {
      throw this.#failed(error);
    } finally {
      unwatch();
      if (this.#failure === undefined) this.#idle.noteIdle();
    }
  }

  /**
   * Queues bytes that ask for `replies` replies.
   * @throws FairleadError `protocol` when the server sent a reply before the command; and the reason why the connection
   *   has ended.
   */
  send(bytes: Uint8Array, replies: number): Promise<void> {
    const ended = this.#whyEnded;
    if (ended !== undefined) throw ended;
    if (this.#owed === 0 && this.#decoder.unread) {
      throw protocolError('the server answered before it was asked');
    }
    this.#owed += replies;
    return this.transport.write(bytes);
  }

  /** The next reply that is owed, within `replyTimeoutMs`: at once where it has come with one before. */
  reply(): Reply | Promise<Reply> {
    return this.replyNow() ?? this.inTime(this.replyAtAnyTime(), 'A reply of the server');
  }

  /** The next reply, if all of it has come. @throws FairleadError `server` for 421, which ends it all. */
  replyNow(): Reply | undefined {
    const reply = this.#decoder.next();
    if (reply === undefined) return undefined;
    // RFC 5321 section 3.8: the server may say this at any time, and then closes.
    if (reply.code === 421) throw this.destroy(closing(reply));
    this.#owed--;
    return reply;
  }

  /** The next reply that is owed, however long it takes. @throws FairleadError as `replyNow`. */
  async replyAtAnyTime(): Promise<Reply> {
    for (;;) {
      const reply = this.replyNow();
      if (reply !== undefined) return reply;
      this.#decoder.keep();
      const chunk = await (this.#listening ?? this.transport.read());
      if (chunk === undefined) throw this.#lost();
      this.#decoder.push(chunk);
    }
  }

  /** Ends the connection with `timeout` when `work` takes longer than `replyTimeoutMs`. */
  async inTime<T>(work: Promise<T>, what: string): Promise<T> {
    const timeoutMs = this.#replyTimeoutMs;
    const deadline = this.#deadlines.add(timeoutMs, () => {
      this.destroy(new FairleadError('timeout', `${what} took longer than ${timeoutMs} ms`));
    });
    try {
      return await work;
    } finally {
      this.#deadlines.remove(deadline);
    }
  }

  /** Turns TLS on. @throws FairleadError `tls_failed`, also where anything came in clear behind the 220. */
  async startTls(): Promise<void> {
    if (this.#decoder.unread) {
      throw tlsFailed(
        'Bytes came in clear behind the answer to STARTTLS; they may have been injected (CVE-2011-0411)',
      );
    }
    await this.transport.startTls();
    this.#decoder.reset();
  }

  /** Calls `listener` when the connection fails: one listener at a time. @returns A function that ends this. */
  onFailure(listener: (reason: FairleadError) => void): () => void {
    this.#onFailure = listener;
    return () => {
      this.#onFailure = undefined;
    };
  }

  /**
   * Hands the transport over to another owner. This connection takes no more calls, and reads nothing.
   * @throws FairleadError `protocol` when the server has sent more than it was asked for.
   */
  release(): Transport {
    if (this.#decoder.unread) throw this.destroy(protocolError('the server answered before it was asked'));
    this.#failure = new FairleadError('closed', 'The SMTP connection was handed over', { safeToRetry: true });
    this.#idle.stop();
    return this.transport;
  }

  /** Ends everything at once; returns the reason. */
  destroy(reason: FairleadError): FairleadError {
    this.#failure ??= reason;
    this.#idle.stop();
    this.#onFailure?.(reason);
    this.transport.destroy(reason);
    return reason;
  }

  /**
   * Waits for the call under way, which ends by its own limits, and fails those behind it. Then says goodbye and closes,
   * whatever the server answers, within some three seconds. Never rejects.
   */
  async close(goodbye: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return;
    // Each call that it fails makes an error of its own.
    this.#failure = madeInAdvance(
      () => new FairleadError('closed', 'The SMTP client was closed', { safeToRetry: true }),
    );
    this.#idle.stop();
    const release = await this.#gate.hold();
    try {
      this.transport.write(goodbye).catch(noop);
      await this.transport.close();
    } finally {
      release();
    }
  }

  /** Reads while no reply is owed, so that a server's goodbye is seen before the next mail. */
  #listen(): void {
    if (this.#failure !== undefined || this.#gate.shut || this.#listening !== undefined) return;
    this.#decoder.keep();
    const listening = this.transport.read().then((chunk) => {
      this.#listening = undefined;
      if (this.#owed === 0 && this.#failure === undefined) this.#onUnasked(chunk);
      return chunk;
    });
    this.#listening = listening;
    listening.catch((error: unknown) => {
      this.#listening = undefined;
      if (this.#owed === 0 && isFairleadError(error)) this.destroy(error);
    });
  }

  /** Handles bytes that came while no reply was owed: a goodbye (RFC 5321 section 3.8), the end, or a breach of SMTP. */
  #onUnasked(chunk: Uint8Array | undefined): void {
    if (chunk === undefined) {
      this.#lost();
      return;
    }
    try {
      this.#decoder.push(chunk);
      const reply = this.#decoder.next();
      if (reply === undefined) this.#listen();
      else if (reply.code === 421) this.destroy(closing(reply));
      else this.destroy(protocolError(`the server sent ${reply.code} without being asked`));
    } catch (error) {
      this.destroy(
        isFairleadError(error) ? error : protocolError('the server sent something without being asked'),
      );
    }
  }

  get #whyEnded(): FairleadError | undefined {
    if (!this.#ended) return this.#failure;
    this.#failure ??= this.#signal?.aborted
      ? abortedBy('connection', this.#signal, true)
      : new FairleadError('connection_lost', 'The connection has ended', { safeToRetry: true });
    return this.#failure;
  }

  /** @throws FairleadError the reason why a call cannot be made now; the connection stays as it was. */
  #check(noun: string, { signal, at, timeoutMs }: CallLimit): void {
    const failure = this.#whyEnded;
    if (failure?.code === 'closed') {
      throw new FairleadError('closed', failure.message, { peer: this.transport.peer, safeToRetry: true });
    }
    if (failure !== undefined) {
      const message = `The connection has ended; connect again. The reason: ${failure.message}`;
      throw new FairleadError('connection_lost', message, {
        peer: this.transport.peer,
        cause: failure,
        server: failure.server,
        safeToRetry: true,
      });
    }
    if (signal?.aborted) throw abortedBy(noun, signal, true);
    if (at <= Date.now()) throw timeUp(noun, timeoutMs, true);
  }

  /** The call's error with `peer` and `safeToRetry`. Ends the connection unless the error leaves it usable. */
  #failed(error: unknown): FairleadError {
    const { peer } = this.transport;
    const known = isFairleadError(error)
      ? error
      : new FairleadError('connection_lost', 'The connection broke', { cause: error });
    const { code, blame } = known;
    // A refusal says that nothing was done (RFC 5321 section 4.2.1), whatever had been sent; but 421 to one recipient says
    // nothing of a message that was sent ahead to others as well. A pool that had no connection has sent nothing.
    const { state, isInDoubt } = this.session;
    const isRefusal = code === 'server' && !(isInDoubt && state === 'rcpt');
    const isUnsent = code !== 'server' && code !== 'protocol' && known.safeToRetry;
    const told = errorWith(known, { peer, safeToRetry: isRefusal || isUnsent || !isInDoubt });
    const isPeers = code === 'limit' && blame === 'peer';
    const isUsable = this.#owed === 0 && this.session.isSettled && !isPeers && HARMLESS.includes(code);
    if (!isUsable) this.destroy(told);
    return told;
  }

  #lost(): FairleadError {
    return this.destroy(
      new FairleadError('connection_lost', 'The server closed the connection instead of answering', {
        peer: this.transport.peer,
      }),
    );
  }
}

function closing(reply: Reply): FairleadError {
  const server = wordsOf(reply);
  const message = `The server is closing the connection: ${reply.code} ${server.message}`;
  return new FairleadError('server', message, { server, safeToRetry: true });
}
