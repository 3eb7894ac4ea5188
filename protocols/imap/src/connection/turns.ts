// Whose turn it is on a connection, until when, and how the connection ends. It reads nothing and sends nothing.
import { abortedBy, type CallLimit, Deadlines, Gate, timeUp, watchCall } from '@fairlead/client';
import { errorWith, FairleadError, isFairleadError, usage } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { asFairlead, closedError } from '../errors.ts';

const noop = (): void => undefined;

/** The turn of one call. It ends by `leave` or `fail`, whichever comes first. */
export interface Turn {
  /** Gives the turn back. */
  leave(): void;
  /** Gives it back for an error, which ends the connection where a command is left unanswered. Returns what to throw. */
  fail(error: unknown): FairleadError;
}

/** The calls of one connection, one after the other. After a failure it stays failed: it never reconnects. */
export abstract class Turns {
  readonly transport: Transport;
  /** Whether the call under way may have changed something. */
  protected hasEffect = false;
  readonly #deadlines: Deadlines = new Deadlines();
  readonly #gate: Gate = new Gate();
  readonly #signal: AbortSignal | undefined;
  #turn: Turn | undefined;
  #failure: FairleadError | undefined;
  #closing: Promise<void> | undefined;
  #hasEnded = false;

  /** @param signal The transport's, which ends it. */
  constructor(transport: Transport, signal: AbortSignal | undefined) {
    this.transport = transport;
    this.#signal = signal;
    transport.closed.then(() => {
      this.#hasEnded = true;
      this.#deadlines.stop();
      this.#turn?.leave();
    });
  }

  /** Whether a command has no answer yet. */
  protected abstract readonly isOwed: boolean;
  /** Called at the end of each turn. @param reason Why the connection ended with it, if it did. */
  protected abstract onLeave(reason: FairleadError | undefined): void;
  /** Says goodbye, before the end. */
  protected abstract sayGoodbye(): Promise<void>;

  /**
   * Runs `work` in its turn. An error in the middle of a command ends the connection.
   * @param noun What the call is, for messages.
   * @param limit The whole call's, the wait for its turn included.
   */
  async call<T>(noun: string, limit: CallLimit, work: () => Promise<T>): Promise<T> {
    const turn = await this.enter(noun, limit);
    try {
      return await work();
    } catch (error) {
      throw turn.fail(error);
    } finally {
      turn.leave();
    }
  }

  /** Waits for the turn of a call that reads as its reader asks for more. @throws FairleadError where it does not come. */
  async enter(
    noun: string,
    limit: CallLimit,
    onStop: (reason: FairleadError) => void = (reason) => this.destroy(reason),
  ): Promise<Turn> {
    this.#check(noun, limit);
    const mustWait = this.#gate.shut;
    if (mustWait) await this.#wait(noun, limit);
    else this.#gate.enter(noop);
    let unwatch = noop;
    // The next turn begins with its own.
    let hadEffect = false;
    const turn: Turn = {
      leave: () => {
        if (this.#turn !== turn) return;
        hadEffect = this.hasEffect;
        this.#turn = undefined;
        unwatch();
        this.onLeave(this.#whyEnded);
        this.#gate.leave();
        if (!this.#gate.shut) this.#deadlines.rest();
      },
      fail: (error) => {
        const isOurs = this.#turn === turn;
        const isArgument = isOurs && !this.isOwed && !isFairleadError(error);
        const known = isArgument
          ? usage('An argument has not the type it must have', { cause: error })
          : error;
        const told = this.#told(known, isOurs ? this.hasEffect : hadEffect);
        const isPeers = told.code === 'protocol' || (told.code === 'limit' && told.blame === 'peer');
        if (isOurs && (isPeers || this.isOwed)) this.destroy(told);
        turn.leave();
        return told;
      },
    };
    this.#turn = turn;
    this.hasEffect = false;
    try {
      if (mustWait) this.#check(noun, limit);
    } catch (error) {
      turn.leave();
      throw error;
    }
    unwatch = watchCall(this.#deadlines, noun, limit, onStop);
    return turn;
  }

  #wait(noun: string, limit: CallLimit): Promise<void> {
    return new Promise((resolve, reject) => {
      let unwatch = noop;
      const giveUp = this.#gate.enter(() => {
        unwatch();
        resolve();
      });
      unwatch = watchCall(this.#deadlines, noun, limit, ({ code, message, cause }) => {
        giveUp();
        unwatch();
        const why =
          'It was not sent: another call, such as a fetch that is not read to its end, was before it.';
        reject(new FairleadError(code, `${message} ${why}`, { cause, safeToRetry: true }));
      });
    });
  }

  /** Ends everything at once; returns the reason. */
  destroy(reason: FairleadError): FairleadError {
    this.#failure ??= reason;
    this.transport.destroy(reason);
    this.#turn?.leave();
    return reason;
  }

  /** Waits for the call under way, to its own limit; then says LOGOUT and closes, within some three seconds. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#failure === undefined) {
      const release = await this.#gate.hold();
      if (this.#failure === undefined) {
        this.sayGoodbye().catch(noop);
      }
      this.#failure ??= closedError();
      release();
    }
    await this.transport.close();
  }

  get #whyEnded(): FairleadError | undefined {
    if (this.#hasEnded) {
      this.#failure ??= this.#signal?.aborted
        ? abortedBy('connection', this.#signal, true)
        : new FairleadError('connection_lost', 'The connection has ended', { safeToRetry: true });
    }
    return this.#failure;
  }

  /** @throws FairleadError the reason why nothing can be sent. */
  protected checkOpen(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** @throws FairleadError the reason why a call cannot be made now; the connection stays as it was. */
  #check(noun: string, { signal, at, timeoutMs }: CallLimit): void {
    const { peer } = this.transport;
    const failure = this.#whyEnded;
    if (failure?.code === 'closed' || (this.#closing !== undefined && failure === undefined)) {
      throw closedError(peer);
    }
    if (failure !== undefined) {
      const { message, server } = failure;
      throw new FairleadError('connection_lost', `The connection has ended: ${message}`, {
        peer,
        cause: failure,
        server,
        safeToRetry: true,
      });
    }
    if (signal?.aborted) throw abortedBy(noun, signal, true);
    if (at <= Date.now()) throw timeUp(noun, timeoutMs, true);
  }

  #told(error: unknown, hasEffect: boolean): FairleadError {
    return errorWith(asFairlead(error), { peer: this.transport.peer, safeToRetry: !hasEffect });
  }
}
