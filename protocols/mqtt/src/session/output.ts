// What a session hands out: packets for the broker, and changes of its records for the store, which are stored before the
// packets are sent. It sends and stores nothing itself.
import { Writer } from '@fairlead/bytes';
import type { StoreChanges } from '../store/store.ts';
import type { Qos } from '../types/messages.ts';
import { encodeAcknowledgement } from '../wire/encode/publish.ts';
import type { Version } from '../wire/packets.ts';

/** The properties of CONNACK that limit what is sent (section 3.2.2.3). */
export interface BrokerLimits {
  readonly version: Version;
  readonly maximumPacketBytes: number | undefined;
  readonly receiveMaximum: number;
  readonly topicAliasMaximum: number;
  readonly maximumQos: Qos;
  readonly retainAvailable: boolean;
}

/**
 * The kinds of records: a PUBLISH of MQTT 5 and of 3.1.1, a released QoS 2 message, a received QoS 2 message, how many
 * connections in a row a message has ended.
 */
export type RecordKind = 'p' | 'q' | 'r' | 'i' | 's';

/** Bytes of packets that may wait to be sent. */
const MAX_UNSENT_BYTES = 1 << 26;
/** Many messages share one chunk of storage, which lives until the last of them is acknowledged. */
const CHUNK_BYTES = 65_536;
/** Digits of a number in a record's key. */
const DIGITS = 12;

/** The output of one session, which its parts share. */
export class SessionOutput {
  /** Packets for the present connection. Each connection begins with none. */
  writer: Writer = newWriter();
  limits: BrokerLimits;
  /** The kind of record that holds a PUBLISH: one of the other version cannot be sent as it is. */
  readonly kind: 'p' | 'q';
  /** Whether there is a store; else changes are dropped. */
  readonly stores: boolean;
  /** Called when a call of the user's has led to output, which is to be stored and sent. */
  schedule: () => void = () => {};
  /** Changes since the last `takeChanges`, the later ones winning. */
  #changes = new Map<string, Uint8Array | undefined>();
  #latestKey = 0;

  constructor(version: Version, stores: boolean) {
    this.kind = version === 5 ? 'p' : 'q';
    this.stores = stores;
    this.limits = {
      version,
      maximumPacketBytes: undefined,
      receiveMaximum: 0xffff,
      topicAliasMaximum: 0,
      maximumQos: 2,
      retainAvailable: true,
    };
  }

  /** Appends PUBACK, PUBREC, PUBREL or PUBCOMP. */
  acknowledge(type: number, identifier: number, reasonCode: number): void {
    encodeAcknowledgement(this.writer, type, identifier, reasonCode, this.limits.version);
  }

  /** Drops the packets: their connection has ended. */
  reset(): void {
    this.writer = newWriter();
  }

  /** A number for the next record, larger than any before: records are ordered by it. */
  nextKey(): number {
    return ++this.#latestKey;
  }

  /** Makes later keys larger than this one, which was loaded. */
  seen(key: number): void {
    this.#latestKey = Math.max(this.#latestKey, key);
  }

  /** Puts a record into the store; without `value`, deletes it. */
  change(kind: RecordKind, key: number, value?: Uint8Array): void {
    if (this.stores) this.#changes.set(recordKey(kind, key), value);
  }

  /** Hands out the changes; `undefined` where there are none. */
  takeChanges(): StoreChanges | undefined {
    if (this.#changes.size === 0) return undefined;
    const changes = this.#changes;
    this.#changes = new Map();
    return changes;
  }
}

/** The key of a record in the store. */
export function recordKey(kind: RecordKind, key: number): string {
  return kind + String(key).padStart(DIGITS, '0');
}

function newWriter(): Writer {
  return new Writer(MAX_UNSENT_BYTES, CHUNK_BYTES);
}
