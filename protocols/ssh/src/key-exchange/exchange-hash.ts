// H of an exchange, and the keys derived from it (RFC 4253 sections 7.2 and 8, RFC 5656 section 4).
import { concat } from '@fairlead/bytes';
import { SshWriter } from '../wire/ssh-writer.ts';
import type { KeyExchangeMethod } from './types.ts';

type Hash = KeyExchangeMethod['hash'];

/** More than two KEXINITs, a certificate and the values of a hybrid take. */
const MAX_HASHED_BYTES = 4 * 256 * 1024;

/** What H is of. */
export interface ExchangeRecord {
  /** Without the ends of their lines. */
  readonly clientIdentification: Uint8Array | string;
  readonly serverIdentification: Uint8Array | string;
  readonly clientInit: Uint8Array;
  readonly serverInit: Uint8Array;
  readonly hostKey: Uint8Array;
  readonly clientValue: Uint8Array;
  readonly serverValue: Uint8Array;
  /** K with its length, as `mpint` or `string`. */
  readonly secret: Uint8Array;
}

/** H. */
export async function exchangeHash(hash: Hash, record: ExchangeRecord): Promise<Uint8Array> {
  const writer = new SshWriter(MAX_HASHED_BYTES);
  writer.string(record.clientIdentification);
  writer.string(record.serverIdentification);
  writer.string(record.clientInit);
  writer.string(record.serverInit);
  writer.string(record.hostKey);
  writer.string(record.clientValue);
  writer.string(record.serverValue);
  writer.raw(record.secret);
  return digest(hash, writer.take());
}

/** What keys are derived from. */
export interface KeySource {
  readonly hash: Hash;
  readonly secret: Uint8Array;
  readonly exchangeHash: Uint8Array;
  readonly sessionId: Uint8Array;
}

/**
 * One key of RFC 4253 section 7.2.
 * @param letter `A` and `B` are the IVs to server and client, `C` and `D` the keys, `E` and `F` those of the MACs.
 */
export async function deriveKey(source: KeySource, letter: string, bytes: number): Promise<Uint8Array> {
  const { hash, secret, exchangeHash: h, sessionId } = source;
  let key = await digest(hash, concat([secret, h, Uint8Array.of(letter.charCodeAt(0)), sessionId]));
  while (key.length < bytes) key = concat([key, await digest(hash, concat([secret, h, key]))]);
  return key.subarray(0, bytes);
}

async function digest(hash: Hash, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(hash, bytes));
}
