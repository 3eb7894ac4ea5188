// What users import: connects, publishes, subscribes, and connects again where it was asked to.
import {
  abortedBy,
  type CallLimit,
  Deadlines,
  limitOf,
  stackAtCaller,
  withAttemptSignal,
} from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import type { Connection } from './connection/connection.ts';
import type { ConnectionOwner } from './connection/connection-owner.ts';
import { inTime, logIn } from './connection/login.ts';
import { ReconnectAttempts } from './connection/reconnect-attempts.ts';
import { asFailure, closedHere, flagged, isPassing, mayBlameMessage, usage } from './errors.ts';
import { checkClose, checkPublish, checkSubscribe } from './options/arguments.ts';
import { resolveOptions, type Settings } from './options/options.ts';
import { Publisher, type PublisherOwner } from './publishing/publisher.ts';
import { Requests } from './requests/request-response.ts';
import { givenUp } from './session/outgoing/outcomes.ts';
import { Session } from './session/session.ts';
import { StoreWriter } from './store/store-writer.ts';
import { Subscriptions, type SubscriptionsOwner } from './subscriptions/subscriptions.ts';
import type { Client } from './types/client.ts';
import type { ConnectOptions } from './types/connect-options.ts';
import type {
  Message,
  PublishOptions,
  PublishResult,
  RequestOptions,
  ServerInfo,
  SubscribeOptions,
  Subscription,
  TopicFilter,
} from './types/messages.ts';
import type { Publication } from './wire/packets.ts';

/** How long `close` may take, and how much of it to wait for acknowledgements that are owed. */
const CLOSE_MS = 2_000;
const OWED_MS = 1_000;
/** What callbacks of the user's throw is a rejection of its own. */
const TICK = /* @__PURE__ */ Promise.resolve();

/**
 * Connects, and resolves when the broker has accepted it.
 * @param target `mqtt[s]://user:password@host:port`, or options.
 * @param options Win over the URL.
 * @throws FairleadError `usage` for a malformed target or option; `auth` or `server` where the broker refuses; `protocol`;
 *   what the connector throws: `connect_failed`, `connect_timeout`, `tls_failed`, `aborted`, `policy`.
 */
export async function connect(
  target: string | URL | ConnectOptions,
  options?: ConnectOptions,
): Promise<Client> {
  try {
    const client = new MqttClient(resolveOptions(target, options));
    await client.open();
    return client;
  } catch (error) {
    throw stackAtCaller(error);
  }
}

class MqttClient implements Client, ConnectionOwner, PublisherOwner, SubscriptionsOwner {
  readonly closed: Promise<Error | undefined>;
  readonly settings: Settings;
  readonly session: Session;
  readonly storeWriter: StoreWriter;
  readonly deadlines: Deadlines = new Deadlines();
  readonly subscriptions: Subscriptions = new Subscriptions(this);
  readonly #publisher: Publisher = new Publisher(this);
  readonly #requests: Requests = new Requests(this);
  readonly #attempts: ReconnectAttempts | undefined;
  /** Fires when the client has ended: whatever is being dialled is let go of. */
  readonly #ending = new AbortController();
  #server: ServerInfo | undefined;
  #connection: Connection | undefined;
  failure: FairleadError | undefined;
  #closing: Promise<void> | undefined;
  #resolveClosed: (reason: Error | undefined) => void = () => {};
  #onIdle: (() => void) | undefined;

  constructor(settings: Settings) {
    this.settings = settings;
    const { protocolVersion: version, receiveMaximum, store, reconnection, onGivenUp } = settings;
    this.session = new Session({ version, receiveMaximum, stores: store !== undefined });
    this.storeWriter = new StoreWriter(store, this.session.changes);
    this.session.receiver.onOutput = () => this.schedule();
    if (onGivenUp !== undefined) {
      this.session.sender.onGivenUp = (flight, reason) => {
        const message = givenUp(flight, version, reason);
        void TICK.then(() => onGivenUp(message));
      };
    }
    if (reconnection !== undefined) this.#attempts = new ReconnectAttempts(reconnection, this.deadlines);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  get server(): ServerInfo {
    if (this.#server === undefined) throw usage('The client is not connected yet');
    return this.#server;
  }

  get timeoutMs(): number {
    return this.settings.timeoutMs;
  }

  /** The open connection, if there is one now. */
  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** Why no call is taken any more. */
  get refusal(): FairleadError | undefined {
    return this.failure ?? (this.#closing === undefined ? undefined : closedHere());
  }

  async open(): Promise<void> {
    const { store, clean, signal, connectTimeoutMs } = this.settings;
    const limit = limitOf({ signal: this.#ending.signal, timeoutMs: connectTimeoutMs });
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort();
    try {
      if (this.failure !== undefined) throw this.failure;
      if (store !== undefined) {
        const loading = (async () => store.load())();
        this.session.restore(await inTime(loading, limit, () => {}), clean);
      }
      await this.#attempt(clean, limit);
    } catch (error) {
      const caught = asFailure(error);
      const failure = flagged(this.failure ?? caught, caught.safeToRetry);
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

  schedule(): void {
    if (this.#connection === undefined) void this.storeWriter.saveQuietly();
    else this.#connection.schedule();
  }

  onWorked(): void {
    if (this.#onIdle !== undefined && !this.session.owed) this.#onIdle();
  }

  abort(reason: FairleadError): void {
    this.#finish(reason, reason);
    this.#resolveClosed(reason);
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<PublishResult> {
    try {
      checkPublish(topic, options);
      const { qos = 0, retain = false, properties, signal, timeoutMs } = options;
      const publication: Publication = { topic, payload, qos, retain, properties };
      return this.#publisher.publish(publication, signal, timeoutMs);
    } catch (error) {
      return Promise.reject(asFailure(error));
    }
  }

  /** As `publish`, for a call whose time has begun. */
  send(publication: Publication, limit: CallLimit): Promise<PublishResult> {
    try {
      return this.#publisher.publish(publication, limit.signal, limit.timeoutMs, limit.at);
    } catch (error) {
      return Promise.reject(asFailure(error));
    }
  }

  async subscribe(
    filters: string | TopicFilter | readonly (string | TopicFilter)[],
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    try {
      const wanted = checkSubscribe(filters, options);
      const limit = limitOf(options, this.settings.timeoutMs);
      return await this.subscriptions.subscribe(wanted, options, limit);
    } catch (error) {
      throw stackAtCaller(error);
    }
  }

  request(topic: string, payload: string | Uint8Array, options: RequestOptions = {}): Promise<Message> {
    return this.#requests.request(topic, payload, options);
  }

  close(
    options: { readonly sessionExpirySeconds?: number; readonly withWill?: boolean } = {},
  ): Promise<void> {
    try {
      checkClose(options);
    } catch (error) {
      return Promise.reject(error);
    }
    // A session that was to end with its connection cannot be kept after all (section 3.14.2.2.2).
    const expiry = this.settings.sessionExpirySeconds > 0 ? options.sessionExpirySeconds : undefined;
    this.#closing ??= this.#close(options.withWill ? 4 : 0, expiry);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  onEnd(reason: FairleadError, byBroker: boolean): void {
    // An attempt that failed: who made it knows.
    if (this.#connection === undefined) return;
    this.#connection = undefined;
    this.#attempts?.lost(this.session.hasWorked);
    this.session.pause(byBroker && mayBlameMessage(reason) ? reason : undefined);
    if (this.failure !== undefined) return;
    if (this.#attempts !== undefined && this.#closing === undefined && isPassing(reason)) {
      void this.#reconnect(this.#attempts, reason);
    } else this.abort(reason);
  }

  async #attempt(clean: boolean, limit: CallLimit): Promise<void> {
    const clientId = this.#server?.clientId ?? this.settings.clientId;
    // Behind the attempt its signal must not cut off a DISCONNECT.
    const { connection, server } = await withAttemptSignal(limit.signal, (signal) =>
      logIn(this, { clean, clientId }, { ...limit, signal }),
    );
    if (this.failure !== undefined) {
      connection.abort(this.failure);
      throw this.failure;
    }
    const isFirst = this.#server === undefined;
    this.#server = server;
    this.#connection = connection;
    this.#attempts?.connected();
    if (isFirst && server.sessionPresent) this.subscriptions.expectUnclaimed();
    if (!isFirst && !server.sessionPresent) this.subscriptions.renew();
    connection.start(server);
  }

  async #reconnect(attempts: ReconnectAttempts, first: FairleadError): Promise<void> {
    const { protocolVersion, clean, connectTimeoutMs } = this.settings;
    let reason = first;
    while (await attempts.next()) {
      if (this.failure !== undefined) return;
      try {
        const limit = limitOf({ signal: this.#ending.signal, timeoutMs: connectTimeoutMs });
        // MQTT 3.1.1 cannot resume a session that was begun as a clean one.
        return await this.#attempt(protocolVersion === 4 && clean, limit);
      } catch (error) {
        reason = asFailure(error);
        if (this.failure !== undefined || !isPassing(reason)) break;
      }
    }
    if (this.failure === undefined) this.abort(reason);
  }

  async #close(reasonCode: number, sessionExpirySeconds: number | undefined): Promise<void> {
    const endsAt = Date.now() + CLOSE_MS;
    const left = (): number => Math.max(1, endsAt - Date.now());
    if (this.failure === undefined && this.#connection !== undefined && this.session.owed) {
      await bounded(new Promise<void>((resolve) => (this.#onIdle = resolve)), OWED_MS);
    }
    await bounded(this.storeWriter.saveQuietly(), left());
    if (this.failure !== undefined) return;
    const reason = closedHere();
    const connection = this.#connection;
    this.failure = reason;
    const closing = connection?.close(reasonCode, sessionExpirySeconds);
    this.#finish(reason, undefined);
    if (closing !== undefined) await bounded(closing, left());
    this.#resolveClosed(undefined);
  }

  readonly #onAbort = (): void => {
    const { signal } = this.settings;
    if (signal !== undefined) this.abort(abortedBy('connection', signal, this.#server === undefined));
  };

  /** Ends the client for good, and every call that waits. */
  #finish(reason: FairleadError, told: FairleadError | undefined): void {
    this.failure ??= reason;
    this.#ending.abort(reason);
    this.#connection?.abort(reason);
    this.#attempts?.stop();
    this.#onIdle?.();
    this.deadlines.stop();
    this.settings.signal?.removeEventListener('abort', this.#onAbort);
    void this.storeWriter.saveQuietly();
    this.session.fail(reason);
    this.#requests.end(reason);
    this.subscriptions.end(told);
  }
}
