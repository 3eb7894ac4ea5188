// The state machine of a session, which may outlive connections: what arrived -> what to send and who is told. No I/O, no clock.
import type { FairleadError } from '@fairlead/errors';
import type { Decoder } from '../decode/decoder.ts';
import { encodeFilters, type FilterRequest } from '../encode/control.ts';
import { identifierAt } from '../encode/publish.ts';
import { MALFORMED, PROTOCOL_ERROR, protocolError, sameFailure } from '../errors.ts';
import { PUBACK, PUBCOMP, PUBLISH, PUBREC, PUBREL, SUBACK, UNSUBACK } from '../packet-types.ts';
import type { Properties, Version } from '../packets.ts';
import { Identifiers } from './identifiers.ts';
import { Incoming } from './incoming.ts';
import { Journal } from './journal.ts';
import { Outgoing } from './outgoing.ts';
import { Router } from './router.ts';
import { Wire, type WireLimits } from './wire.ts';

/** A SUBSCRIBE or UNSUBSCRIBE that waits for its acknowledgement. */
export interface Request extends FilterRequest {
  readonly resolve: (reasonCodes: readonly number[], properties: Properties) => void;
  readonly reject: (reason: Error) => void;
}

/** Settings of a session. */
export interface SessionOptions {
  readonly version: Version;
  /** What the broker was told in CONNECT. */
  readonly receiveMaximum: number;
  /** Whether changes are stored. */
  readonly stores: boolean;
}

export class Session {
  readonly wire: Wire;
  readonly outgoing: Outgoing;
  readonly incoming: Incoming;
  readonly router: Router = new Router();
  readonly journal: Journal;
  readonly #requests = new Map<number, Request>();
  readonly #identifiers: Identifiers = new Identifiers(this.#requests);
  #connected = false;

  constructor({ version, receiveMaximum, stores }: SessionOptions) {
    this.wire = new Wire(version);
    this.journal = new Journal(stores);
    this.outgoing = new Outgoing(this.wire, this.#identifiers, this.journal);
    this.incoming = new Incoming(this.wire, this.journal, this.router, receiveMaximum);
  }

  /** Whether the broker owes an acknowledgement. */
  get owed(): boolean {
    return this.#requests.size > 0 || this.outgoing.owed;
  }

  /** Whether packets go to a broker now. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Takes what a store has kept; `forget` where the session begins anew. */
  restore(records: ReadonlyMap<string, Uint8Array>, forget: boolean): void {
    for (const [key, value] of [...records].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const kind = key[0];
      const number = Number(key.slice(1));
      this.journal.seen(number);
      if (kind !== 'p' && kind !== 'r' && kind !== 'i') continue;
      if (forget) this.journal.delete(kind, number);
      else if (kind === 'i') this.incoming.restore(number);
      else {
        const at = kind === 'p' ? identifierAt(value) : 0;
        this.outgoing.restore(kind, number, ((value[at] ?? 0) << 8) | (value[at + 1] ?? 0), value);
      }
    }
  }

  /** The broker has accepted a connection. What is owed to it is appended to the bytes to be sent. */
  resume(limits: WireLimits, isResumed: boolean): void {
    this.wire.limits = limits;
    this.#connected = true;
    this.incoming.resume(isResumed);
    for (const [identifier, request] of this.#requests) this.#send(identifier, request);
    this.outgoing.resume(isResumed);
  }

  /** The connection is gone; the session may go on with another one. */
  pause(): void {
    this.#connected = false;
    this.outgoing.pause();
    this.incoming.pause();
    this.wire.reset();
  }

  /** Sends SUBSCRIBE or UNSUBSCRIBE. @throws FairleadError `usage` or `limit`. */
  request(request: Request): void {
    const identifier = this.#identifiers.next();
    if (this.#connected) this.#send(identifier, request);
    this.#requests.set(identifier, request);
  }

  /** The caller of a request waits no longer; its answer is ignored. */
  forget(request: Request): void {
    for (const [identifier, each] of this.#requests) {
      if (each === request) this.#requests.set(identifier, { ...request, resolve: ignore, reject: ignore });
    }
  }

  /**
   * Takes the packet that lies in the decoder, if it belongs to the session.
   * @returns Whether it does.
   * @throws FairleadError `protocol`.
   */
  receive(type: number, decoder: Decoder): boolean {
    switch (type) {
      case PUBLISH:
        this.incoming.publish(decoder);
        return true;
      case PUBACK:
      case PUBREC:
      case PUBCOMP:
        this.outgoing.acknowledge(type, decoder.packetIdentifier, decoder.reasonCode, decoder.properties);
        return true;
      case PUBREL:
        this.incoming.release(decoder.packetIdentifier);
        return true;
      case SUBACK:
      case UNSUBACK:
        this.#answered(type, decoder);
        return true;
      default:
        return false;
    }
  }

  /** Rejects everything that waits. What is in flight stays in the store. */
  fail(reason: FairleadError): void {
    this.outgoing.fail(reason);
    for (const { reject } of this.#requests.values()) reject(sameFailure(reason, reason.code, false));
    this.#requests.clear();
  }

  #send(identifier: number, request: Request): void {
    const { version, maximumPacketBytes } = this.wire.limits;
    encodeFilters(this.wire.writer, request, identifier, version, maximumPacketBytes);
  }

  #answered(type: number, { packetIdentifier, reasonCodes, properties }: Decoder): void {
    const request = this.#requests.get(packetIdentifier);
    if (request === undefined || request.isSubscribe !== (type === SUBACK)) {
      throw protocolError(PROTOCOL_ERROR, `an answer of type ${type} that nothing was asked for`);
    }
    // UNSUBACK of MQTT 3.1.1 has none.
    if (
      reasonCodes.length !== request.filters.length &&
      (type === SUBACK || this.wire.limits.version === 5)
    ) {
      throw protocolError(
        MALFORMED,
        `${reasonCodes.length} reason codes for ${request.filters.length} filters`,
      );
    }
    this.#requests.delete(packetIdentifier);
    request.resolve(reasonCodes, properties);
  }
}

const ignore = (): void => {};
