// Pumps one transport and one session: flushes once per tick, reads while replies are owed, keeps one timer.
import { Alarm, atCaller, type Deferred, deferred, inNextTurn, Tick, whenAborted } from '@fairlead/client';
import { type ErrorCode, FairleadError, isFairleadError, madeInAdvance } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { refused, sameFailure } from '../errors.ts';
import type { ConnectionOptions, RedisCallOptions } from '../options/options.ts';
import type { Confirmation, Pending } from '../session/pending-queue.ts';
import { type PushListener, Session } from '../session/session.ts';
import type { Arg } from '../wire/messages.ts';
import type { ReplyShape } from '../wire/reply-shapes.ts';

/** How many writes may be on their way before the next tick's commands wait: a peer that stops reading stops us. */
const MAX_WRITES = 4;
/**
 * How long a connection is idle before it is read, for a moment, in front of the next write. A read in front of each
 * would cost a third of a round trip's time.
 */
const LISTEN_AFTER_MS = 10;
/** How long it is idle before it is read all the time: its end, and a reply that no command asked for, must be noticed. */
const IDLE_AFTER_MS = 100;
const NEVER = Number.POSITIVE_INFINITY;

/** Rejects a command. The error's stack has the frames of the caller that awaits it. */
function reject(pending: Pending, reason: FairleadError): void {
  pending.unwatch?.();
  pending.resolve(atCaller(reason));
}

/** A connection that is open, or was. After a failure it stays failed: nothing reconnects behind the caller's back. */
export class Connection {
  /** The default time of a command, from the call to its reply. */
  readonly timeoutMs: number;
  readonly session: Session;
  readonly #transport: Transport;
  /** What later commands are refused for, once the connection has failed or is being closed. */
  #failure: FairleadError | undefined;
  /** The command that was given up, where the failure is its error. */
  #culprit: Pending | undefined;
  readonly #tick = new Tick(() => this.#onTick());
  /** Whether the connection is being read, before this tick's commands leave, for a reply that no command asked for. */
  #listensFirst = false;
  #reading = false;
  /** How many writes may not have been accepted yet: none where the server has answered everything. */
  #writes = 0;
  /** The time at which this tick's first command came. */
  #now = 0;
  /** Since when no reply is owed. */
  #quietSince = 0;
  /** For the command whose deadline comes first, and for an idle connection. One timer: they are dear for a short one. */
  readonly #alarm = new Alarm(() => this.#onAlarm());
  /** Set while `close` waits for the replies that are owed. */
  #quiet: Deferred<void> | undefined;

  constructor(transport: Transport, options: ConnectionOptions) {
    this.#transport = transport;
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.session = new Session(options, reject);
    this.#read();
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
    { as, signal, timeoutMs = this.timeoutMs, at }: RedisCallOptions,
    shape?: ReplyShape,
    confirmation?: Confirmation,
  ): Promise<unknown> {
    if (!this.#tick.scheduled) this.#now = Date.now();
    const { promise, resolve } = deferred<unknown>();
    const deadline = at ?? this.#now + timeoutMs;
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
      resolve,
      unwatch: undefined,
      confirmation,
    };
    try {
      if (this.#failure !== undefined) throw sameFailure(this.#failure, this.#culprit, false);
      if (signal?.aborted) throw this.#aborted(signal, true);
      this.session.submit(commands, pending);
    } catch (error) {
      // From here its stack has the caller already.
      return Promise.reject(refused(this.#failureOf(error)));
    }
    if (signal !== undefined) this.#watch(pending, signal);
    this.#alarm.ringBy(deadline);
    this.#tick.schedule();
    return promise;
  }

  #watch(pending: Pending, signal: AbortSignal): void {
    pending.unwatch = whenAborted(signal, () =>
      this.#takeBack(pending, (unsent) => this.#aborted(signal, unsent)),
    );
  }

  /** Says that `count` more (or fewer) listen to pushes, all through `listener`. */
  listen(listener: PushListener, count: number): void {
    this.session.listen(listener, count);
    this.#read();
  }

  /** Refuses new commands, waits for the replies of those that were sent, and closes. Never rejects. */
  async close(): Promise<void> {
    if (this.#failure !== undefined) return;
    this.#flush();
    this.#failure = madeInAdvance(() => this.#error('closed', 'The connection was closed by this side'));
    this.session.close();
    let waits = this.session.busy;
    for (const { deadline } of this.session.unanswered()) waits &&= deadline < NEVER;
    if (waits) {
      this.#quiet = deferred();
      await this.#quiet.promise;
    }
    this.#end(this.#failure);
    await this.#transport.close();
  }

  #onTick(): void {
    if (this.#listensFirst) return;
    const wasQuiet = this.#now - this.#quietSince >= LISTEN_AFTER_MS;
    this.#listensFirst = wasQuiet && !this.#reading && this.#failure === undefined && !this.session.owed;
    if (!this.#listensFirst) {
      this.#send();
      return;
    }
    // A reply that no command asked for would be taken for the next one's: it is read first, and ends the connection.
    this.#beginRead();
    inNextTurn(this.#send);
  }

  readonly #send = (): void => {
    this.#listensFirst = false;
    if (this.#failure === undefined) this.#flush();
  };

  /** Writes first and reads then: the other way round costs a third of a round trip's time. */
  #flush(): void {
    while (this.#writes < MAX_WRITES) {
      const bytes = this.session.output();
      if (bytes === undefined) break;
      const accepted = this.#transport.write(bytes);
      // The rest is not waited for, and a failure fails the read, too: a promise less for each round trip.
      if (++this.#writes === MAX_WRITES) accepted.then(this.#onWritten, this.#onError);
    }
    this.#read();
  }

  readonly #onWritten = (): void => {
    this.#writes = 0;
    if (this.#isOpen()) this.#flush();
  };

  #read(): void {
    if (this.#reading || !this.#isOpen()) return;
    if (this.session.owed || this.session.state === 'subscribed') this.#beginRead();
    else {
      this.#writes = 0;
      this.#quietSince = Date.now();
      this.#alarm.ringBy(this.#quietSince + IDLE_AFTER_MS);
    }
  }

  #listen(): void {
    if (this.#isOpen() && !this.#reading) this.#beginRead();
  }

  #beginRead(): void {
    this.#reading = true;
    const room = this.session.lend();
    this.#transport.read(this.session.wanted, room).then(this.#onChunk, this.#onError);
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
    if (this.#quiet !== undefined && !this.session.busy) this.#quiet.resolve();
    // Here only the login's answer leaves commands to send; those that callers send on a reply come with their tick.
    else this.#flush();
  };

  readonly #onError = (error: unknown): void => {
    this.#reading = false;
    if (this.#isOpen()) this.#fail(this.#ended(error));
  };

  #isOpen(): boolean {
    return this.session.state !== 'ended';
  }

  #fail(reason: FairleadError, culprit?: Pending): void {
    this.#culprit = culprit;
    // One that is being closed says so, unless a command had to be given up.
    if (culprit || !this.#failure) this.#failure = reason;
    this.#end(reason, culprit);
    this.#transport.destroy(reason);
  }

  #end(reason: FairleadError, culprit?: Pending): void {
    this.#alarm.clear();
    this.session.end(reason, culprit);
    this.#quiet?.resolve();
  }

  #onAlarm(): void {
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
    if (!this.#reading && !this.session.owed) {
      const idleAt = this.#quietSince + IDLE_AFTER_MS;
      if (idleAt <= now) this.#beginRead();
      else next = Math.min(next, idleAt);
    }
    this.#alarm.ringBy(next);
  }

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

  #aborted({ reason }: AbortSignal, unsent: boolean): FairleadError {
    return this.#error('aborted', 'The command was aborted', unsent, reason);
  }

  #failureOf(error: unknown): FairleadError {
    if (isFairleadError(error)) return error;
    return this.#error('connection_lost', 'The connection to Redis failed', false, error);
  }

  /** The failure for an end of the connection, with the server's words if it left any. */
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
