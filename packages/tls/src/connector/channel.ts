// An inner transport with TLS on it, or still to come, as a channel.
import type {
  Address,
  Attempt,
  Channel,
  ChannelFault,
  ConnectOptions,
  TlsSession,
  Transport,
} from '@fairlead/transport';
import { Connection } from '../client/connection.ts';
import { handshake } from '../client/handshake.ts';
import type { Established, HandshakeOutcome, HandshakeRequest, Settings, Ticket } from '../client/types.ts';
import { TlsFault } from '../fault.ts';
import { ReceivedAlert } from '../record/alerts.ts';
import { RecordLayer } from '../record/layer.ts';
import { connectionFailure, handshakeFailure } from './failures.ts';
import { bindJar, TicketJar } from './sessions.ts';

const noop = (): void => undefined;

/** What a channel needs for its handshake. */
export interface TlsPlan {
  readonly address: Address;
  readonly mode: 'implicit' | 'starttls';
  readonly settings: Settings;
  /** Where tickets are taken from and put to. */
  readonly jar: TicketJar;
  /** Whether the connection has to resume the jar's session: FTPS. */
  readonly mustResume: boolean;
  readonly options: ConnectOptions;
}

/** TLS over an inner transport. */
export class TlsChannel implements Channel {
  readonly ended: Promise<void>;
  readonly #inner: Transport;
  readonly #plan: TlsPlan;
  #layer: RecordLayer | undefined;
  #connection: Connection | undefined;
  #tls: TlsSession | undefined;
  #attempt: Attempt;
  #lacksCertificate = false;
  #isVerdictDue = false;
  #hasWritten = false;
  /** Settles with the handshake, which knows better than anybody why a connection has ended meanwhile. */
  #shaking: Promise<void> = Promise.resolve();
  /** Set once this side has said that it writes nothing more. */
  #notified: Promise<void> | undefined;
  /** The inner transport is closing, in its own time. */
  #isLeaving = false;

  constructor(inner: Transport, plan: TlsPlan) {
    this.#inner = inner;
    this.#plan = plan;
    this.ended = inner.closed.then(() => this.#shaking);
    this.#attempt = { address: plan.address, tls: plan.mode, startedAt: Date.now() };
  }

  get tls(): TlsSession | undefined {
    return this.#tls;
  }

  /** Bytes that arrived in clear are with the inner transport; the handshake finds that they are no TLS. */
  buffered(): number {
    return 0;
  }

  startTls(): Promise<void> {
    const shaking = this.#shakeHands();
    this.#shaking = shaking.catch(noop);
    return shaking;
  }

  async #shakeHands(): Promise<void> {
    this.#attempt = { ...this.#attempt, startedAt: Date.now() };
    const { settings, jar, mustResume } = this.#plan;
    const layer = new RecordLayer(this.#inner);
    this.#layer = layer;
    const ticket = settings.tickets === false ? undefined : jar.take(mustResume);
    const request: HandshakeRequest = { settings, name: jar.name, ticket };
    try {
      this.#establish(layer, await handshake(layer, request), ticket);
    } catch (error) {
      // What cannot be resumed must not stand in the way of the next connection. FTPS needs it once more where TLS was not at fault.
      const isSpent = !mustResume || error instanceof TlsFault || error instanceof ReceivedAlert;
      if (ticket !== undefined && isSpent) jar.drop(ticket);
      this.#leave(error);
      throw handshakeFailure(error, { attempt: this.#attempt });
    }
  }

  #establish(layer: RecordLayer, outcome: HandshakeOutcome, offered: Ticket | undefined): void {
    const { jar, settings } = this.#plan;
    // FTP servers compare sessions: `resume` must not find those of other connections to the same server.
    const ownJar = new TicketJar(settings, jar.name);
    const keep = (ticket: Ticket): void => {
      this.#isVerdictDue = false;
      if (settings.tickets === false) return;
      for (const each of [jar, ownJar]) each.put(ticket);
    };
    if (offered !== undefined && outcome.established.resumed) ownJar.put(offered);
    if (outcome.ticket !== undefined) keep(outcome.ticket);
    this.#isVerdictDue = outcome.isVerdictDue;
    this.#lacksCertificate = outcome.isVerdictDue && settings.identity === undefined;
    this.#connection = new Connection(layer, outcome, keep);
    this.#tls = sessionOf(outcome.established);
    bindJar(this.#tls, ownJar);
  }

  async read(atLeast: number): Promise<Uint8Array | undefined> {
    if (this.#connection === undefined) return this.#inner.read(atLeast);
    try {
      const bytes = await this.#connection.read(atLeast);
      if (bytes !== undefined) this.#isVerdictDue = false;
      else if (!this.#plan.options.allowHalfOpen) this.#leave(undefined);
      return bytes;
    } catch (error) {
      this.#leave(error);
      throw this.#failureOf(error);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#connection === undefined) return this.#inner.write(bytes);
    this.#hasWritten = true;
    try {
      await this.#connection.write(bytes);
    } catch (error) {
      throw this.#failureOf(error);
    }
  }

  #failureOf(error: unknown): unknown {
    return connectionFailure(error, {
      attempt: this.#attempt,
      lacksCertificate: this.#lacksCertificate,
      hasWritten: this.#hasWritten,
      isVerdictDue: this.#isVerdictDue && !this.#connection?.hasUnread,
    });
  }

  /** TLS's end of one direction, and TCP's behind it where the inner transport knows such a thing. */
  async finish(): Promise<void> {
    await this.#notify();
    await this.#inner.closeWrite().catch(noop);
  }

  /** The inner transport closes behind the caller's back, in two seconds at most. */
  async close(): Promise<void> {
    await this.#notify();
    this.#leave(undefined);
  }

  destroy(reason: Error): void {
    if (!this.#isLeaving) this.#inner.destroy(reason);
  }

  classify(): ChannelFault {
    return 'lost';
  }

  #notify(): Promise<void> {
    this.#notified ??= (this.#connection?.closeNotify() ?? Promise.resolve()).catch(noop);
    return this.#notified;
  }

  /** Says goodbye, by an alert for a fault, and closes the inner transport. */
  #leave(error: unknown): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    if (error instanceof TlsFault) this.#layer?.sendAlert(error.alert).catch(noop);
    else if (error === undefined) void this.#notify();
    // Sealing takes a moment; closing flushes only what the inner transport has.
    const handed = this.#layer?.handed ?? Promise.resolve();
    void handed.then(() => this.#inner.close());
  }
}

function sessionOf(established: Established): TlsSession {
  const { certificates, ...rest } = established;
  return { ...rest, peerCertificates: certificates };
}
