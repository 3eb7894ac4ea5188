// What one connection allows and what is to be sent on it, shared by the halves of a session. It sends nothing.
import { Writer } from '@fairlead/bytes';
import type { Qos } from '../types/messages.ts';
import type { Version } from '../wire/packets.ts';

/** What the broker said of itself in CONNACK, as far as it limits what is sent. */
export interface BrokerLimits {
  readonly version: Version;
  readonly maximumPacketBytes: number | undefined;
  readonly receiveMaximum: number;
  readonly topicAliasMaximum: number;
  readonly maximumQos: Qos;
  readonly retainAvailable: boolean;
}

/** Bytes that may wait to be sent. */
const MAX_UNSENT_BYTES = 1 << 26;
/** Storage for what is sent, which many messages share and which lives until the last of them is acknowledged. */
const CHUNK_BYTES = 65_536;

/** Replaced piece by piece with every connection. */
export class SendBuffer {
  writer: Writer = newWriter();
  limits: BrokerLimits;
  /** The kind of record that holds a PUBLISH: one of the other version cannot be sent as it is. */
  readonly kind: 'p' | 'q';
  /** Topics that the broker knows by a number on this connection. */
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

  /** Forgets what was to be sent. */
  reset(): void {
    this.writer = newWriter();
    this.aliases.clear();
  }
}

function newWriter(): Writer {
  return new Writer(MAX_UNSENT_BYTES, CHUNK_BYTES);
}
