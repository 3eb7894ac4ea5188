// aes128-ctr and aes256-ctr (RFC 4344) with HMAC-SHA-2 (RFC 6668), in plain and in encrypt-then-MAC form, by WebCrypto.
import { concat } from '@fairlead/bytes';
import { damagedPacket } from '../wire/transport/packet-frame.ts';
import { clearLength } from './plain.ts';
import type { Cipher, CipherKeys, Mac, Opener, Sealer } from './types.ts';

const ALGORITHM = 'AES-CTR';
const BLOCK_BYTES = 16;

/** 256 bits. */
export const aes256Ctr: Cipher = /* @__PURE__ */ aesCtr('aes256-ctr', 32);
/** 128 bits. */
export const aes128Ctr: Cipher = /* @__PURE__ */ aesCtr('aes128-ctr', 16);

/** The MACs that go with it, the preferred one first. Dropbear has the plain form alone. */
export const MACS: readonly Mac[] = [
  { name: 'hmac-sha2-256-etm@openssh.com', hash: 'SHA-256', bytes: 32, encryptThenMac: true },
  { name: 'hmac-sha2-512-etm@openssh.com', hash: 'SHA-512', bytes: 64, encryptThenMac: true },
  { name: 'hmac-sha2-256', hash: 'SHA-256', bytes: 32, encryptThenMac: false },
  { name: 'hmac-sha2-512', hash: 'SHA-512', bytes: 64, encryptThenMac: false },
];

function aesCtr(name: string, keyBytes: number): Cipher {
  return { name, keyBytes, ivBytes: BLOCK_BYTES, authenticates: false, sealer, opener };
}

async function sealer(keys: CipherKeys): Promise<Sealer> {
  const { mac } = keys;
  if (mac === undefined) throw new TypeError('CTR needs a MAC');
  const key = await importMac(mac, 'sign');
  const stream = new KeyStream(await importAes(keys, 'encrypt'), keys.iv);
  const sign = async (bytes: Uint8Array) => new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes));
  if (!mac.algorithm.encryptThenMac) {
    return {
      blockBytes: BLOCK_BYTES,
      lengthCounts: true,
      seal: (framed) => Promise.all([stream.encrypt(framed.subarray(4)), sign(framed)]),
    };
  }
  return {
    blockBytes: BLOCK_BYTES,
    lengthCounts: false,
    async seal(framed) {
      const signed = framed.slice();
      signed.set(await stream.encrypt(framed.subarray(8)), 8);
      return [signed.subarray(4), await sign(signed)];
    },
  };
}

async function opener(keys: CipherKeys): Promise<Opener> {
  const { mac } = keys;
  if (mac === undefined) throw new TypeError('CTR needs a MAC');
  const key = await importMac(mac, 'verify');
  const stream = new KeyStream(await importAes(keys, 'decrypt'), keys.iv);
  const verify = async (tag: Uint8Array, bytes: Uint8Array): Promise<void> => {
    if (!(await crypto.subtle.verify('HMAC', key, tag, bytes))) throw damagedPacket();
  };
  const tagBytes = mac.algorithm.bytes;
  return mac.algorithm.encryptThenMac
    ? openerOfEncrypted(stream, tagBytes, verify)
    : openerOfPlain(stream, tagBytes, verify);
}

/** @throws FairleadError `protocol` for a tag that is not that of the bytes. */
type Verify = (tag: Uint8Array, bytes: Uint8Array) => Promise<void>;

/** The length is clear, so that packets are opened side by side. */
function openerOfEncrypted(stream: KeyStream, tagBytes: number, verify: Verify): Opener {
  return {
    blockBytes: BLOCK_BYTES,
    lengthCounts: false,
    headBytes: 4,
    tagBytes,
    length: clearLength,
    async open(packet, sequence) {
      const end = packet.length - tagBytes;
      const [content] = await Promise.all([
        stream.decrypt(packet.subarray(4, end)),
        verify(packet.subarray(end), concat([sequenceBytes(sequence), packet.subarray(0, end)])),
      ]);
      return content;
    },
  };
}

/** The first block is decrypted to learn the length; the MAC is checked when all is decrypted. */
function openerOfPlain(stream: KeyStream, tagBytes: number, verify: Verify): Opener {
  let first = new Uint8Array(BLOCK_BYTES);
  return {
    blockBytes: BLOCK_BYTES,
    lengthCounts: true,
    headBytes: BLOCK_BYTES,
    tagBytes,
    async length(head) {
      first = await stream.decrypt(head);
      return clearLength(first);
    },
    async open(packet, sequence) {
      const end = packet.length - tagBytes;
      const tag = packet.slice(end);
      const begin = first;
      const rest = await stream.decrypt(packet.subarray(BLOCK_BYTES, end));
      const plain = concat([sequenceBytes(sequence), begin, rest]);
      await verify(tag, plain);
      return plain.subarray(8);
    },
  };
}

function sequenceBytes(sequence: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, sequence);
  return bytes;
}

function importAes({ key }: CipherKeys, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, ALGORITHM, false, [use]);
}

function importMac(mac: NonNullable<CipherKeys['mac']>, use: 'sign' | 'verify'): Promise<CryptoKey> {
  const { hash } = mac.algorithm;
  return crypto.subtle.importKey('raw', mac.key, { name: 'HMAC', hash }, false, [use]);
}

/** The counter goes on from packet to packet; where each begins is known when it is handed over, so that calls may overlap. */
class KeyStream {
  readonly #key: CryptoKey;
  readonly #counter: Uint8Array;

  constructor(key: CryptoKey, iv: Uint8Array) {
    this.#key = key;
    this.#counter = iv.slice();
  }

  async encrypt(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await crypto.subtle.encrypt(this.#take(bytes.length), this.#key, bytes));
  }

  async decrypt(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await crypto.subtle.decrypt(this.#take(bytes.length), this.#key, bytes));
  }

  /** The counter for so many bytes, a multiple of the block. */
  #take(bytes: number) {
    const counter = this.#counter.slice();
    let carry = bytes / BLOCK_BYTES;
    for (let at = BLOCK_BYTES - 1; carry > 0 && at >= 0; at--) {
      carry += this.#counter[at] ?? 0;
      this.#counter[at] = carry & 0xff;
      carry = Math.floor(carry / 256);
    }
    return { name: ALGORITHM, counter, length: 128 };
  }
}
