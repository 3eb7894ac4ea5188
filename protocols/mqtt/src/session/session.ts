// A session, which may outlive its connections: from packets that arrived to packets to send. No I/O, no clock.
import { type FairleadError, usage } from '@fairlead/errors';
import {
  asFailure,
  limit,
  MALFORMED,
  PROTOCOL_ERROR,
  protocolError,
  sameFailure,
  withSafeToRetry,
} from '../errors.ts';
import type { Decoder } from '../wire/decode/decoder.ts';
import { encodeFilters, type FilterRequest } from '../wire/encode/control.ts';
import { identifierAt } from '../wire/encode/publish.ts';
import { PUBACK, PUBCOMP, PUBLISH, PUBREC, PUBREL, SUBACK, UNSUBACK } from '../wire/packet-types.ts';
import type { Properties, Version } from '../wire/packets.ts';
import { Receiver } from './incoming/receiver.ts';
import { Router } from './incoming/router.ts';
import { PacketIdentifiers } from './outgoing/in-flight-messages.ts';
import { Qos0Sender } from './outgoing/qos-0-sender.ts';
import { Sender } from './outgoing/sender.ts';
import { type BrokerLimits, type RecordKind, recordKey, SessionOutput } from './output.ts';

/** A SUBSCRIBE or UNSUBSCRIBE that waits for its acknowledgement. */
export interface Request extends FilterRequest {
  readonly resolve: (reasonCodes: readonly number[], properties: Properties) => void;
  readonly reject: (reason: Error) => void;
}

/** How many may wait at once: they share the packet identifiers with messages. */
const MAX_REQUESTS = 16_000;

/** A SUBSCRIBE or UNSUBSCRIBE by its packet identifier. */
interface PendingRequest {
  /** `undefined` where the caller waits no longer: the answer is ignored. */
  request: Request | undefined;
  readonly isSubscribe: boolean;
  readonly filters: number;
  sent: boolean;
}

/** One session: its sender, its receiver, and the SUBSCRIBE and UNSUBSCRIBE packets without an answer. */
export class Session {
  readonly output: SessionOutput;
  readonly sender: Sender;
  readonly receiver: Receiver;
  readonly router: Router = new Router();
  readonly qos0: Qos0Sender;
  readonly #requests = new Map<number, PendingRequest>();
  readonly #identifiers: PacketIdentifiers = new PacketIdentifiers(this.#requests);
  /** Whether packets go to a broker now. */
  connected = false;
  /** Why no new call is taken: the client is closing or has ended. */
  refusal: FairleadError | undefined;

  /**
   * @param receiveMaximum What the broker was told in CONNECT.
   * @param stores Whether changes are stored.
   */
  constructor(version: Version, receiveMaximum: number, stores: boolean) {
    this.output = new SessionOutput(version, stores);
    this.qos0 = new Qos0Sender(this.output);
    this.sender = new Sender(this.output, this.#identifiers);
    this.receiver = new Receiver(this.output, this.router, receiveMaximum);
  }

  /** @throws FairleadError once the client is closing or has ended; safe to retry. */
  assertOpen(): void {
    if (this.refusal !== undefined) throw sameFailure(this.refusal, this.refusal.code, true);
  }

  /** Whether the broker owes an acknowledgement. */
  get owed(): boolean {
    return this.#requests.size > 0 || this.sender.owed;
  }

  /** Whether messages went over the latest connection: one was answered, or one came. */
  get hasWorked(): boolean {
    return this.sender.answered || this.receiver.received;
  }

  /**
   * Takes the records of a store, or deletes them with `forget`, where the session begins anew.
   * @throws FairleadError `usage` for a record that is not of this session.
   */
  restore(records: ReadonlyMap<string, Uint8Array>, forget: boolean): void {
    for (const [key, value] of [...records].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const kind = key[0];
      const number = Number(key.slice(1));
      if (!isKind(kind) || !Number.isSafeInteger(number)) continue;
      this.output.seen(number);
      if (forget) this.output.change(kind, number);
      else if (kind === 'i') this.receiver.restore(number);
      else if (kind !== 's') {
        const suspicions = records.get(recordKey('s', number))?.[0] ?? 0;
        if (!this.#restoreMessage(kind, number, value, suspicions)) throw foreignRecord(key);
      }
    }
  }

  #restoreMessage(kind: 'p' | 'q' | 'r', number: number, value: Uint8Array, suspicions: number): boolean {
    if (!(value instanceof Uint8Array) || value.length < 2) return false;
    const isRelease = kind === 'r';
    if (!isRelease && (kind !== this.output.kind || !isPublish(value))) return false;
    const at = isRelease ? 0 : identifierAt(value);
    const identifier = ((value[at] ?? 0) << 8) | (value[at + 1] ?? 0);
    const record = { key: number, identifier, suspicions, packet: value };
    return identifier > 0 && this.sender.restore(isRelease, record);
  }

  /** The broker has accepted a connection. Packets that it must get again are appended to the send buffer. */
  resume(limits: BrokerLimits, isResumed: boolean): void {
    this.output.limits = limits;
    this.connected = true;
    this.receiver.resume(isResumed);
    this.qos0.resume();
    for (const [identifier, pending] of this.#requests) this.#sendAgain(identifier, pending);
    this.sender.resume(isResumed);
  }

  /**
   * The connection has ended; the session may go on with another one.
   * @param ending The error with which the broker ended it, where a message may have been the reason.
   */
  pause(ending?: FairleadError): void {
    this.connected = false;
    let isPending = false;
    for (const [identifier, { request, sent }] of this.#requests) {
      isPending ||= sent;
      // No call waits for its answer, and a broker forgets it with the connection.
      if (request === undefined) this.#requests.delete(identifier);
    }
    // The broker may have ended the connection for such a packet instead of a message.
    this.sender.pause(isPending ? undefined : ending);
    this.receiver.pause();
    this.output.reset();
  }

  /**
   * Sends SUBSCRIBE or UNSUBSCRIBE, or keeps it until there is a connection.
   * @returns Its identifier, for `forget`.
   * @throws FairleadError `usage` or `limit`; it was not accepted then.
   */
  request(request: Request): number {
    if (this.#requests.size >= MAX_REQUESTS) throw limit(`${MAX_REQUESTS} subscriptions wait for an answer`);
    const { isSubscribe, filters } = request;
    const identifier = this.#identifiers.next();
    const pending: PendingRequest = { request, isSubscribe, filters: filters.length, sent: false };
    if (this.connected) this.#send(identifier, pending);
    this.#requests.set(identifier, pending);
    return identifier;
  }

  /** The caller of a request waits no longer; its answer is ignored. @returns Whether it was never sent, and will not be. */
  forget(identifier: number): boolean {
    const pending = this.#requests.get(identifier);
    if (pending === undefined) return false;
    pending.request = undefined;
    if (!pending.sent) this.#requests.delete(identifier);
    return !pending.sent;
  }

  /**
   * Takes the packet that the decoder holds. PINGRESP says nothing to a session.
   * @throws FairleadError `protocol`.
   */
  receive(type: number, decoder: Decoder): void {
    switch (type) {
      case PUBLISH:
        this.receiver.publish(decoder);
        break;
      case PUBACK:
      case PUBREC:
      case PUBCOMP:
        this.sender.acknowledge(type, decoder.packetIdentifier, decoder.reasonCode, decoder.properties);
        break;
      case PUBREL:
        this.receiver.release(decoder.packetIdentifier);
        break;
      case SUBACK:
      case UNSUBACK:
        this.#answered(type, decoder);
    }
  }

  /** Rejects every call that waits. Messages in flight stay in the store. */
  fail(reason: FairleadError): void {
    this.sender.fail(reason);
    for (const { request, sent } of this.#requests.values()) {
      request?.reject(sameFailure(reason, reason.code, !sent));
    }
    this.#requests.clear();
  }

  /** Sends a packet again. One that the new broker does not take is rejected, and does not end the connection. */
  #sendAgain(identifier: number, pending: PendingRequest): void {
    try {
      this.#send(identifier, pending);
    } catch (error) {
      this.#requests.delete(identifier);
      pending.request?.reject(withSafeToRetry(asFailure(error), !pending.sent));
    }
  }

  #send(identifier: number, pending: PendingRequest): void {
    const { request } = pending;
    if (request === undefined) return;
    const { version, maximumPacketBytes } = this.output.limits;
    encodeFilters(this.output.writer, request, identifier, version, maximumPacketBytes);
    pending.sent = true;
  }

  #answered(type: number, { packetIdentifier, reasonCodes, properties }: Decoder): void {
    const pending = this.#requests.get(packetIdentifier);
    if (pending === undefined || pending.isSubscribe !== (type === SUBACK)) {
      throw protocolError(PROTOCOL_ERROR, `an answer of type ${type} that nothing was pending for`);
    }
    // UNSUBACK of MQTT 3.1.1 has none.
    if (reasonCodes.length !== pending.filters && (type === SUBACK || this.output.limits.version === 5)) {
      throw protocolError(MALFORMED, `${reasonCodes.length} reason codes for ${pending.filters} filters`);
    }
    this.#requests.delete(packetIdentifier);
    pending.request?.resolve(reasonCodes, properties);
  }
}

function isKind(kind: string | undefined): kind is RecordKind {
  return kind !== undefined && 'pqris'.includes(kind);
}

/** Whether bytes begin as a PUBLISH with QoS 1 or 2, and are long enough for its topic and identifier. */
function isPublish(packet: Uint8Array): boolean {
  const first = packet[0] ?? 0;
  return (
    first >> 4 === PUBLISH &&
    (first & 6) !== 0 &&
    (first & 6) !== 6 &&
    identifierAt(packet) + 2 <= packet.length
  );
}

function foreignRecord(key: string): FairleadError {
  return usage(
    `The store's record ${JSON.stringify(key.slice(0, 20))} is not of this session and this version of MQTT: connect as before, or with clean: true`,
  );
}
