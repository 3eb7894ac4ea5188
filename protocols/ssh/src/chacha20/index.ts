// chacha20-poly1305@openssh.com (OpenSSH's PROTOCOL.chacha20poly1305) as an export of its own: WebCrypto does not have it, and in
// JavaScript it takes ten times as long as AES-GCM does there.
import { concat, equalBytes } from '@fairlead/bytes';
import { poly1305 } from '@noble/ciphers/_poly1305.js';
import { chacha20orig } from '@noble/ciphers/chacha.js';
import type { Cipher } from '../ciphers/types.ts';
import { damagedPacket } from '../wire/transport/packet-frame.ts';

const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** The length is encrypted by a key of its own, and does not count for the alignment. */
const ALIGNMENT = { blockBytes: 8, lengthCounts: false };

/**
 * For servers that have no AES (tinysshd), or by preference: the option `ciphers`.
 * @example
 * ```ts
 * import { chacha20Poly1305 } from '@fairlead/ssh/chacha20';
 *
 * const ciphers = [chacha20Poly1305];
 * ```
 */
export const chacha20Poly1305: Cipher = {
  name: 'chacha20-poly1305@openssh.com',
  keyBytes: 2 * KEY_BYTES,
  ivBytes: 0,
  authenticates: true,
  async sealer({ key }) {
    const box = new ChaChaBox(key);
    return {
      ...ALIGNMENT,
      async seal(framed) {
        const nonce = nonceOf(new DataView(framed.buffer, framed.byteOffset).getUint32(0));
        const encrypted = concat([
          box.cryptLength(framed.subarray(4, 8), nonce),
          box.cryptContent(framed.subarray(8), nonce),
        ]);
        return [encrypted, box.tag(encrypted, nonce)];
      },
    };
  },
  async opener({ key }) {
    const box = new ChaChaBox(key);
    return {
      ...ALIGNMENT,
      headBytes: 4,
      tagBytes: TAG_BYTES,
      length(head, sequence) {
        const length = box.cryptLength(head, nonceOf(sequence));
        return new DataView(length.buffer, length.byteOffset).getUint32(0);
      },
      async open(packet, sequence) {
        const nonce = nonceOf(sequence);
        const end = packet.length - TAG_BYTES;
        if (!equalBytes(box.tag(packet.subarray(0, end), nonce), packet.subarray(end))) throw damagedPacket();
        return box.cryptContent(packet.subarray(4, end), nonce);
      },
    };
  },
};

/** Both keys; encrypting and decrypting are the same. */
class ChaChaBox {
  readonly #contentKey: Uint8Array;
  readonly #lengthKey: Uint8Array;

  constructor(key: Uint8Array) {
    this.#contentKey = key.slice(0, KEY_BYTES);
    this.#lengthKey = key.slice(KEY_BYTES);
  }

  cryptLength(length: Uint8Array, nonce: Uint8Array): Uint8Array {
    return chacha20orig(this.#lengthKey, nonce, length);
  }

  /** Block 0 of the key stream is the tag's. */
  cryptContent(content: Uint8Array, nonce: Uint8Array): Uint8Array {
    return chacha20orig(this.#contentKey, nonce, content, undefined, 1);
  }

  tag(encrypted: Uint8Array, nonce: Uint8Array): Uint8Array {
    return poly1305(encrypted, chacha20orig(this.#contentKey, nonce, new Uint8Array(KEY_BYTES)));
  }
}

/** The sequence number in eight bytes. */
function nonceOf(sequence: number): Uint8Array {
  const nonce = new Uint8Array(8);
  new DataView(nonce.buffer).setUint32(4, sequence);
  return nonce;
}
