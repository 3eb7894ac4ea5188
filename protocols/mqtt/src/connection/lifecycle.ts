// A client's connections from the first to the last: connecting, connecting again where it was asked to, and ending.
import {
  abortedBy,
  type CallLimit,
  Deadlines,
  type Deferred,
  deferred,
  limitOf,
  whenAborted,
} from '@fairlead/client';
import { type FairleadError, usage } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import { asFailure, closedHere, isPassing, mayBlameMessage, withSafeToRetry } from '../errors.ts';
import type { Settings } from '../options/options.ts';
import type { PublisherOwner } from '../publishing/publisher.ts';
import { givenUp } from '../session/outgoing/given-up-messages.ts';
import { Session } from '../session/session.ts';
import { StoreWriter } from '../store/store-writer.ts';
import { Subscriptions, type SubscriptionsOwner } from '../subscriptions/subscriptions.ts';
import type { ServerInfo } from '../types/client.ts';
import type { Connection } from './connection.ts';
import type { ConnectionOwner } from './connection-owner.ts';
import { inTime, logIn } from './login/attempt.ts';
import { ReconnectAttempts } from './reconnect-attempts.ts';

/** How long `close` may take in all, and how long of that it waits for owed acknowledgements. */
const CLOSE_MS = 2_000;
const OWED_MS = 1_000;

/** The connections of one client, with the session and the subscriptions that outlive each of them. */
export class Lifecycle implements ConnectionOwner, PublisherOwner, SubscriptionsOwner {
  readonly settings: Settings;
  readonly session: Session;
  readonly storeWriter: StoreWriter;
  readonly deadlines: Deadlines = new Deadlines();
  readonly subscriptions: Subscriptions = new Subscriptions(this);
  /** Called when the client ends. */
  onEnding: (reason: FairleadError) => void = () => {};
  /** The open connection, if there is one now. */
  connection: Connection | undefined;
  /** Why the client has ended. */
  failure: FairleadError | undefined;
  readonly #attempts: ReconnectAttempts | undefined;
  /** Ends the attempt to connect that is under way. Behind it, also a failed one, its signal must not cut off a DISCONNECT. */
  #attempting: AbortController | undefined;
  /** Settles when the client has ended. */
  readonly closed: Deferred<Error | undefined> = deferred<Error | undefined>();
  #server: ServerInfo | undefined;
  #closing: Promise<void> | undefined;
  /** Ends the wait of `close()` for owed acknowledgements. */
  #onIdle: (() => void) | undefined;
  #stopListening = (): void => {};

  constructor(settings: Settings) {
    this.settings = settings;
    const { protocolVersion: version, receiveMaximum, store, reconnection, onGivenUp } = settings;
    this.session = new Session(version, receiveMaximum, store !== undefined);
    this.storeWriter = new StoreWriter(store, this.session.output);
    this.session.output.schedule = () => this.#schedule();
    if (onGivenUp !== undefined) {
      this.session.sender.onGivenUp = (message, reason) => {
        // What the callback throws is an unhandled rejection, and not an error of the session's.
        const told = givenUp(message, version, reason);
        void Promise.resolve().then(() => onGivenUp(told));
      };
    }
    if (reconnection !== undefined) this.#attempts = new ReconnectAttempts(reconnection, this.deadlines);
  }

  get server(): ServerInfo {
    if (this.#server === undefined) throw usage('The client is not connected yet');
    return this.#server;
  }

  async open(): Promise<void> {
    const { store, clean, signal } = this.settings;
    const limit = this.#attemptLimit();
    this.#stopListening = whenAborted(signal, (fired) => {
      this.abort(abortedBy('connection', fired, this.#server === undefined));
    });
    try {
      if (this.failure !== undefined) throw this.failure;
      if (store !== undefined) {
        this.session.restore(await inTime(this.deadlines, () => store.load(), limit), clean);
      }
      await this.#attempt(clean, limit);
    } catch (error) {
      const caught = asFailure(error);
      const failure = withSafeToRetry(this.failure ?? caught, caught.safeToRetry);
      this.abort(failure);
      throw failure;
    }
  }

  mayRead(): boolean {
    return this.subscriptions.mayRead;
  }

  mayPush(): boolean {
    return this.subscriptions.mayPush || this.#attempts !== undefined;
  }

  #schedule(): void {
    if (this.connection === undefined) void this.storeWriter.saveQuietly();
    else this.connection.schedule();
  }

  onWorked(): void {
    if (this.#onIdle !== undefined && !this.session.owed) this.#onIdle();
  }

  abort(reason: FairleadError): void {
    this.#finish(reason, reason);
    this.closed.resolve(reason);
  }

  /** Ends the client with a DISCONNECT. Idempotent. */
  close(reasonCode: number, sessionExpirySeconds: number | undefined): Promise<void> {
    this.session.refusal ??= closedHere(this.connection?.peer);
    this.#closing ??= this.#close(this.session.refusal, reasonCode, sessionExpirySeconds);
    return this.#closing;
  }

  onEnd(reason: FairleadError, byBroker: boolean): void {
    // An attempt has failed, which reports it itself.
    if (this.connection === undefined) return;
    this.connection = undefined;
    this.#attempts?.lost(this.session.hasWorked);
    this.session.pause(byBroker && mayBlameMessage(reason) ? reason : undefined);
    if (this.failure !== undefined) return;
    if (this.#attempts !== undefined && this.#closing === undefined && isPassing(reason)) {
      void this.#reconnect(this.#attempts, reason);
    } else this.abort(reason);
  }

  /** The limit of an attempt to connect that begins now. */
  #attemptLimit(): CallLimit {
    this.#attempting = new AbortController();
    return limitOf({ signal: this.#attempting.signal, timeoutMs: this.settings.connectTimeoutMs });
  }

  async #attempt(clean: boolean, limit: CallLimit): Promise<void> {
    const clientId = this.#server?.clientId ?? this.settings.clientId;
    const { connection, server } = await logIn(this, { clean, clientId }, limit).finally(() => {
      this.#attempting = undefined;
    });
    if (this.failure !== undefined) {
      connection.abort(this.failure);
      throw this.failure;
    }
    const isFirst = this.#server === undefined;
    this.#server = server;
    this.connection = connection;
    this.#attempts?.connected();
    if (isFirst && server.sessionPresent) this.subscriptions.expectUnclaimed();
    if (!isFirst && !server.sessionPresent) this.subscriptions.renew();
    connection.start(server);
  }

  async #reconnect(attempts: ReconnectAttempts, first: FairleadError): Promise<void> {
    const { protocolVersion, clean } = this.settings;
    let reason = first;
    while (await attempts.next()) {
      if (this.failure !== undefined) return;
      try {
        // MQTT 3.1.1 cannot resume a session that was begun as a clean one.
        return await this.#attempt(protocolVersion === 4 && clean, this.#attemptLimit());
      } catch (error) {
        reason = asFailure(error);
        if (this.failure !== undefined || !isPassing(reason)) break;
      }
    }
    if (this.failure === undefined) this.abort(reason);
  }

  async #close(
    reason: FairleadError,
    reasonCode: number,
    sessionExpirySeconds: number | undefined,
  ): Promise<void> {
    const endsAt = Date.now() + CLOSE_MS;
    const left = (): number => Math.max(1, endsAt - Date.now());
    if (this.failure === undefined && this.connection !== undefined && this.session.owed) {
      const idle = deferred<void>();
      this.#onIdle = idle.resolve;
      await bounded(idle.promise, OWED_MS);
    }
    if (this.settings.store !== undefined) await bounded(this.storeWriter.saveQuietly(), left());
    if (this.failure !== undefined) return;
    this.failure = reason;
    const closing = this.connection?.close(reason, reasonCode, sessionExpirySeconds);
    this.#finish(reason, undefined);
    if (closing !== undefined) await bounded(closing, left());
    this.closed.resolve(undefined);
  }

  /**
   * Ends the client for good, and every call that waits.
   * @param told The error that loops over messages get; `undefined` after `close()`.
   */
  #finish(reason: FairleadError, told: FairleadError | undefined): void {
    this.failure ??= reason;
    this.session.refusal = this.failure;
    this.#attempting?.abort(reason);
    this.connection?.abort(reason);
    this.#attempts?.stop();
    this.#onIdle?.();
    this.deadlines.stop();
    this.#stopListening();
    void this.storeWriter.saveQuietly();
    this.session.fail(reason);
    this.onEnding(reason);
    this.subscriptions.end(told);
  }
}
