// CRAM-MD5 (RFC 2195): the answer is an HMAC of the challenge, with the password as its key.
import { concat } from '@fairlead/bytes';
import { md5, md5Bytes } from '../md5.ts';
import { type Credentials, type Mechanism, outOfTurn, passwordOf, utf8 } from '../mechanism.ts';

/** What MD5 hashes at a time, in bytes. */
const BLOCK_BYTES = 64;

/** CRAM-MD5. The server does not prove that it knows the password. @throws FairleadError `usage` as `plain`. */
export function cramMd5(credentials: Credentials): Mechanism {
  const key = utf8(passwordOf(credentials));
  let isAnswered = false;
  return {
    name: 'CRAM-MD5',
    cleartext: false,
    initial: () => undefined,
    respond: async (challenge) => {
      if (isAnswered) throw outOfTurn('CRAM-MD5');
      isAnswered = true;
      return utf8(`${credentials.username} ${hmacMd5(key, challenge)}`);
    },
    finish: () => undefined,
  };
}

/** HMAC (RFC 2104) with MD5, as hexadecimal digits. */
function hmacMd5(key: Uint8Array, message: Uint8Array): string {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(key.length > BLOCK_BYTES ? md5Bytes(key) : key);
  const inner = md5Bytes(concat([block.map((byte) => byte ^ 0x36), message]));
  return md5(concat([block.map((byte) => byte ^ 0x5c), inner]));
}
