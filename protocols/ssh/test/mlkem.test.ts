// ML-KEM with Curve25519 against a server's half of noble's own, and bad values.
import { concat } from '@fairlead/bytes';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { describe, expect, it } from 'vitest';
import { x25519Pair } from '../src/key-exchange/webcrypto-ecdh.ts';
import { mlkem768x25519 } from '../src/mlkem/index.ts';

describe('mlkem768x25519-sha256', () => {
  it('comes to the same secret, as a string', async () => {
    const attempt = await mlkem768x25519.begin();
    expect(attempt.clientValue).toHaveLength(1_184 + 32);
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(attempt.clientValue.slice(0, 1_184));
    const pair = await x25519Pair();
    const ofCurve = await pair.secret(attempt.clientValue.subarray(1_184));
    const secret = await attempt.finish(concat([cipherText, pair.value]));
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', concat([sharedSecret, ofCurve])));
    expect(secret).toEqual(concat([Uint8Array.of(0, 0, 0, 32), hash]));
  });

  it.each([0, 32, 1_119, 1_121])('refuses a value of %i bytes', async (length) => {
    const attempt = await mlkem768x25519.begin();
    await expect(attempt.finish(new Uint8Array(length))).rejects.toMatchObject({ code: 'protocol' });
  });

  it('refuses a point of the curve that is zero', async () => {
    const attempt = await mlkem768x25519.begin();
    await expect(attempt.finish(new Uint8Array(1_120))).rejects.toMatchObject({ code: 'protocol' });
  });
});
