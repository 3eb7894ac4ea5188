// The keys of TLS 1.2: its pseudorandom function and what is made with it (RFC 5246 sections 5, 6.3 and 8.1, RFC 7627).
import { concat } from '@fairlead/bytes';
import type { CipherSuite, Hash } from '../../crypto/types.ts';

const encoder = new TextEncoder();

/** RFC 5246 section 7.4.9: what Finished holds, in bytes. */
const VERIFY_DATA_BYTES = 12;

/** The two randoms of a handshake, 32 bytes each. */
export interface Randoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** The keys of both directions, as the key block gives them. */
export interface KeyBlock {
  readonly clientKey: Uint8Array;
  readonly serverKey: Uint8Array;
  /** The part of the nonces that is not sent: 4 bytes for AES-GCM (RFC 5288), 12 for ChaCha20 (RFC 7905). */
  readonly clientIv: Uint8Array;
  readonly serverIv: Uint8Array;
}

/** The pseudorandom function, RFC 5246 section 5. @param length In bytes. */
export async function prf(
  hash: Hash,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Promise<Uint8Array> {
  const labelled = concat([encoder.encode(label), seed]);
  const output: Uint8Array[] = [];
  let chained: Uint8Array = labelled;
  for (let made = 0; made < length; made += hash.bytes) {
    chained = await hash.hmac(secret, chained);
    output.push(await hash.hmac(secret, concat([chained, labelled])));
  }
  return concat(output).subarray(0, length);
}

/** RFC 7627 section 4. @param sessionHash Over all messages up to ClientKeyExchange. @returns 48 bytes. */
export function extendedMasterSecret(
  hash: Hash,
  sharedSecret: Uint8Array,
  sessionHash: Uint8Array,
): Promise<Uint8Array> {
  return prf(hash, sharedSecret, 'extended master secret', sessionHash, 48);
}

/** RFC 5246 section 6.3; an AEAD has no MAC keys. */
export async function keyBlock(
  { hash, aead }: CipherSuite,
  masterSecret: Uint8Array,
  { client, server }: Randoms,
): Promise<KeyBlock> {
  const { keyBytes } = aead;
  const ivBytes = 12 - aead.explicitNonceBytes;
  const block = await prf(
    hash,
    masterSecret,
    'key expansion',
    concat([server, client]),
    2 * (keyBytes + ivBytes),
  );
  const ivs = 2 * keyBytes;
  return {
    clientKey: block.slice(0, keyBytes),
    serverKey: block.slice(keyBytes, ivs),
    clientIv: block.slice(ivs, ivs + ivBytes),
    serverIv: block.slice(ivs + ivBytes),
  };
}

/** What a side's Finished holds, RFC 5246 section 7.4.9. */
export function verifyData(
  hash: Hash,
  masterSecret: Uint8Array,
  side: 'client' | 'server',
  transcriptHash: Uint8Array,
): Promise<Uint8Array> {
  return prf(hash, masterSecret, `${side} finished`, transcriptHash, VERIFY_DATA_BYTES);
}
