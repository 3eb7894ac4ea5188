// Packets before the first NEWKEYS: no encryption, no MAC.
import type { Opener, Sealer } from './types.ts';

const ALIGNMENT = { blockBytes: 8, lengthCounts: true };

/** Sends in plain. */
export const plainSealer: Sealer = {
  ...ALIGNMENT,
  async seal(framed) {
    return [framed.slice(4)];
  },
};

/** Takes in plain. */
export const plainOpener: Opener = {
  ...ALIGNMENT,
  headBytes: 4,
  tagBytes: 0,
  length: clearLength,
  async open(packet) {
    return packet.slice(4);
  },
};

/** The length of a packet that begins with it, in clear. */
export function clearLength(head: Uint8Array): number {
  return new DataView(head.buffer, head.byteOffset).getUint32(0);
}
