// What users import: connects, publishes, subscribes, and connects again where it was asked to.
import { Deadlines } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { connect as connectTransport } from '@fairlead/transport';
import type { Client } from './api.ts';
import type { ConnectOptions } from './connect-options.ts';
import { Connection } from './connection.ts';
import { deferred } from './deferred.ts';
import { abortedBy, asFailure, isPassing, sameFailure, usage } from './errors.ts';
import type {
  Message,
  PublishOptions,
  PublishResult,
  RequestOptions,
  ServerInfo,
  SubscribeOptions,
  Subscription,
  TopicFilter,
} from './messages.ts';
import { resolveOptions, type Settings } from './options.ts';
import type { Publication } from './packets.ts';
import { Patience } from './patience.ts';
import { Requests } from './requests.ts';
import { Saver } from './saver.ts';
import { Session } from './session/session.ts';
import { type Subscriber, Subscriptions } from './subscriptions.ts';
import type { Surroundings } from './surroundings.ts';

/** How long `close` waits for acknowledgements that are owed. */
const CLOSE_WAIT_MS = 1_000;
/** The longest wait that a platform's timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/**
 * Connects, and resolves when the broker has accepted it.
 * @param target `mqtt[s]://user:password@host:port`, or options.
 * @param options Win over the URL.
 * @throws FairleadError `usage` for a malformed target; `auth` or `server` where the broker refuses; `protocol`; what
 *   the connector throws: `connect_failed`, `connect_timeout`, `tls_failed`, `aborted`, `policy`.
 */
export async function connect(
  target: string | URL | ConnectOptions,
  options?: ConnectOptions,
): Promise<Client> {
  const client = new MqttClient(resolveOptions(target, options));
  await client.open();
  return client;
}

class MqttClient implements Client, Surroundings, Subscriber {
  readonly closed: Promise<Error | undefined>;
  readonly settings: Settings;
  readonly session: Session;
  readonly saver: Saver;
  readonly deadlines: Deadlines = new Deadlines();
  readonly subscriptions: Subscriptions = new Subscriptions(this);
  readonly #patience: Patience;
  readonly #requests: Requests = new Requests(this);
  #server: ServerInfo | undefined;
  #connection: Connection | undefined;
  /** Not accepted by the broker yet. */
  #attempting: Connection | undefined;
  failure: FairleadError | undefined;
  #closing: Promise<void> | undefined;
  #resolveClosed: (reason: Error | undefined) => void = () => {};
  #onIdle: (() => void) | undefined;
  /** Ends the wait before the next attempt. */
  #wake: (() => void) | undefined;

  constructor(settings: Settings) {
    this.settings = settings;
    this.session = new Session({
      version: settings.protocolVersion,
      receiveMaximum: settings.receiveMaximum,
      stores: settings.store !== undefined,
    });
    this.#patience = new Patience(this.deadlines, this.session.outgoing);
    this.saver = new Saver(settings.store, this.session.journal);
    this.session.incoming.onOutput = () => this.schedule();
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

  async open(): Promise<void> {
    const { store, clean, signal } = this.settings;
    try {
      if (store !== undefined) this.session.restore(await store.load(), clean);
      await this.#attempt(clean);
    } catch (error) {
      const failure = asFailure(error);
      this.#finish(failure, failure);
      throw failure;
    }
    signal?.addEventListener('abort', this.#onAbort);
  }

  mayRead(): boolean {
    return this.subscriptions.mayRead;
  }

  mayPush(): boolean {
    return this.subscriptions.mayPush || this.settings.reconnection !== undefined;
  }

  schedule(): void {
    if (this.#connection === undefined) void this.saver.saveQuietly();
    else this.#connection.schedule();
  }

  onWorked(): void {
    if (this.#onIdle !== undefined && !this.session.owed) this.#onIdle();
  }

  abort(reason: FairleadError): void {
    this.#finish(reason, reason);
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<PublishResult> {
    const { qos = 0, retain = false, properties, signal } = options;
    const publication: Publication = { topic, payload, qos, retain, properties };
    try {
      if (this.failure !== undefined) throw sameFailure(this.failure, this.failure.code, true);
      if (signal?.aborted) throw abortedBy(signal);
      if (qos === 0 && this.session.connected && this.#connection !== undefined) {
        this.session.outgoing.publishAtMostOnce(publication);
        return this.#connection.handedOver();
      }
      if (qos !== 0 && qos !== 1 && qos !== 2) throw usage('qos is 0, 1 or 2');
      return this.#publish(publication, options);
    } catch (error) {
      return Promise.reject(asFailure(error));
    }
  }

  async subscribe(
    filters: string | TopicFilter | readonly (string | TopicFilter)[],
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    const list = Array.isArray(filters) ? filters : [filters as string | TopicFilter];
    return await this.subscriptions.subscribe(list, options);
  }

  request(topic: string, payload: string | Uint8Array, options: RequestOptions = {}): Promise<Message> {
    return this.#requests.request(topic, payload, options);
  }

  close(
    options: { readonly sessionExpirySeconds?: number; readonly withWill?: boolean } = {},
  ): Promise<void> {
    // A session that was to end with its connection cannot be kept after all (section 3.14.2.2.2).
    const expiry = this.settings.sessionExpirySeconds > 0 ? options.sessionExpirySeconds : undefined;
    this.#closing ??= this.#close(options.withWill ? 4 : 0, expiry);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  onEnd(reason: FairleadError): void {
    // An attempt that failed: who made it knows.
    if (this.#connection === undefined) return;
    this.#connection = undefined;
    this.session.pause();
    if (this.failure !== undefined) return;
    if (this.settings.reconnection !== undefined && isPassing(reason)) void this.#reconnect(reason);
    else this.#finish(reason, reason);
  }

  #publish(
    publication: Publication,
    { signal, timeoutMs = this.settings.timeoutMs }: PublishOptions,
  ): Promise<PublishResult> {
    const deadline = Date.now() + timeoutMs;
    const { promise, resolve, reject } = deferred();
    const flight = this.session.outgoing.publish(publication, { deadline, resolve, reject });
    this.#patience.until(deadline, timeoutMs);
    if (signal !== undefined) this.#patience.signal(signal, flight, promise);
    this.#connection?.schedule();
    return promise;
  }

  async #attempt(clean: boolean): Promise<void> {
    const { settings } = this;
    const { connector = connectTransport, address, signal, timeoutMs } = settings;
    const startedAt = Date.now();
    const transport = await connector(address, {
      tls: settings.tls ? 'implicit' : 'off',
      signal,
      connectTimeoutMs: timeoutMs,
    });
    const connection = new Connection(transport, this);
    this.#attempting = connection;
    // Infinity is more than any timer takes.
    const leftMs = Math.min(Math.max(1, timeoutMs - (Date.now() - startedAt)), MAX_TIMER_MS);
    const deadline = this.deadlines.add(leftMs, () => {
      const { peer } = transport;
      connection.abort(
        new FairleadError('connect_timeout', 'The broker did not answer CONNECT in time', { peer }),
      );
    });
    let server: ServerInfo;
    try {
      server = await connection.handshake(clean);
      if (this.failure !== undefined) throw this.failure;
    } catch (error) {
      connection.abort(asFailure(error));
      throw error;
    } finally {
      this.#attempting = undefined;
      this.deadlines.remove(deadline);
    }
    const isFirst = this.#server === undefined;
    this.#server = server;
    this.#connection = connection;
    if (isFirst && server.sessionPresent) this.subscriptions.expectUnclaimed();
    if (!isFirst && !server.sessionPresent) this.subscriptions.renew();
    connection.start(server);
  }

  async #reconnect(first: FairleadError): Promise<void> {
    const { reconnection, protocolVersion, clean } = this.settings;
    if (reconnection === undefined) return;
    const { initialDelayMs, maxDelayMs, maxAttempts } = reconnection;
    let reason = first;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const delayMs = Math.min(maxDelayMs, initialDelayMs * 2 ** attempt);
      // Half of it by chance, so that clients of a broker that was restarted do not all come at once.
      await this.#pause(delayMs * (0.5 + Math.random() / 2));
      if (this.failure !== undefined) return;
      try {
        // MQTT 3.1.1 cannot resume a session that was begun as a clean one.
        return await this.#attempt(protocolVersion === 4 && clean);
      } catch (error) {
        reason = asFailure(error);
        if (!isPassing(reason)) break;
      }
    }
    this.#finish(reason, reason);
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const deadline = this.deadlines.add(delayMs, resolve);
      this.#wake = () => {
        this.deadlines.remove(deadline);
        resolve();
      };
    });
  }

  async #close(reasonCode: number, sessionExpirySeconds: number | undefined): Promise<void> {
    const connection = this.#connection;
    if (this.failure === undefined && connection !== undefined && this.session.owed) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
        this.deadlines.add(CLOSE_WAIT_MS, resolve);
      });
    }
    await this.saver.saveQuietly();
    if (this.failure !== undefined) return;
    const reason = new FairleadError('closed', 'The connection was closed by this side');
    this.failure = reason;
    await this.#connection?.close(reasonCode, sessionExpirySeconds);
    this.#finish(reason, undefined);
  }

  readonly #onAbort = (): void => {
    const { signal } = this.settings;
    if (signal !== undefined) this.abort(abortedBy(signal, false));
  };

  /** Ends the client for good. */
  #finish(reason: FairleadError, told: FairleadError | undefined): void {
    this.failure ??= reason;
    this.#attempting?.abort(reason);
    this.#connection?.abort(reason);
    this.#wake?.();
    this.#onIdle?.();
    this.deadlines.stop();
    this.settings.signal?.removeEventListener('abort', this.#onAbort);
    void this.saver.saveQuietly();
    this.session.fail(reason);
    this.subscriptions.end(told);
    this.#resolveClosed(told);
  }
}
