// Record protection: a record of RFC 8448 section 3, RFC 8439 section 2.8.2, and what is refused.
import { fromHex, toHex } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import { TLS_CHACHA20_POLY1305_SHA256 } from '../../src/chacha20/index.ts';
import { aes128Gcm, aes256Gcm } from '../../src/crypto/index.ts';

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0);
const chacha20 = TLS_CHACHA20_POLY1305_SHA256.aead;

describe('AEADs', () => {
  it("open the client's application record of RFC 8448 section 3", async () => {
    const key = hex('17422dda596ed5d9acd890e3c63f5051');
    const nonce = hex('5b78923dee08579033e523d9');
    const plaintext = Uint8Array.from([...Array(50).keys(), 23]);
    const sealed = await (await aes128Gcm.importKey(key, 'seal')).seal(nonce, hex('1703030043'), plaintext);
    expect(toHex(sealed)).toBe(
      'a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4',
    );
  });

  it('give the output of RFC 8439 section 2.8.2', async () => {
    const key = Uint8Array.from({ length: 32 }, (_, at) => 0x80 + at);
    const text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    const [nonce, aad] = [hex('070000004041424344454647'), hex('50515253c0c1c2c3c4c5c6c7')];
    const sealed = await (await chacha20.importKey(key, 'seal')).seal(
      nonce,
      aad,
      new TextEncoder().encode(text),
    );
    expect(toHex(sealed.subarray(0, 16))).toBe('d31a8d34648e60db7b86afbc53ef7ec2');
    expect(toHex(sealed.subarray(-16))).toBe('1ae10b594f09e26a7e902ecbd0600691');
  });

  it.each([aes128Gcm, aes256Gcm, chacha20])('$name refuses what was changed', async (algorithm) => {
    const key = crypto.getRandomValues(new Uint8Array(algorithm.keyBytes));
    const [nonce, aad] = [new Uint8Array(12), Uint8Array.of(23, 3, 3, 0, 19)];
    const sealed = await (await algorithm.importKey(key, 'seal')).seal(nonce, aad, Uint8Array.of(1, 2, 3));
    const opener = await algorithm.importKey(key, 'open');
    expect(await opener.open(nonce, aad, sealed)).toEqual(Uint8Array.of(1, 2, 3));
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.with(at, (sealed[at] ?? 0) ^ 1);
      expect(await opener.open(nonce, aad, changed)).toBeUndefined();
      expect(await opener.open(nonce, aad, sealed.subarray(0, at))).toBeUndefined();
    }
    expect(await opener.open(nonce, aad.with(4, 20), sealed)).toBeUndefined();
    expect(await opener.open(nonce.with(11, 1), aad, sealed)).toBeUndefined();
  });
});
