// The encrypted link over one transport: hands out payloads, deals with the transport layer's own messages, renews keys.
import {
  type CallLimit,
  type Deadline,
  Deadlines,
  type Deferred,
  deferred,
  firstOf,
  timeUp,
  watchCall,
} from '@fairlead/client';
import { FairleadError, type Peer } from '@fairlead/errors';
import { bounded, type Transport } from '@fairlead/transport';
import { protocolError } from '../../errors.ts';
import type { HostKeyPolicy } from '../../host-keys/types.ts';
import { mayCome } from '../../session/exchange-states.ts';
import * as TRANSPORT from '../../wire/numbers/transport.ts';
import { CLIENT_IDENTIFICATION, IdentificationDecoder } from '../../wire/transport/identification.ts';
import {
  DISCONNECT_BY_APPLICATION,
  decodeDisconnect,
  decodeSignatureAlgorithms,
  encodeDisconnect,
  encodeUnimplemented,
} from '../../wire/transport/transport-messages.ts';
import type { NegotiatedAlgorithms, PacketLink } from '../packet-link.ts';
import { Exchanges } from './exchange.ts';
import type { Offer } from './offers.ts';
import { PacketReceiver } from './packet-receiver.ts';
import { PacketSender } from './packet-sender.ts';

/** Keys are renewed after so many packets of one direction (RFC 4344 section 3.1 allows 2^31). */
const REKEY_AFTER_PACKETS = 2 ** 28;
/** Key exchanges within a second of each other, with no payload in between, that a server may begin. */
const MAX_IDLE_REKEYS = 16;
const CLOSE_TIMEOUT_MS = 1_000;

/** What a link is told. */
export interface LinkSettings {
  readonly offer: Offer;
  readonly hostKeys: HostKeyPolicy;
  readonly rekeyAfterBytes: number;
  readonly rekeyTimeoutMs: number;
}

/** The client's link. */
export class Link implements PacketLink {
  readonly peer: Peer;
  readonly closed: Promise<void>;
  software = '';
  signatureAlgorithms: readonly string[] | undefined;
  readonly #transport: Transport;
  readonly #settings: LinkSettings;
  readonly #sender: PacketSender;
  readonly #receiver: PacketReceiver;
  readonly #exchanges: Exchanges;
  readonly #deadlines = new Deadlines();
  /** Rejects with what the link ended with, while an exchange waits for more than bytes. */
  #interrupt: Deferred<never> | undefined;
  #rekeyDeadline: Deadline | undefined;
  #idleRekeys = 0;
  #lastRekeyAt = 0;
  #closing: Promise<void> | undefined;

  constructor(transport: Transport, settings: LinkSettings) {
    this.peer = transport.peer;
    this.closed = transport.closed;
    this.#transport = transport;
    this.#settings = settings;
    this.#sender = new PacketSender(transport);
    this.#receiver = new PacketReceiver(transport);
    this.#exchanges = new Exchanges(settings.offer, settings.hostKeys, this.#sender, this.#receiver);
    transport.closed.then(() => {
      this.#deadlines.stop();
      this.#interrupt?.reject(this.#lost('during a key exchange'));
    });
  }

  get sessionId(): Uint8Array {
    return this.#established().sessionId;
  }

  get hostKey(): Uint8Array {
    return this.#established().hostKey;
  }

  get algorithms(): NegotiatedAlgorithms {
    const { algorithms } = this.#exchanges;
    if (algorithms === undefined) throw new Error('no key exchange has ended');
    return algorithms;
  }

  get isHolding(): boolean {
    return this.#sender.holds;
  }

  /** Makes the first exchange, up to our NEWKEYS: the server's is taken by the first `receive`. */
  async start(limit: CallLimit): Promise<void> {
    const unwatch = watchCall(this.#deadlines, 'key exchange', limit, (reason) => this.destroy(reason));
    try {
      await this.#start();
    } finally {
      unwatch();
    }
  }

  async #start(): Promise<void> {
    this.#sender.raw(new TextEncoder().encode(`${CLIENT_IDENTIFICATION}\r\n`));
    this.#exchanges.begin();
    await this.#identify();
    while (this.#exchanges.established === undefined) {
      const payload = await this.#next();
      if (payload === undefined) throw this.#lost('during the key exchange');
    }
    this.#watchExchange();
  }

  send(payload: Uint8Array): Promise<void> {
    const sent = this.#sender.send(payload);
    this.#renewKeys();
    return sent;
  }

  async receive(): Promise<Uint8Array | undefined> {
    try {
      for (;;) {
        const payload = await this.#next();
        if (payload === undefined || payload.length > 0) return payload;
      }
    } catch (error) {
      if (error instanceof Error) this.destroy(error);
      throw error;
    }
  }

  sendUnimplemented(): Promise<void> {
    return this.#sender.send(encodeUnimplemented(this.#receiver.sequenceOfLast));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  destroy(reason: Error): void {
    this.#interrupt?.reject(reason);
    this.#sender.fail(reason);
    this.#deadlines.stop();
    this.#transport.destroy(reason);
  }

  async #close(): Promise<void> {
    const reason = { reason: DISCONNECT_BY_APPLICATION, description: '' };
    await bounded(this.#sender.push(encodeDisconnect(reason)), CLOSE_TIMEOUT_MS);
    await this.#transport.close();
    this.destroy(
      new FairleadError('closed', 'SSH: This side has closed the connection', { peer: this.peer }),
    );
  }

  async #identify(): Promise<void> {
    const decoder = new IdentificationDecoder();
    for (;;) {
      decoder.keep();
      const chunk = await this.#transport.read();
      if (chunk === undefined) throw this.#lost('before it said what it is');
      decoder.push(chunk);
      const found = decoder.next();
      if (found === undefined) continue;
      this.software = found.software;
      this.#exchanges.serverIdentification = found.line;
      this.#receiver.push(decoder.rest());
      return;
    }
  }

  /** One message. @returns A payload for who uses the link; an empty one for what was dealt with; `undefined` at the end. */
  async #next(): Promise<Uint8Array | undefined> {
    const payload = await this.#receiver.next();
    if (payload === undefined) {
      if (this.#exchanges.state !== 'settled') throw this.#lost('during a key exchange');
      return undefined;
    }
    const type = payload[0] ?? 0;
    if (this.#exchanges.skips()) return NOTHING;
    if (!mayCome(this.#exchanges.state, type, this.#exchanges)) {
      throw protocolError(`Message ${type} came in a key exchange, where it is not allowed`);
    }
    if (type > TRANSPORT.NEWKEYS && !(type >= 30 && type <= 49)) return this.#handOut(payload);
    return this.#takeOwn(type, payload);
  }

  #handOut(payload: Uint8Array): Uint8Array {
    this.#idleRekeys = 0;
    this.#renewKeys();
    return payload;
  }

  async #takeOwn(type: number, payload: Uint8Array): Promise<Uint8Array | undefined> {
    switch (type) {
      case TRANSPORT.DISCONNECT:
        return this.#takeDisconnect(payload);
      case TRANSPORT.IGNORE:
      case TRANSPORT.UNIMPLEMENTED:
      case TRANSPORT.DEBUG:
        return NOTHING;
      case TRANSPORT.EXT_INFO:
        this.signatureAlgorithms = decodeSignatureAlgorithms(payload) ?? this.signatureAlgorithms;
        return NOTHING;
      case TRANSPORT.KEXINIT:
      case TRANSPORT.KEX_ECDH_REPLY:
      case TRANSPORT.NEWKEYS:
        await this.#exchange(type, payload);
        return NOTHING;
      default:
        // SERVICE_ACCEPT, and what is unknown.
        return this.#handOut(payload);
    }
  }

  async #exchange(type: number, payload: Uint8Array): Promise<void> {
    const exchanges = this.#exchanges;
    if (type === TRANSPORT.KEXINIT && exchanges.state === 'settled') this.#countRekey();
    // A policy may ask its caller, and never get an answer.
    this.#interrupt = deferred();
    await firstOf(exchanges.take(payload), this.#interrupt.promise);
    this.#interrupt = undefined;
    if (exchanges.established === undefined) return;
    this.#watchExchange();
    this.#renewKeys();
  }

  #takeDisconnect(payload: Uint8Array): undefined {
    const { reason, description } = decodeDisconnect(payload);
    if (reason === DISCONNECT_BY_APPLICATION && this.#exchanges.established !== undefined) return;
    throw new FairleadError(
      'server',
      `SSH: The server ended the connection: ${description || `reason ${reason}`}`,
      {
        peer: this.peer,
        server: { code: String(reason), message: description },
      },
    );
  }

  /** Begins an exchange when the keys have done their work. */
  #renewKeys(): void {
    if (this.#exchanges.state !== 'settled') return;
    const sender = this.#sender;
    const receiver = this.#receiver;
    const { rekeyAfterBytes } = this.#settings;
    if (
      Math.max(sender.bytes, receiver.bytes) < rekeyAfterBytes &&
      Math.max(sender.packets, receiver.packets) < REKEY_AFTER_PACKETS
    ) {
      return;
    }
    this.#exchanges.begin();
    this.#watchExchange();
  }

  /** An exchange that the server does not finish ends the link. */
  #watchExchange(): void {
    if (this.#exchanges.state === 'settled') {
      this.#deadlines.remove(this.#rekeyDeadline);
      this.#rekeyDeadline = undefined;
      this.#deadlines.rest();
      return;
    }
    const { rekeyTimeoutMs } = this.#settings;
    this.#rekeyDeadline ??= this.#deadlines.add(rekeyTimeoutMs, () => {
      this.destroy(timeUp('key exchange', rekeyTimeoutMs));
    });
  }

  #countRekey(): void {
    const now = Date.now();
    this.#idleRekeys = now - this.#lastRekeyAt > 1_000 ? 1 : this.#idleRekeys + 1;
    this.#lastRekeyAt = now;
    if (this.#idleRekeys > MAX_IDLE_REKEYS) throw protocolError('The server renews its keys without end');
  }

  #lost(when: string): FairleadError {
    const message = `SSH: The server closed the connection ${when}`;
    return new FairleadError('connection_lost', message, { peer: this.peer });
  }

  #established() {
    const { established } = this.#exchanges;
    if (established === undefined) throw new Error('no key exchange has ended');
    return established;
  }
}

/** No payload is empty: it has its number. */
const NOTHING = /* @__PURE__ */ new Uint8Array(0);
