// Keys and signatures against ssh2: each side reads the same key files and verifies the other's signatures.

import { concat } from '@fairlead/bytes';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { DerReader } from '../src/encrypted-key/der-reader.ts';
import { der, TAG } from '../src/keys/private/der.ts';
import { readPrivateKey } from '../src/keys/private/read-private-key.ts';
import { decodePublicKey } from '../src/keys/public-key.ts';
import { verifySignature } from '../src/keys/signature.ts';
import { SshReader } from '../src/wire/ssh-reader.ts';
import { message } from './support/auth-server.ts';
import { OPENSSH } from './support/key-files.ts';

const DATA = new TextEncoder().encode('data to be signed');
const { parseKey } = ssh2.utils;

/** What ssh2 reads from a private key's file. */
function keyOf(file: string): ssh2.ParsedKey {
  const key = [parseKey(file)].flat()[0];
  if (key === undefined || key instanceof Error) throw key ?? new Error('no key');
  return key;
}

/** The hash that ssh2 wants to be named with RSA; with the others it goes by the curve. */
const hashOf = (algorithm: string): string | undefined => {
  const [, bits] = /^rsa-sha2-(\d+)$/.exec(algorithm) ?? [];
  return bits && `sha${bits}`;
};

// ssh2 gives and takes ECDSA's numbers in DER; an `mpint` has the same digits as DER's INTEGER.
function toDer(value: Uint8Array): Uint8Array {
  const reader = new SshReader(value);
  return der(TAG.SEQUENCE, concat([der(TAG.INTEGER, reader.string()), der(TAG.INTEGER, reader.string())]));
}

function fromDer(value: Uint8Array): Uint8Array {
  const numbers = new DerReader(value).enter();
  return message(numbers.value(TAG.INTEGER), numbers.value(TAG.INTEGER));
}

describe.each(Object.keys(OPENSSH) as (keyof typeof OPENSSH)[])('%s', (name) => {
  const theirs = keyOf(OPENSSH[name]);
  const isEcdsa = name.startsWith('ecdsa');

  it('is the same public key', async () => {
    const { blob } = await readPrivateKey(OPENSSH[name]);
    expect(new Uint8Array(theirs.getPublicSSH())).toEqual(blob);
  });

  it('signs for ssh2, and verifies what ssh2 signs', async () => {
    const ours = await readPrivateKey(OPENSSH[name]);
    for (const algorithm of ours.algorithms) {
      const reader = new SshReader(await ours.sign(DATA, algorithm));
      expect(reader.name()).toBe(algorithm);
      const value = reader.string();
      const signature = Buffer.from(isEcdsa ? toDer(value) : value);
      expect(theirs.verify(Buffer.from(DATA), signature, hashOf(algorithm))).toBe(true);
      const back = theirs.sign(Buffer.from(DATA), hashOf(algorithm)) as unknown;
      if (!(back instanceof Uint8Array)) throw back;
      const raw = new Uint8Array(back);
      await verifySignature(
        decodePublicKey(ours.blob),
        algorithm,
        DATA,
        message(algorithm, isEcdsa ? fromDer(raw) : raw),
      );
    }
  });
});
