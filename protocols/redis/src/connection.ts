// Pumps one transport and one session: flushes once per tick, reads while replies are owed, keeps one timer.
import { type ErrorCode, FairleadError, isFairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { sameFailure } from './errors.ts';
import type { Arg, Reply } from './messages.ts';
import type { CallOptions, RedisOptions } from './options.ts';
import type { Confirmation, Pending } from './pending.ts';
import { type PushListener, Session } from './session.ts';

/** How many writes may be on their way before the next tick's commands wait: a peer that stops reading stops us. */
const MAX_WRITES = 4;
const NEVER = Number.POSITIVE_INFINITY;
/** The longest wait that a platform's timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

// In workerd queueMicrotask() crosses into native code each time; a settled promise does not.
const TICK = /* @__PURE__ */ Promise.resolve();

// One executor for all promises, instead of a closure for each command. It is read out before anything else runs.
let resolveLast: (reply: Reply) => void;
let rejectLast: (reason: Error) => void;
const capture = (resolve: (reply: Reply) => void, reject: (reason: Error) => void): void => {
  resolveLast = resolve;
  rejectLast = reject;
};

/** What listens on a connection. */
export interface Listener extends PushListener {
  /** The connection has ended. */
  end(reason: FairleadError): void;
}

/** A connection that is open, or was. After a failure it stays failed: nothing reconnects behind the caller's back. */
export class Connection {
  /** What a command may take from the call to its reply, unless it says otherwise. */
  readonly timeoutMs: number;
  readonly session: Session;
  readonly #transport: Transport;
  #listener: Listener | undefined;
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
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer fires. */
  #wakeAt = NEVER;
  /** Set while `close` waits for the replies that are owed. */
  #onIdle: (() => void) | undefined;

  constructor(transport: Transport, options: RedisOptions) {
    this.#transport = transport;
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.session = new Session(options);
  }

  /** Sends commands that must leave together; resolves to the reply to the last of them. */
  submit(
    commands: readonly (readonly Arg[])[],
    { as, signal, timeoutMs = this.timeoutMs }: CallOptions,
    confirmation?: Confirmation,
  ): Promise<Reply> {
    if (!this.#scheduled) this.#now = Date.now();
    const deadline = this.#now + timeoutMs;
    const promise = new Promise<Reply>(capture);
    const pending: Pending = {
      next: undefined,
      batch: 0,
      from: 0,
      to: 0,
      left: commands.length,
      firstError: undefined,
      asBytes: as === 'bytes',
      deadline,
      resolve: resolveLast,
      reject: rejectLast,
      confirmation,
    };
    try {
      if (this.#failure !== undefined) throw sameFailure(this.#failure, this.#laterCode, false);
      if (signal?.aborted) throw this.#aborted(signal, true);
      this.session.submit(commands, pending);
    } catch (error) {
      pending.reject(this.#failureOf(error));
      return promise;
    }
    if (signal !== undefined) this.#watch(signal, pending, promise);
    if (deadline < this.#wakeAt) this.#arm(deadline);
    if (!this.#scheduled) {
      this.#scheduled = true;
      void TICK.then(this.#onTick);
    }
    return promise;
  }

  /** Says that `count` more (or fewer) wait for what `listener` gets. */
  listen(listener: Listener, count: number): void {
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
        this.#onIdle = resolve;
      });
    }
    this.#end(this.#failure);
    await this.#transport.close();
  }

  readonly #onTick = (): void => {
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
    const { session } = this;
    if (this.#reading || !(session.owed || this.#listeners > 0)) return;
    this.#reading = true;
    session.keep();
    this.#transport.read(session.wanted).then(this.#onChunk, this.#onError);
  }

  readonly #onChunk = (chunk: Uint8Array | undefined): void => {
    this.#reading = false;
    if (!this.#isOpen()) return;
    try {
      if (chunk === undefined) throw this.#error('connection_lost', 'Redis closed the connection');
      this.session.receive(chunk);
    } catch (error) {
      this.#fail(this.#failureOf(error));
      return;
    }
    if (this.#onIdle !== undefined && !this.session.busy) this.#onIdle();
    // Only a login's answer leaves something to send here; what callers send on a reply comes with their tick.
    else this.#flush();
  };

  readonly #onError = (error: unknown): void => {
    this.#reading = false;
    if (this.#isOpen()) this.#fail(this.#failureOf(error));
  };

  /** Open, or being closed while replies are still awaited. */
  #isOpen(): boolean {
    return this.#failure === undefined || this.#onIdle !== undefined;
  }

  #fail(reason: FairleadError, culprit?: Pending): void {
    this.#failure ??= reason;
    this.#laterCode = culprit === undefined ? this.#failure.code : 'connection_lost';
    this.#end(reason, culprit);
    this.#transport.destroy(reason);
  }

  #end(reason: FairleadError, culprit?: Pending): void {
    const onIdle = this.#onIdle;
    this.#onIdle = undefined;
    clearTimeout(this.#timer);
    this.session.fail(reason, culprit);
    this.#listener?.end(reason);
    onIdle?.();
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
    if (unsent) pending.reject(reason(unsent));
    else this.#fail(reason(unsent), pending);
    return unsent;
  }

  #watch(signal: AbortSignal, pending: Pending, promise: Promise<Reply>): void {
    const onAbort = (): void => {
      this.#takeBack(pending, (unsent) => this.#aborted(signal, unsent));
    };
    const off = (): void => signal.removeEventListener('abort', onAbort);
    signal.addEventListener('abort', onAbort);
    promise.then(off, off);
  }

  #aborted({ reason }: AbortSignal, unsent: boolean): FairleadError {
    return this.#error('aborted', 'The command was aborted', unsent, reason);
  }

  #failureOf(error: unknown): FairleadError {
    if (isFairleadError(error)) return error;
    return this.#error('connection_lost', 'The connection to Redis failed', false, error);
  }

  #error(code: ErrorCode, message: string, safeToRetry?: boolean, cause?: unknown): FairleadError {
    return new FairleadError(code, message, { peer: this.#transport.peer, safeToRetry, cause });
  }
}
