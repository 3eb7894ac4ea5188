// Pumps one transport and one session: flushes once per tick, reads while replies are owed, keeps one timer.
import { atCaller, IdleTimer } from '@fairlead/client';
import { type ErrorCode, FairleadError, isFairleadError } from '@fairlead/errors';
import { MAX_TIMER_MS, type Transport } from '@fairlead/transport';
import { refused, sameFailure } from '../errors.ts';
import type { ConnectionOptions, Limits } from '../options/options.ts';
import type { Confirmation, Pending } from '../session/pending-queue.ts';
import { type PushListener, Session } from '../session/session.ts';
import type { Arg } from '../types.ts';
import type { ReplyShape } from '../wire/reply-shapes.ts';

/** How many writes may be on their way before the next tick's commands wait: a peer that stops reading stops us. */
const MAX_WRITES = 4;
/**
 * How long a connection is idle before it is read, for a moment, in front of the next write. A read in front of each
 * would cost a third of a round trip's time.
 */
const LISTEN_AFTER_MS = 10;
const NEVER = Number.POSITIVE_INFINITY;

// In workerd queueMicrotask() crosses into native code each time; a settled promise does not.
const TICK = /* @__PURE__ */ Promise.resolve();

// One executor for all promises, instead of a closure for each command. It is read out before anything else runs.
let resolveLast: (reply: unknown) => void;
const capture = (resolve: (reply: unknown) => void): void => {
  resolveLast = resolve;
};

/** Rejects with the frames of whoever awaits the command. */
function reject(pending: Pending, reason: FairleadError): void {
  pending.unwatch?.();
  pending.resolve(atCaller(reason));
}

/** A connection that is open, or was. After a failure it stays failed: nothing reconnects behind the caller's back. */
export class Connection {
  /** What a command may take from the call to its reply, unless it says otherwise. */
  readonly timeoutMs: number;
  readonly session: Session;
  readonly #transport: Transport;
  #listener: PushListener | undefined;
  /** How many wait for pushes, for which the connection is read all the time. */
  #listeners = 0;
  #failure: FairleadError | undefined;
  /** The code for commands that come after the failure. */
  #laterCode: ErrorCode = 'closed';
  #scheduled = false;
  #reading = false;
  #writes = 0;
  /** The time at which this tick's first command came. */
  #now = 0;
  /** Since when nothing is owed. */
  #quietSince = Date.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer fires. */
  #wakeAt = NEVER;
  /** Set while `close` waits for the replies that are owed. */
  #onQuiet: (() => void) | undefined;
  /** Listens to a connection that nothing is expected from: its end, and what nobody asked for, must be noticed. */
  readonly #idle = new IdleTimer(() => this.#listen());

  constructor(transport: Transport, options: ConnectionOptions) {
    this.#transport = transport;
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.session = new Session(options, reject);
    this.#idle.idle();
    // An end that came from this side, by a signal, is read at once.
    transport.closed.then(() => this.#listen());
  }

  /** Settles when the connection has ended, whichever way. Never rejects. */
  get closed(): Promise<void> {
    return this.#transport.closed;
  }

  /** Sends commands that must leave together; resolves to the reply to the last of them. */
  submit(
    commands: readonly (readonly Arg[])[],
    { as, signal, timeoutMs = this.timeoutMs, at }: Limits,
    shape?: ReplyShape,
    confirmation?: Confirmation,
  ): Promise<unknown> {
    if (!this.#scheduled) this.#now = Date.now();
    const deadline = at ?? this.#now + timeoutMs;
    const promise = new Promise<unknown>(capture);
    const pending: Pending = {
      previous: undefined,
      next: undefined,
      write: 0,
      from: 0,
      to: 0,
      left: commands.length,
      firstError: undefined,
      asBytes: as === 'bytes',
      shape,
      deadline,
      resolve: resolveLast,
      unwatch: undefined,
      confirmation,
    };
    try {
      if (this.#failure !== undefined) throw sameFailure(this.#failure, this.#laterCode, false);
      if (signal?.aborted) throw this.#aborted(signal, true);
      this.session.submit(commands, pending);
    } catch (error) {
      // From here its stack has the caller already.
      return Promise.reject(refused(this.#failureOf(error)));
    }
    if (signal !== undefined) this.#watch(signal, pending);
    if (deadline < this.#wakeAt) this.#arm(deadline);
    if (!this.#scheduled) {
      this.#scheduled = true;
      void TICK.then(this.#onTick);
    }
    return promise;
  }

  /** Says that `count` more (or fewer) wait for what `listener` gets. */
  listen(listener: PushListener, count: number): void {
    this.#listener = this.session.listener = listener;
    this.#listeners += count;
    this.#read();
  }

  /** Refuses new commands, waits for the replies of those that were sent, and closes. Never rejects. */
  async close(): Promise<void> {
    if (this.#failure !== undefined) return;
    this.#flush();
    this.#failure = this.#error('closed', 'The connection was closed by this side');
    let waits = this.session.busy;
    for (const { deadline } of this.session.unanswered()) waits &&= deadline < NEVER;
    if (waits) {
      await new Promise<void>((resolve) => {
        this.#onQuiet = resolve;
      });
    }
    this.#end(this.#failure);
    await this.#transport.close();
  }

  readonly #onTick = (): void => {
    const wasQuiet = this.#now - this.#quietSince >= LISTEN_AFTER_MS;
    if (!wasQuiet || this.#reading || this.#failure !== undefined || this.session.owed) {
      this.#send();
      return;
    }
    // What has come unasked would be taken for the reply: what is there is read first, and ends the connection.
    this.#beginRead();
    setTimeout(this.#send, 0);
  };

  readonly #send = (): void => {
    this.#scheduled = false;
    if (this.#failure === undefined) this.#flush();
  };

  /** Writes first and reads then: the other way round costs a third of a round trip's time. */
  #flush(): void {
    while (this.#writes < MAX_WRITES) {
      const bytes = this.session.output();
      if (bytes === undefined) break;
      this.#writes++;
      this.#transport.write(bytes).then(this.#onWritten, this.#onError);
    }
    this.#read();
  }

  readonly #onWritten = (): void => {
    if (this.#writes-- === MAX_WRITES && this.#isOpen()) this.#flush();
  };

  #read(): void {
    if (this.#reading) return;
    if (this.session.owed || this.#listeners > 0) this.#beginRead();
    else {
      this.#quietSince = Date.now();
      this.#idle.idle();
    }
  }

  #listen(): void {
    if (this.#isOpen() && !this.#reading) this.#beginRead();
  }

  #beginRead(): void {
    this.#reading = true;
    this.session.keep();
    this.#transport.read(this.session.wanted).then(this.#onChunk, this.#onError);
  }

  readonly #onChunk = (chunk: Uint8Array | undefined): void => {
    this.#reading = false;
    if (!this.#isOpen()) return;
    try {
      if (chunk === undefined) throw this.#ended();
      this.session.receive(chunk);
    } catch (error) {
      this.#fail(this.#failureOf(error));
      return;
    }
    if (this.#onQuiet !== undefined && !this.session.busy) this.#onQuiet();
    // Only a login's answer leaves something to send here; what callers send on a reply comes with their tick.
    else this.#flush();
  };

  readonly #onError = (error: unknown): void => {
    this.#reading = false;
    if (this.#isOpen()) this.#fail(this.#ended(error));
  };

  /** Open, or being closed while replies are still awaited. */
  #isOpen(): boolean {
    return this.#failure === undefined || this.#onQuiet !== undefined;
  }

  #fail(reason: FairleadError, culprit?: Pending): void {
    this.#failure ??= reason;
    this.#laterCode = culprit === undefined ? this.#failure.code : 'connection_lost';
    this.#end(reason, culprit);
    this.#transport.destroy(reason);
  }

  #end(reason: FairleadError, culprit?: Pending): void {
    const onQuiet = this.#onQuiet;
    this.#onQuiet = undefined;
    clearTimeout(this.#timer);
    this.#idle.stop();
    this.session.fail(reason, culprit);
    this.#listener?.end(reason);
    onQuiet?.();
  }

  #arm(deadline: number): void {
    clearTimeout(this.#timer);
    this.#wakeAt = deadline;
    const timer = setTimeout(this.#onTimer, Math.min(Math.max(deadline - Date.now(), 1), MAX_TIMER_MS));
    this.#timer = timer;
    // In Node a deadline that lies behind the last reply must not keep the process alive.
    if (typeof timer === 'object') timer.unref();
  }

  readonly #onTimer = (): void => {
    this.#wakeAt = NEVER;
    if (!this.#isOpen()) return;
    const now = Date.now();
    let next = NEVER;
    for (const pending of [...this.session.unanswered()]) {
      if (pending.deadline > now) next = Math.min(next, pending.deadline);
      else if (
        !this.#takeBack(pending, (unsent) =>
          this.#error('timeout', 'The command took longer than timeoutMs', unsent),
        )
      )
        return;
    }
    if (next < NEVER) this.#arm(next);
  };

  /**
   * Gives a command up. If it was sent, a later reply would be taken for this one's: the connection ends.
   * @returns Whether the connection lives on.
   */
  #takeBack(pending: Pending, reason: (unsent: boolean) => FairleadError): boolean {
    const unsent = this.session.cancel(pending);
    if (unsent) reject(pending, reason(unsent));
    else this.#fail(reason(unsent), pending);
    return unsent;
  }

  #watch(signal: AbortSignal, pending: Pending): void {
    const onAbort = (): void => {
      this.#takeBack(pending, (unsent) => this.#aborted(signal, unsent));
    };
    pending.unwatch = () => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort);
  }

  #aborted({ reason }: AbortSignal, unsent: boolean): FairleadError {
    return this.#error('aborted', 'The command was aborted', unsent, reason);
  }

  #failureOf(error: unknown): FairleadError {
    if (isFairleadError(error)) return error;
    return this.#error('connection_lost', 'The connection to Redis failed', false, error);
  }

  /** An end, with the words that the server left behind, if it did. */
  #ended(cause?: unknown): FairleadError {
    const { goodbye } = this.session;
    const isLost = isFairleadError(cause) && cause.code === 'connection_lost';
    if (cause !== undefined && !(isLost && goodbye)) return this.#failureOf(cause);
    const { message = 'Redis closed the connection', ...words } = goodbye ?? {};
    return new FairleadError('connection_lost', message, { ...words, peer: this.#transport.peer, cause });
  }

  #error(code: ErrorCode, message: string, safeToRetry?: boolean, cause?: unknown): FairleadError {
    return new FairleadError(code, message, { peer: this.#transport.peer, safeToRetry, cause });
  }
}
