// Statements on one connection: dispatches them in order, watches over their time, cancels them on the server. It
// knows neither transactions nor who may go first.
import { Deadlines, watchCall } from '@fairlead/client';
import { bounded, type Connector, FairleadError, type Transport } from '@fairlead/transport';
import type { CallOptions } from './api.ts';
import type { ConnectOptions } from './connect-options.ts';
import { Driver, type DriverResult, type OnRow } from './driver.ts';
import { queryError } from './errors.ts';
import { cancelOnServer } from './open.ts';
import type { Target } from './options.ts';
import type { Greeting } from './session.ts';
import { encodeParameter } from './values.ts';

/** How long a cancelled statement may take to end before the connection is given up. */
const CANCEL_TIMEOUT_MS = 5_000;
/** How long `close` waits for statements, and then for the platform to take the goodbye. */
const CLOSE_TIMEOUT_MS = 1_000;
/** Bind counts parameters in 16 bits, and the driver keeps two numbers back. */
const MAX_PARAMETERS = 65_533;
const DEFAULT_QUERY_TIMEOUT_MS = 60_000;

/** One statement that was handed to the driver and has not ended. */
export interface Execution {
  /** Settles when the server has ended the statement; rejects with a FairleadError. */
  readonly done: Promise<DriverResult>;
  /** Cancels the statement on the server; `done` then rejects with `reason`. The first reason counts. */
  stop(reason: FairleadError): void;
}

/** A statement as it stands in the line of those that were sent. */
class Running implements Execution {
  readonly done: Promise<DriverResult>;
  reason: FairleadError | undefined;
  ended = false;
  readonly #connection: Lane;

  constructor(connection: Lane, started: Promise<unknown>) {
    this.#connection = connection;
    this.done = started.then(
      (outcome) => {
        this.#end();
        if (this.reason !== undefined) throw this.reason;
        return connection.accept(outcome);
      },
      (error: unknown) => {
        this.#end();
        throw this.reason ?? connection.explain(error);
      },
    );
  }

  stop(reason: FairleadError): void {
    if (this.ended || this.reason !== undefined) return;
    this.reason = reason;
    this.#connection.stopped();
  }

  #end(): void {
    this.ended = true;
    this.#connection.ended(this);
  }
}

/** What a statement has to do with its connection. */
interface Lane {
  accept(outcome: unknown): DriverResult;
  explain(error: unknown): FairleadError;
  ended(running: Running): void;
  stopped(): void;
}

/** An open connection. */
export class Connection {
  readonly greeting: Greeting;
  readonly queryTimeoutMs: number;
  readonly deadlines: Deadlines = new Deadlines();
  readonly #transport: Transport;
  readonly #target: Target;
  readonly #connector: Connector;
  readonly #driver: Driver;
  /** In the order in which the server runs them: the first is the one that a CancelRequest hits. */
  readonly #running: Running[] = [];
  #lost: FairleadError | undefined;
  #cancelling: Promise<void> | undefined;
  /** Whether a stream has the connection for itself. */
  streaming = false;

  constructor(
    transport: Transport,
    greeting: Greeting,
    target: Target,
    connector: Connector,
    options: ConnectOptions,
  ) {
    this.#transport = transport;
    this.greeting = greeting;
    this.#target = target;
    this.#connector = connector;
    this.queryTimeoutMs = options.queryTimeoutMs ?? DEFAULT_QUERY_TIMEOUT_MS;
    this.#driver = new Driver(transport, greeting, {
      json: options.json ?? 'parsed',
      prepare: options.prepare ?? true,
      lost: () => this.#ended(),
      owed: () => this.#running.length > 0,
    });
    transport.closed.then(() => {
      this.#lost ??= this.#ended();
      this.deadlines.stop();
    });
  }

  get closed(): Promise<void> {
    return this.#transport.closed;
  }

  /** Set while a cancellation is under way: until it settles nothing new may be sent, for it might be hit. */
  get cancelling(): Promise<void> | undefined {
    return this.#cancelling;
  }

  /**
   * Sends one statement, without waiting.
   * @throws FairleadError `usage` (NUL in the text, a parameter without a text form, a stream is open),
   *   `connection_lost`, `closed`: nothing was sent then.
   */
  start(text: string, parameters: readonly unknown[], onRow: OnRow): Execution {
    if (this.#lost !== undefined) throw this.#lost;
    if (this.streaming) {
      throw this.#usage(
        'a stream is open on this connection: read it to its end, leave its loop, or use another connection',
      );
    }
    const encoded = this.#check(text, parameters);
    const running = new Running(this.#lane, this.#driver.run(text, encoded, onRow));
    this.#running.push(running);
    return running;
  }

  #check(text: string, parameters: readonly unknown[]): (string | null)[] {
    // The text travels as a C string: behind a NUL the server would see nothing.
    if (text.includes('\0')) throw this.#usage('the statement holds a NUL character');
    if (parameters.length > MAX_PARAMETERS) {
      throw this.#usage(`${parameters.length} parameters; at most ${MAX_PARAMETERS} fit into one statement`);
    }
    return parameters.map(encodeParameter);
  }

  #usage(what: string): FairleadError {
    return new FairleadError('usage', `Postgres: ${what}.`, {
      peer: this.#transport.peer,
      safeToRetry: true,
    });
  }

  readonly #lane: Lane = {
    accept: (outcome) => this.#driver.accept(outcome),
    explain: (error) => queryError(error, this.#transport.peer, this.#lost),
    ended: (running) => {
      // Nearly always the first one, and then this costs nothing.
      this.#running.splice(this.#running.indexOf(running), 1);
      this.#cancelWhenFirst();
    },
    stopped: () => this.#cancelWhenFirst(),
  };

  /** A CancelRequest names a connection, not a statement: it may leave only while the right one is running. */
  #cancelWhenFirst(): void {
    const [first] = this.#running;
    if (first?.reason === undefined || this.#cancelling !== undefined) return;
    this.#cancelling = this.#cancel(first, first.reason).finally(() => {
      this.#cancelling = undefined;
      this.#cancelWhenFirst();
    });
  }

  async #cancel(running: Running, reason: FairleadError): Promise<void> {
    const { key } = this.greeting;
    const sent = key
      ? await bounded(cancelOnServer(this.#target, this.#connector, key), CANCEL_TIMEOUT_MS)
      : undefined;
    if (sent?.kind === 'done') await bounded(running.done, CANCEL_TIMEOUT_MS);
    if (!running.ended) this.#giveUp(reason);
  }

  /** Ends the connection when `signal` fires: statements are cancelled on the server and reject with `aborted`. */
  endWith(signal: AbortSignal): void {
    const onAbort = (): void => {
      this.#abandon(
        new FairleadError('aborted', 'The connection was ended by its signal.', {
          cause: signal.reason,
          peer: this.#transport.peer,
        }),
      );
    };
    signal.addEventListener('abort', onAbort);
    this.closed.then(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) onAbort();
  }

  async #abandon(reason: FairleadError): Promise<void> {
    this.#lost ??= reason;
    const ended = this.#running.map((running) => running.done);
    for (const running of [...this.#running]) running.stop(reason);
    await bounded(Promise.allSettled(ended), CANCEL_TIMEOUT_MS);
    this.#driver.destroy(reason);
    this.#transport.destroy(reason);
  }

  pause(): void {
    this.#driver.pause();
  }

  resume(): void {
    this.#driver.resume();
  }

  /** Ends at once: the server did not answer the cancellation. */
  #giveUp(reason: FairleadError): void {
    this.#lost ??= new FairleadError(
      'connection_lost',
      'The connection to Postgres was ended: a statement did not stop when it was cancelled.',
      { peer: this.#transport.peer, cause: reason, safeToRetry: true },
    );
    this.#driver.destroy(this.#lost);
    this.#transport.destroy(this.#lost);
  }

  /**
   * Lets statements finish, for at most a second, says goodbye and closes. Settles when the platform has taken the
   * goodbye; what follows is the server's, and `closed` tells of it. Never rejects.
   */
  async close(goodbye: Uint8Array): Promise<void> {
    this.#lost ??= new FairleadError('closed', 'The Postgres client was closed.', { safeToRetry: true });
    const running = Promise.allSettled(this.#running.map(({ done }) => done));
    const outcome = this.#running.length === 0 ? undefined : await bounded(running, CLOSE_TIMEOUT_MS);
    if (outcome?.kind === 'timeout') this.#transport.destroy(this.#lost);
    else this.#driver.leave();
    const taken = this.#transport.write(goodbye);
    // It ends within its own time, and the write with it.
    this.#transport.close();
    await taken.catch(() => undefined);
    await running;
  }

  #ended(): FairleadError {
    return (
      this.#lost ??
      new FairleadError('connection_lost', 'The connection to Postgres has ended; connect again.', {
        peer: this.#transport.peer,
        safeToRetry: true,
      })
    );
  }
}

/**
 * Watches over one call: stops it when its signal fires or its time is up.
 * @returns A function that ends the watch.
 */
export function watch(
  { deadlines, queryTimeoutMs }: Connection,
  { signal, timeoutMs = queryTimeoutMs }: CallOptions,
  stop: (reason: FairleadError) => void,
): () => void {
  return watchCall(deadlines, 'query', { signal, timeoutMs }, stop);
}
