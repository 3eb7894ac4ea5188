// HMAC and HKDF: RFC 5869 appendix A, and the secrets of RFC 8448 section 3.
import { fromHex, toHex } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import { hkdfExpand, hkdfExtract, sha256, sha384 } from '../../src/crypto/index.ts';

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0);
const NOTHING = new Uint8Array(0);

/** HkdfLabel of RFC 8446 section 7.1. */
function label(name: string, context: Uint8Array, length: number): Uint8Array {
  const text = new TextEncoder().encode(`tls13 ${name}`);
  return Uint8Array.of(length >> 8, length & 0xff, text.length, ...text, context.length, ...context);
}

describe('HKDF', () => {
  it('gives the output of RFC 5869 appendix A.1', async () => {
    const prk = await hkdfExtract(sha256, hex('000102030405060708090a0b0c'), new Uint8Array(22).fill(0x0b));
    expect(toHex(prk)).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
    expect(toHex(await hkdfExpand(sha256, prk, hex('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  it('takes an empty salt and no info, as in RFC 5869 appendix A.3', async () => {
    const prk = await hkdfExtract(sha256, NOTHING, new Uint8Array(22).fill(0x0b));
    expect(toHex(await hkdfExpand(sha256, prk, NOTHING, 42))).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
  });

  it('gives the secrets of RFC 8448 section 3', async () => {
    const early = await hkdfExtract(sha256, NOTHING, new Uint8Array(32));
    expect(toHex(early)).toBe('33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a');
    const empty = await sha256.digest(NOTHING);
    const derived = await hkdfExpand(sha256, early, label('derived', empty, 32), 32);
    expect(toHex(derived)).toBe('6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba');
    const shared = hex('8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d');
    expect(toHex(await hkdfExtract(sha256, derived, shared))).toBe(
      '1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac',
    );
  });

  it('gives at most 255 blocks', async () => {
    const prk = new Uint8Array(48);
    expect(await hkdfExpand(sha384, prk, NOTHING, 255 * 48)).toHaveLength(255 * 48);
    await expect(hkdfExpand(sha384, prk, NOTHING, 255 * 48 + 1)).rejects.toThrow(RangeError);
  });
});
