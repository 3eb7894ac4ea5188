// MD5 and HMAC-MD5 against the examples of their specifications, and against another implementation at every length.
import { hmac } from '@noble/hashes/hmac.js';
import { md5 as other } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, it } from 'vitest';
import { cramMd5, md5 } from '../src/index.ts';

it.each([
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['a', '0cc175b9c0f1b6a831c399e269772661'],
  ['abc', '900150983cd24fb0d6963f7d28e17f72'],
  ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
  ['12345678901234567890'.repeat(4), '57edf4a22be3c955ac49da2e2107b67a'],
])('RFC 1321 appendix A.5: "%s"', (message, hash) => {
  expect(md5(new TextEncoder().encode(message))).toBe(hash);
});

it('any length', () => {
  const bytes = crypto.getRandomValues(new Uint8Array(1100));
  for (let length = 0; length <= bytes.length; length++) {
    const message = bytes.subarray(0, length);
    expect(md5(message), `${length} bytes`).toBe(bytesToHex(other(message)));
  }
});

it('CRAM-MD5 with keys below, at and above the length of a block', async () => {
  const challenge = new TextEncoder().encode('<1896.697170952@postoffice.example.net>');
  for (const length of [0, 1, 55, 56, 63, 64, 65, 128, 200]) {
    const password = 'pä'.repeat(length).slice(0, length);
    const key = new TextEncoder().encode(password);
    const answer = await cramMd5({ username: 'tim', password }).respond(challenge);
    expect(new TextDecoder().decode(answer), `${length} characters`).toBe(
      `tim ${bytesToHex(hmac(other, key, challenge))}`,
    );
  }
});
