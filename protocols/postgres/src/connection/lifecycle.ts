// The state of one connection, why it refuses calls, and the promises that tell of its begin and its end. It is the only one
// to change them, by the table of session/states.ts.
import { deferred } from '@fairlead/client';
import type { FairleadError, Peer } from '@fairlead/errors';
import { ended, forCaller } from '../errors.ts';
import { CONNECTION_MOVES, type ConnectionEvent, type ConnectionState } from '../session/states.ts';

/** The life of one connection. */
export class Lifecycle {
  readonly #ready = deferred<void>();
  readonly #closed = deferred<void>();
  #state: ConnectionState = 'connecting';
  #wasReady = false;
  #reason: FairleadError | undefined;

  constructor() {
    // It may be left unawaited.
    this.#ready.promise.catch(() => undefined);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Resolves when the server is ready for queries; rejects with why it is not. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves when the connection has ended and its socket is closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Whether the server was ready at some time. */
  get wasReady(): boolean {
    return this.#wasReady;
  }

  /** Why calls are refused, in the states `closing` and `ended`. */
  get reason(): FairleadError | undefined {
    return this.#reason;
  }

  /** The login is done as far as this side has to wait for it. @returns Whether the connection is still wanted. */
  logIn(): boolean {
    return this.#move('log-in');
  }

  /** The server is ready for queries. */
  greet(): void {
    this.#move('greet');
    this.#wasReady = true;
    this.#ready.resolve();
  }

  /** Refuses new calls. The first reason counts. */
  close(reason: FairleadError): void {
    this.#reason ??= reason;
    this.#move('close');
  }

  /** The connection has ended. */
  end(reason: FairleadError): void {
    this.#reason ??= this.#wasReady ? ended(reason) : reason;
    this.#move('end');
  }

  /** Tells the callers of `ready` that the server will not be, unless it was. */
  refuseReady(reason: FairleadError, peer: Peer | undefined): void {
    // Nothing but the login was sent for them.
    if (!this.#wasReady) this.#ready.reject(forCaller(reason, peer, true));
  }

  /** `closed` follows this promise, which never rejects. */
  closeWith(socketClosed: Promise<void>): void {
    void socketClosed.then(this.#closed.resolve);
  }

  #move(event: ConnectionEvent): boolean {
    const state = CONNECTION_MOVES[this.#state][event];
    if (state !== undefined) this.#state = state;
    return state !== undefined;
  }
}
