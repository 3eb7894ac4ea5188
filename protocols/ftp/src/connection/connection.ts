// One open control connection: sends commands and reads replies, one call at a time, each wait with a time limit.
import {
  abortedBy,
  type CallLimit,
  Deadlines,
  deferred,
  firstOf,
  Gate,
  inTurn,
  timeUp,
  watchCall,
} from '@fairlead/client';
import { errorWith, FairleadError, isFairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { asFairlead, callRefused, protocolError, refusal, tlsFailed } from '../errors.ts';
import type { Settings } from '../options/connect-options.ts';
import { SessionState } from '../session/states.ts';
import type { Reply } from '../types.ts';
import { encodeLine } from '../wire/names.ts';
import { ReplyReader } from './reply-reader.ts';

const noop = (): void => undefined;

/** One command of a call. */
export interface Command {
  /** Its name, for messages. Default: the line's first word. */
  readonly what?: string;
  /** Whether it changes something at the server. Default false. */
  readonly hasEffect?: boolean;
  /** Whether it tidies up, so that it is sent for a call that was stopped, too. Default false. */
  readonly isCleanup?: boolean;
}

/** One connection. After a failure it stays failed: it never reconnects. */
export class Connection {
  readonly transport: Transport;
  readonly settings: Settings;
  /** Where the FTP session is. */
  readonly session: SessionState = new SessionState();
  /**
   * Stops what the call does at the moment, in place of the whole connection, when the call is aborted or its time is up. A
   * transfer sets it; each call and each command without a transfer begins without.
   */
  interrupt: ((reason: FairleadError) => void) | undefined;
  /** The command for a data port that this server takes, once it is known. */
  passive: 'EPSV' | 'PASV' | undefined;
  /** Why the call under way was stopped: nothing further is sent for it. */
  stopped: FairleadError | undefined;
  /** Whether the call under way may have changed something at the server. */
  hasEffect = false;
  readonly #replies: ReplyReader;
  readonly #deadlines: Deadlines = new Deadlines();
  readonly #gate: Gate = new Gate();
  #failure: FairleadError | undefined;
  /** Set by `close`: the call under way goes on, no further one begins. */
  #closed: FairleadError | undefined;
  #closing: Promise<void> | undefined;
  #onClose: ((reason: FairleadError) => void) | undefined;
  /** Whether the transport has ended, for whatever reason. */
  #hasEnded = false;

  constructor(transport: Transport, settings: Settings) {
    this.transport = transport;
    this.settings = settings;
    this.#replies = new ReplyReader(transport, settings.names, {
      mayListen: () => (this.#failure ?? this.#closed) === undefined && !this.#gate.shut,
      onEnd: (reason) => this.destroy(reason),
    });
    transport.closed.then(() => {
      this.#hasEnded = true;
      this.#restTimer();
      // The server's last words may still be unread.
      this.#replies.listen();
    });
  }

  /**
   * Runs `work` in its turn. A call that is aborted, or whose time is up, rejects at once; the turn is given back when `work`
   * has ended. An error in the middle of a command ends the connection.
   * @param noun What the call is, for messages.
   * @param limit The whole call's, the wait for its turn included.
   */
  call<T>(noun: string, limit: CallLimit, work: () => Promise<T>): Promise<T> {
    const early = deferred<T>();
    early.promise.catch(noop);
    const watch = (stop: (reason: FairleadError) => void) => watchCall(this.#deadlines, noun, limit, stop);
    const run = async (): Promise<T> => {
      try {
        this.#check(noun, limit);
        return await inTurn(this.#gate, watch, () => this.#run(noun, limit, work, early.reject));
      } finally {
        this.#restTimer();
      }
    };
    run().then(early.resolve, early.reject);
    return early.promise;
  }

  async #run<T>(
    noun: string,
    limit: CallLimit,
    work: () => Promise<T>,
    rejectEarly: (reason: FairleadError) => void,
  ): Promise<T> {
    this.hasEffect = false;
    this.stopped = undefined;
    // Bytes that came while the connection was idle are handled before anything is sent.
    if (this.#replies.isListening) await undefined;
    this.#check(noun, limit);
    const unwatch = watchCall(this.#deadlines, noun, limit, (reason) => {
      rejectEarly(this.told(reason));
      this.stopped = reason;
      if (this.interrupt === undefined) this.destroy(reason);
      else this.interrupt(reason);
    });
    try {
      return await work();
    } catch (error) {
      const told = this.told(error);
      if (told.code === 'protocol' || !this.#isUsable) this.destroy(told);
      throw told;
    } finally {
      unwatch();
      this.interrupt = this.#onClose = undefined;
      if (this.#failure === undefined) this.#replies.noteIdle();
    }
  }

  /**
   * Sends a command that uses no data connection, and reads its reply.
   * @returns A reply from 200 to 399.
   * @throws FairleadError `server` for a refusal.
   */
  async ask(
    line: string,
    { what = line.split(' ', 1)[0] ?? '', hasEffect = false, isCleanup = false }: Command = {},
  ): Promise<Reply> {
    const bytes = encodeLine(line, this.settings.names, `The argument of ${what}`);
    const before = this.hasEffect;
    if (isCleanup) this.stopped = undefined;
    // A transfer that came before is over.
    this.interrupt = undefined;
    this.send(bytes);
    this.session.move('command');
    this.hasEffect ||= hasEffect;
    const reply = await this.reply();
    if (reply.code < 200) throw protocolError(`${reply.code} came as the answer to ${what}`);
    if (reply.code < 400) {
      this.session.move(reply.code < 300 ? 'accepted' : 'intermediate');
      return reply;
    }
    this.session.move('refused');
    this.hasEffect = before;
    throw refusal(what, reply);
  }

  /**
   * Sends a line that asks for one final reply.
   * @throws FairleadError `protocol` when the server sent a reply before the command; and the reason why the connection has
   *   ended, or the call was stopped: then nothing was sent.
   */
  send(bytes: Uint8Array): void {
    const ended = this.#whyEnded ?? this.stopped;
    if (ended !== undefined) throw ended;
    this.#replies.expect();
    this.transport.write(bytes).catch(noop);
  }

  /** The next reply that is owed, within `replyTimeoutMs`. */
  reply(): Promise<Reply> {
    return this.inTime(this.replyAtAnyTime(), 'A reply of the server');
  }

  /** The next reply that is owed, however long it takes. @throws FairleadError `server` for 421, which ends it all. */
  replyAtAnyTime(): Promise<Reply> {
    return this.#replies.next();
  }

  /** The greeting is owed without a command. */
  expectGreeting(): void {
    this.#replies.expect();
  }

  /**
   * Calls `end` with `timeout` when `work` takes longer than `timeoutMs`.
   * @param end Default: ends the connection.
   * @param timeoutMs Default: `replyTimeoutMs`.
   */
  async inTime<T>(
    work: Promise<T>,
    what: string,
    end: (reason: FairleadError) => void = (reason) => this.destroy(reason),
    timeoutMs: number = this.settings.replyTimeoutMs,
  ): Promise<T> {
    const deadline = this.#deadlines.add(timeoutMs, () => {
      end(new FairleadError('timeout', `${what} took longer than ${timeoutMs} ms`));
    });
    try {
      return await work;
    } finally {
      this.#deadlines.remove(deadline);
      this.#restTimer();
    }
  }

  /** `work`, unless the call is stopped meanwhile, or it takes longer than `replyTimeoutMs`. The connection goes on. */
  async unlessStopped<T>(work: Promise<T>, what: string): Promise<T> {
    const end = deferred<never>();
    this.interrupt = end.reject;
    return await this.inTime(firstOf(work, end.promise), what, end.reject);
  }

  /** Calls `stop` when the client is closed, at once if it was: for a transfer that waits for a reader who may have gone. */
  whenClosed(stop: (reason: FairleadError) => void): void {
    if (this.#closed !== undefined) stop(this.#closed);
    else this.#onClose = stop;
  }

  /** Turns TLS on. @throws FairleadError `tls_failed`, also where anything came in clear behind the 234. */
  async startTls(): Promise<void> {
    if (this.#replies.unread) {
      throw tlsFailed('Bytes came in clear behind the answer to AUTH TLS; they may have been injected');
    }
    await this.transport.startTls();
  }

  /** Ends everything at once; returns the reason. */
  destroy(reason: FairleadError): FairleadError {
    this.#failure ??= reason;
    this.#replies.stop();
    this.transport.destroy(reason);
    return reason;
  }

  /**
   * Stops the transfer under way if it may be stopped, waits for other calls, which end by their own limits, and fails those
   * behind them. Then says goodbye and closes, whatever the server answers, within some three seconds. Never rejects.
   */
  async close(): Promise<void> {
    if (this.#failure === undefined) this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed = new FairleadError('closed', 'The FTP client was closed', { safeToRetry: true });
    this.#replies.stop();
    this.#onClose?.(this.#closed);
    const release = await this.#gate.hold();
    try {
      this.transport.write(encodeLine('QUIT', 'utf8', 'QUIT')).catch(noop);
      await this.transport.close();
    } finally {
      release();
    }
  }

  /** The error as the call's own: with `peer`, and with `safeToRetry` where the server can have changed nothing. */
  told(error: unknown): FairleadError {
    const known = asFairlead(error, 'The connection broke');
    return errorWith(known, {
      cause: known.cause ?? (isFairleadError(error) ? undefined : error),
      peer: this.transport.peer,
      safeToRetry: !this.hasEffect,
    });
  }

  /** Lets go of the timer behind the end. Limits that are left still hold: a data connection may be open, and silent. */
  #restTimer(): void {
    if (this.#hasEnded) this.#deadlines.rest();
  }

  /** Whether the server takes a further command. */
  get #isUsable(): boolean {
    return !this.#replies.isOwed && this.session.isReady;
  }

  get #whyEnded(): FairleadError | undefined {
    if (!this.#hasEnded) return this.#failure;
    const { signal } = this.settings;
    this.#failure ??= signal?.aborted
      ? abortedBy('connection', signal, true)
      : new FairleadError('connection_lost', 'The connection has ended', { safeToRetry: true });
    return this.#failure;
  }

  /** @throws FairleadError the reason why a call cannot be made now; the connection stays as it was. */
  #check(noun: string, { signal, at, timeoutMs }: CallLimit): void {
    const { peer } = this.transport;
    if (this.#closed !== undefined) throw callRefused('closed', this.#closed, peer);
    const failure = this.#whyEnded;
    if (failure !== undefined) throw callRefused('connection_lost', failure, peer);
    if (signal?.aborted) throw abortedBy(noun, signal, true);
    if (Date.now() >= at) throw timeUp(noun, timeoutMs, true);
  }
}
