// Key agreements: RFC 7748 section 6.1, a server's side of the hybrid, and the shares that are refused.
import { concat, fromHex, toHex } from '@fairlead/bytes';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { secp256r1, secp384r1, x25519 } from '../../src/crypto/index.ts';
import { x25519MlKem768 } from '../../src/mlkem/index.ts';

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0);
const REFUSED = { name: 'TlsFault', alert: 'illegal_parameter', reason: 'protocol' };

afterEach(() => {
  vi.restoreAllMocks();
});

describe('X25519', () => {
  it('gives the secret of RFC 7748 section 6.1', async () => {
    const pkcs8 = hex(
      '302e020100300506032b656e0422042077076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a',
    );
    const algorithm = { name: 'X25519' };
    const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['deriveBits']);
    const alice = hex('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a');
    const publicKey = await crypto.subtle.importKey('raw', alice, algorithm, true, []);
    vi.spyOn(crypto.subtle, 'generateKey').mockResolvedValue({ privateKey, publicKey });
    const share = await x25519.generate();
    expect(share.share).toEqual(alice);
    const bob = hex('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
    expect(toHex(await share.agree(bob))).toBe(
      '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
    );
  });

  it('refuses a point of small order', async () => {
    const share = await x25519.generate();
    for (const first of [0, 1]) {
      await expect(share.agree(new Uint8Array(32).with(0, first))).rejects.toMatchObject(REFUSED);
    }
  });
});

describe.each([x25519, secp256r1, secp384r1])('$name', (group) => {
  it('gives both sides one secret', async () => {
    const [client, server] = await Promise.all([group.generate(), group.generate()]);
    const secret = await client.agree(server.share);
    expect(secret).toEqual(await server.agree(client.share));
    expect(client.share).not.toEqual(server.share);
  });

  it('refuses a share of another length', async () => {
    const { share, agree } = await group.generate();
    for (const other of [new Uint8Array(0), share.subarray(1), concat([share, Uint8Array.of(0)])]) {
      await expect(agree(other)).rejects.toMatchObject(REFUSED);
    }
  });
});

describe.each([secp256r1, secp384r1])('$name', (group) => {
  it('refuses points off the curve, compressed and hybrid ones, and infinity', async () => {
    const { share, agree } = await group.generate();
    const last = share.length - 1;
    const odd = (share[last] ?? 0) & 1;
    const compressed = share.slice(0, (share.length + 1) / 2).with(0, 2 + odd);
    const shares = [
      share.with(last, (share[last] ?? 0) ^ 1),
      compressed,
      share.with(0, 6 + odd),
      new Uint8Array(share.length),
      new Uint8Array(share.length).with(0, 4),
      Uint8Array.of(0),
    ];
    for (const other of shares) await expect(agree(other)).rejects.toMatchObject(REFUSED);
  });
});

describe('X25519MLKEM768', () => {
  it('gives a server of the draft the same secret', async () => {
    const client = await x25519MlKem768.generate();
    expect(client.share).toHaveLength(1184 + 32);
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(client.share.slice(0, 1184));
    const server = await x25519.generate();
    const expected = concat([sharedSecret, await server.agree(client.share.slice(1184))]);
    expect(await client.agree(concat([cipherText, server.share]))).toEqual(expected);
  });

  it('refuses a share of another length and a point of small order', async () => {
    const client = await x25519MlKem768.generate();
    await expect(client.agree(new Uint8Array(1088 + 31))).rejects.toMatchObject(REFUSED);
    await expect(client.agree(new Uint8Array(1088 + 32))).rejects.toMatchObject(REFUSED);
  });
});
