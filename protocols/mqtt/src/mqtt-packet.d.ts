// What is used of mqtt-packet, as `scripts/bundle-codec.ts` builds it: types only.

/** A packet in mqtt-packet's words. */
export interface GeneratedPacket {
  readonly cmd: 'connect' | 'subscribe' | 'unsubscribe' | 'disconnect' | 'auth';
  readonly [field: string]: unknown;
}

/** @throws Error for a packet that cannot be spelled. */
export function generate(packet: GeneratedPacket, options: { readonly protocolVersion: number }): Uint8Array;
