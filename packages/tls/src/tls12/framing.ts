// Protected records of TLS 1.2: explicit nonces and additional data (RFC 5246 section 6.2.3.3, RFC 5288, RFC 7905).
import type { Framing } from '../client/types.ts';
import { badRecord, nonceOf, overlong, writeHeader } from '../record/protection.ts';
import { HEADER_BYTES, MAX_PLAINTEXT_BYTES, RECORD_VERSION, TAG_BYTES } from '../record/record.ts';

/** The framing of both AEADs: with eight bytes of the nonce in the record (AES-GCM), and with none (ChaCha20). */
export const framing12: Framing = {
  async open({ aead, iv, explicitNonceBytes }, { type, body }, sequence) {
    const length = body.length - explicitNonceBytes - TAG_BYTES;
    if (length < 0) throw badRecord();
    const nonce =
      explicitNonceBytes === 0
        ? nonceOf(iv, sequence)
        : explicitNonce(iv, body.subarray(0, explicitNonceBytes));
    const sealed = body.subarray(explicitNonceBytes);
    const content = await aead.open(nonce, additionalData(sequence, type, length), sealed);
    if (content === undefined) throw badRecord();
    if (content.length > MAX_PLAINTEXT_BYTES) throw overlong(content.length);
    return { type, content };
  },
  async seal({ aead, iv, explicitNonceBytes }, { type, content }, record, sequence) {
    writeHeader(record, type, RECORD_VERSION, record.length - HEADER_BYTES);
    const explicit = nonceOf(new Uint8Array(12), sequence).subarray(4);
    const nonce = explicitNonceBytes === 0 ? nonceOf(iv, sequence) : explicitNonce(iv, explicit);
    record.set(explicit.subarray(8 - explicitNonceBytes), HEADER_BYTES);
    const sealed = await aead.seal(nonce, additionalData(sequence, type, content.length), content);
    record.set(sealed, HEADER_BYTES + explicitNonceBytes);
  },
};

/** RFC 5288 section 3: four bytes of the key block, eight of the record. */
function explicitNonce(salt: Uint8Array, explicit: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(salt);
  nonce.set(explicit, 4);
  return nonce;
}

/** RFC 5246 section 6.2.3.3: sequence number, type, version, length of the plaintext. */
function additionalData(sequence: number, type: number, length: number): Uint8Array {
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setUint32(0, Math.floor(sequence / 0x1_0000_0000));
  view.setUint32(4, sequence >>> 0);
  view.setUint8(8, type);
  view.setUint16(9, RECORD_VERSION);
  view.setUint16(11, length);
  return data;
}
