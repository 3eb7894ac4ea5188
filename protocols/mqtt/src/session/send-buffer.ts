// The packets that wait to be sent on the present connection, and what its broker takes. Shared by a session's parts.
import { Writer } from '@fairlead/bytes';
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

/** Bytes of packets that may wait to be sent. */
const MAX_UNSENT_BYTES = 1 << 26;
/** Many messages share one chunk of storage, which lives until the last of them is acknowledged. */
const CHUNK_BYTES = 65_536;

/** Packets of one session that wait to be sent. Each connection begins with an empty one. */
export class SendBuffer {
  writer: Writer = newWriter();
  limits: BrokerLimits;
  /** The kind of record that holds a PUBLISH: one of the other version cannot be sent as it is. */
  readonly kind: 'p' | 'q';
  /** The aliases by which the broker knows topics on this connection (section 3.3.2.3.4). */
  readonly aliases = new Map<string, number>();

  constructor(version: Version) {
    this.kind = version === 5 ? 'p' : 'q';
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
    this.aliases.clear();
  }
}

function newWriter(): Writer {
  return new Writer(MAX_UNSENT_BYTES, CHUNK_BYTES);
}
