// The key schedule against the trace of RFC 8448 section 3.
import { fromHex, toHex } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import {
  deriveSecret,
  earlySecret,
  emptyHash,
  expandLabel,
  finishedValue,
  handshakeSecret,
  MessageTranscript,
  masterSecret,
} from '../../src/client/key-schedule.ts';
import { sha256, sha384 } from '../../src/crypto/index.ts';

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();
const SHARED = hex('8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d');
const HELLOS = hex('860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8');
const VERIFIED = hex('edb7725fa7a3473b031ec8ef65a2485493900138a2b91291407d7951a06110ed');
const FINISHED = hex('9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13');
const NOTHING = new Uint8Array();

describe('RFC 8448 section 3', () => {
  it('from nothing to the handshake secret and its keys', async () => {
    expect(toHex(await earlySecret(sha256, undefined))).toBe(
      '33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a',
    );
    const secret = await handshakeSecret(sha256, undefined, SHARED);
    expect(toHex(secret)).toBe('1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac');
    const server = await deriveSecret(sha256, secret, 's hs traffic', HELLOS);
    expect(toHex(server)).toBe('b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38');
    expect(toHex(await expandLabel(sha256, server, 'key', NOTHING, 16))).toBe(
      '3fce516009c21727d0f2e4e86ee403bc',
    );
    expect(toHex(await expandLabel(sha256, server, 'iv', NOTHING, 12))).toBe('5d313eb2671276ee13000b30');
    expect(toHex(await finishedValue(sha256, server, VERIFIED))).toBe(
      '9b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718',
    );
    const client = await deriveSecret(sha256, secret, 'c hs traffic', HELLOS);
    expect(toHex(await finishedValue(sha256, client, FINISHED))).toBe(
      'a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61',
    );
  });

  it('from there to the master secret and the keys of the data', async () => {
    const master = await masterSecret(sha256, await handshakeSecret(sha256, undefined, SHARED));
    expect(toHex(master)).toBe('18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919');
    const derived = (label: string): Promise<Uint8Array> => deriveSecret(sha256, master, label, FINISHED);
    expect(toHex(await derived('c ap traffic'))).toBe(
      '9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5',
    );
    expect(toHex(await derived('s ap traffic'))).toBe(
      'a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643',
    );
    expect(toHex(await derived('exp master'))).toBe(
      'fe22f881176eda18eb8f44529e6792c50c9a3f89452f68d8ae311b4309d3cf50',
    );
  });
});

describe('the constants', () => {
  it('are those of their hash', async () => {
    for (const hash of [sha384, sha256, sha384]) {
      expect(await emptyHash(hash)).toEqual(await hash.digest(NOTHING));
      const salt = await deriveSecret(
        hash,
        await earlySecret(hash, undefined),
        'derived',
        await emptyHash(hash),
      );
      expect(await handshakeSecret(hash, undefined, SHARED)).toEqual(await hash.hmac(salt, SHARED));
    }
  });
});

describe('the transcript', () => {
  it('hashes all messages in order, again behind each that is added', async () => {
    const transcript = new MessageTranscript();
    transcript.add(Uint8Array.of(1, 2));
    expect(await transcript.hash(sha256)).toEqual(await sha256.digest(Uint8Array.of(1, 2)));
    transcript.add(Uint8Array.of(3));
    expect(await transcript.hash(sha256)).toEqual(await sha256.digest(Uint8Array.of(1, 2, 3)));
    expect(await transcript.hashWith(sha256, Uint8Array.of(4))).toEqual(
      await sha256.digest(Uint8Array.of(1, 2, 3, 4)),
    );
  });

  it('has a hash in place of the first ClientHello behind HelloRetryRequest: RFC 8446 section 4.4.1', async () => {
    const transcript = new MessageTranscript();
    transcript.add(Uint8Array.of(1, 2));
    const first = await sha256.digest(Uint8Array.of(1, 2));
    await transcript.restart(sha256);
    transcript.add(Uint8Array.of(9));
    expect(await transcript.hash(sha256)).toEqual(
      await sha256.digest(Uint8Array.of(254, 0, 0, 32, ...first, 9)),
    );
  });
});
