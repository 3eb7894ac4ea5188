// One session's connection: opened when it is needed, one attempt at a time, opened again when it dies while it is needed, and
// closed when it has not been needed for a while. It knows no protocol, no reader and no storage.
import { Alarm, type Deferred, deferred } from '@fairlead/client';
import { errorWith, FairleadError, isFairleadError } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import { Backoff } from '../../pool/attempts.ts';
import type { RunningSession } from '../types.ts';

/** How long one attempt may take; the protocol's own `connectTimeoutMs` is mostly shorter. */
const OPEN_TIMEOUT_MS = 35_000;
const CLOSE_TIMEOUT_MS = 5_000;
/** The longest pause between attempts. */
const LONGEST_PAUSE_MS = 30_000;
/** A connection that lasted so long was a good one. */
const GOOD_AFTER_MS = 5_000;

/** What opens a session, and what is told of its connection. */
export interface ConnectionOwner {
  open(signal: AbortSignal, ended: (error: unknown) => void): Promise<RunningSession>;
  /** Whether another attempt may succeed. */
  isPassing(error: unknown): boolean;
  /** It cannot be opened, and no further attempt is made until it is needed again. */
  failed(error: FairleadError): void;
}

/** The connection of one session. */
export class SessionConnection {
  readonly #owner: ConnectionOwner;
  readonly #backoff = new Backoff(LONGEST_PAUSE_MS);
  readonly #alarm = new Alarm(() => this.#onAlarm());
  #running: RunningSession | undefined;
  #opening: Promise<RunningSession> | undefined;
  #closing: Promise<void> | undefined;
  /** Ends the pause before the next attempt. */
  #pause: Deferred<void> | undefined;
  #openedAt = 0;
  /** `Date.now()` until when the connection is kept. */
  neededUntil = 0;
  /** Whether an attempt may be made without a call that asks for it: it was open, or another attempt may succeed. */
  #mayOpen = false;

  constructor(owner: ConnectionOwner) {
    this.#owner = owner;
  }

  /** The connection, if it is open. */
  get running(): RunningSession | undefined {
    return this.#running;
  }

  /** The connection is kept for so long from now on. */
  need(forMs: number): void {
    this.neededUntil = Math.max(this.neededUntil, Date.now() + forMs);
    this.#alarm.ringBy(this.neededUntil);
  }

  /**
   * The connection. Opens it if there is none.
   * @throws FairleadError What the seat's `open` throws, `timeout`; nothing was sent, so all are safe to retry.
   */
  async get(timeoutMs: number): Promise<RunningSession> {
    if (this.#running !== undefined) return this.#running;
    this.#opening ??= this.#open();
    const outcome = await bounded(this.#opening, timeoutMs);
    if (outcome.kind === 'done') return outcome.value;
    if (outcome.kind === 'failed') throw forCaller(outcome.error);
    throw new FairleadError('timeout', `The session was not connected in ${timeoutMs} ms.`, {
      safeToRetry: true,
    });
  }

  /** Opens the connection, without a caller that waits for it. */
  start(): void {
    if (this.#running !== undefined || this.#opening !== undefined) return;
    this.#opening = this.#open();
    this.#opening.catch(noop);
  }

  async #open(): Promise<RunningSession> {
    try {
      await this.#closing;
      await this.#waitForTurn();
      const running = await this.#attempt();
      this.#running = running;
      this.#openedAt = Date.now();
      this.#mayOpen = true;
      this.#alarm.ringBy(this.neededUntil);
      return running;
    } catch (error) {
      this.#backoff.fail();
      this.#retryLater(error);
      throw error;
    } finally {
      this.#opening = undefined;
    }
  }

  async #waitForTurn(): Promise<void> {
    if (Date.now() >= this.#backoff.until) return;
    this.#pause = deferred<void>();
    this.#alarm.ringBy(this.#backoff.until);
    await this.#pause.promise;
    this.#pause = undefined;
  }

  /** Opens within `OPEN_TIMEOUT_MS`. The signal ends the attempt, and not the connection that came of it. */
  async #attempt(): Promise<RunningSession> {
    const controller = new AbortController();
    let isOver = false;
    let running: RunningSession | undefined;
    const ended = (error: unknown): void => {
      if (isOver) return;
      isOver = true;
      if (running !== undefined && running === this.#running) this.#onEnded(error);
    };
    const opening = this.#owner.open(controller.signal, ended);
    const outcome = await bounded(opening, OPEN_TIMEOUT_MS);
    if (outcome.kind === 'failed') throw outcome.error;
    if (outcome.kind !== 'done') {
      const reason = new FairleadError(
        'connect_timeout',
        `The login took longer than ${OPEN_TIMEOUT_MS} ms.`,
      );
      controller.abort(reason);
      opening.then((late) => late.close(false)).catch(noop);
      throw reason;
    }
    if (isOver) throw new FairleadError('connection_lost', 'The connection ended as it was opened.');
    running = outcome.value;
    return running;
  }

  #onEnded(error: unknown): void {
    this.#running = undefined;
    if (Date.now() - this.#openedAt >= GOOD_AFTER_MS) this.#backoff.succeed();
    else this.#backoff.fail();
    this.#retryLater(error);
  }

  #retryLater(error: unknown): void {
    this.#mayOpen = this.#owner.isPassing(error);
    if (!this.#mayOpen) this.#owner.failed(asFailure(error));
    else if (this.neededUntil > Date.now()) this.#alarm.ringBy(Math.max(this.#backoff.until, Date.now() + 1));
  }

  #onAlarm(): void {
    const now = Date.now();
    if (now >= this.#backoff.until) this.#pause?.resolve();
    else this.#alarm.ringBy(this.#backoff.until);
    if (now < this.neededUntil) {
      this.#alarm.ringBy(this.neededUntil);
      if (this.#mayOpen && now >= this.#backoff.until) this.start();
    } else void this.close();
  }

  /** Closes the connection. It is opened again when it is needed. Never rejects. */
  async close(): Promise<void> {
    await this.end(false).catch(noop);
  }

  /**
   * Closes the connection, and ends the session at the server with `isEnd`.
   * @throws FairleadError where the server was not told.
   */
  async end(isEnd = true): Promise<void> {
    const running = this.#running;
    this.#mayOpen = false;
    if (running === undefined) return;
    this.#running = undefined;
    const closing = bounded(running.close(isEnd), CLOSE_TIMEOUT_MS);
    const closed = closing.then(noop);
    this.#closing = closed;
    const outcome = await closing;
    if (this.#closing === closed) this.#closing = undefined;
    if (outcome.kind === 'failed') throw asFailure(outcome.error);
    if (outcome.kind !== 'done')
      throw new FairleadError('timeout', 'The server did not end the session in time.');
  }
}

function asFailure(error: unknown): FairleadError {
  if (isFairleadError(error)) return error;
  return new FairleadError('connect_failed', 'The session could not be opened.', { cause: error });
}

/** The failure of an attempt, for one of the callers that waited for it: nothing of theirs was sent. */
function forCaller(error: unknown): FairleadError {
  return errorWith(asFailure(error), { safeToRetry: true });
}

const noop = (): void => undefined;
