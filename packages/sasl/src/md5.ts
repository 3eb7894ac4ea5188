// MD5 for protocols that still hash passwords with it. It protects nothing by itself.
import { md5 as hash } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** The MD5 hash (RFC 1321) of `bytes`, as 32 lower-case hexadecimal digits. */
export function md5(bytes: Uint8Array): string {
  return bytesToHex(hash(bytes));
}
