// The frame of a binary packet (RFC 4253 section 6): lengths and padding. It encrypts nothing.
import type { FairleadError } from '@fairlead/errors';
import { protocolError } from '../../errors.ts';

/** OpenSSH's limit of `packet_length`; nothing larger is read, and memory is set aside only below it. */
const MAX_PACKET_LENGTH = 256 * 1024;
/** The padding length's byte, and the least padding. */
const MIN_PACKET_LENGTH = 5;
const MIN_PADDING = 4;
/** The sequence number that stands before a packet while it is sealed, and the packet's length. */
const HEAD_BYTES = 8;

/** How packets are aligned: it depends on the cipher. */
export interface Alignment {
  /** Packets are a multiple of this many bytes: 8, or the cipher's block. */
  readonly blockBytes: number;
  /** Whether the four bytes of the length count for that: they do where they are encrypted together with the rest. */
  readonly lengthCounts: boolean;
}

/** One error for a bad length, bad padding and a bad tag: a peer who forges packets learns nothing from it. */
export function damagedPacket(): FairleadError {
  return protocolError('A packet is damaged: its length or its authentication code is not valid');
}

/** @throws FairleadError `protocol` for a `packet_length` that no packet has. */
export function checkPacketLength(length: number, { blockBytes, lengthCounts }: Alignment): void {
  const aligned = length + (lengthCounts ? 4 : 0);
  if (length < MIN_PACKET_LENGTH || length > MAX_PACKET_LENGTH || aligned % blockBytes !== 0) {
    throw damagedPacket();
  }
}

/**
 * The payload of an opened packet, as a view.
 * @param content What `packet_length` counts: the padding length, the payload, the padding.
 * @throws FairleadError `protocol` for padding below 4 or over the packet, and for an empty payload.
 */
export function payloadOf(content: Uint8Array): Uint8Array {
  const padding = content[0] ?? 0;
  const end = content.length - padding;
  if (padding < MIN_PADDING || end <= 1) throw damagedPacket();
  return content.subarray(1, end);
}

/** Builds packets in storage that is used again for each: what seals a packet takes its bytes before the next is built. */
export class PacketBuilder {
  #storage = new Uint8Array(256);
  #view = new DataView(this.#storage.buffer);

  /**
   * @param random Bytes for the padding, at least 32.
   * @returns The sequence number (4 bytes, for the MAC), then the packet in plain: length, padding length, payload, padding.
   */
  build(payload: Uint8Array, sequence: number, alignment: Alignment, random: Uint8Array): Uint8Array {
    const padding = paddingBytes(payload.length, alignment);
    const payloadEnd = HEAD_BYTES + 1 + payload.length;
    const total = payloadEnd + padding;
    if (total > this.#storage.length) {
      this.#storage = new Uint8Array(total * 2);
      this.#view = new DataView(this.#storage.buffer);
    }
    const storage = this.#storage;
    this.#view.setUint32(0, sequence);
    this.#view.setUint32(4, total - HEAD_BYTES);
    storage[HEAD_BYTES] = padding;
    storage.set(payload, HEAD_BYTES + 1);
    storage.set(random.subarray(0, padding), payloadEnd);
    return storage.subarray(0, total);
  }
}

function paddingBytes(payloadBytes: number, { blockBytes, lengthCounts }: Alignment): number {
  const unpadded = payloadBytes + (lengthCounts ? 5 : 1);
  const padding = blockBytes - (unpadded % blockBytes);
  return padding < MIN_PADDING ? padding + blockBytes : padding;
}
