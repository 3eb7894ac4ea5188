// aes128-gcm@openssh.com and aes256-gcm@openssh.com (RFC 5647, OpenSSH's PROTOCOL section 1.6) by WebCrypto.
import { damagedPacket } from '../wire/transport/packet-frame.ts';
import { clearLength } from './plain.ts';
import type { Cipher, CipherKeys, Opener, Sealer } from './types.ts';

const ALGORITHM = 'AES-GCM';
const TAG_BYTES = 16;
/** The length is clear, and authenticated as additional data. */
const ALIGNMENT = { blockBytes: 16, lengthCounts: false };

/** 256 bits. */
export const aes256Gcm: Cipher = /* @__PURE__ */ aesGcm('aes256-gcm@openssh.com', 32);
/** 128 bits. */
export const aes128Gcm: Cipher = /* @__PURE__ */ aesGcm('aes128-gcm@openssh.com', 16);

function aesGcm(name: string, keyBytes: number): Cipher {
  return { name, keyBytes, ivBytes: 12, authenticates: true, sealer, opener };
}

async function sealer({ key, iv }: CipherKeys): Promise<Sealer> {
  const secret = await crypto.subtle.importKey('raw', key, ALGORITHM, false, ['encrypt']);
  const nonces = new Nonces(iv);
  return {
    ...ALIGNMENT,
    async seal(framed) {
      const length = framed.slice(4, 8);
      const params = { name: ALGORITHM, iv: nonces.next(), additionalData: length };
      return [length, new Uint8Array(await crypto.subtle.encrypt(params, secret, framed.subarray(8)))];
    },
  };
}

async function opener({ key, iv }: CipherKeys): Promise<Opener> {
  const secret = await crypto.subtle.importKey('raw', key, ALGORITHM, false, ['decrypt']);
  const nonces = new Nonces(iv);
  return {
    ...ALIGNMENT,
    headBytes: 4,
    tagBytes: TAG_BYTES,
    length: clearLength,
    async open(packet) {
      const params = { name: ALGORITHM, iv: nonces.next(), additionalData: packet.subarray(0, 4) };
      try {
        return new Uint8Array(await crypto.subtle.decrypt(params, secret, packet.subarray(4)));
      } catch {
        throw damagedPacket();
      }
    },
  };
}

/** Four fixed bytes and a counter of eight (RFC 5647 section 7.1). */
class Nonces {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(iv: Uint8Array) {
    this.#bytes = iv.slice();
    this.#view = new DataView(this.#bytes.buffer);
  }

  next(): Uint8Array {
    const nonce = this.#bytes.slice();
    const low = (this.#view.getUint32(8) + 1) >>> 0;
    this.#view.setUint32(8, low);
    if (low === 0) this.#view.setUint32(4, this.#view.getUint32(4) + 1);
    return nonce;
  }
}
