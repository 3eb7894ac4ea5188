// Private keys as OpenSSH and OpenSSL write them: each gives the public key that the tools give, and signatures that fit it.
import { fromBase64, toBase64 } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import { readPrivateKey, readPrivateKeys } from '../src/keys/private/read-private-key.ts';
import { decodePublicKey } from '../src/keys/public-key.ts';
import { verifySignature } from '../src/keys/signature.ts';
import { ENCRYPTED_REFUSED, OPENSSH_ENCRYPTED, PBES2 } from './support/encrypted-key-files.ts';
import { errorOf } from './support/expect-error.ts';
import { OPENSSH, OPENSSL, PUBLIC, REFUSED } from './support/key-files.ts';
import { blobOf } from './support/key-lines.ts';

const DATA = new TextEncoder().encode('data to be signed');
const FILES = { ...OPENSSH, ...OPENSSL };
type Name = keyof typeof FILES;
const NAMES = Object.keys(FILES) as Name[];

describe('private keys', () => {
  it.each(NAMES)('reads %s', async (name) => {
    const identity = await readPrivateKey(FILES[name]);
    expect(identity.blob).toEqual(blobOf(PUBLIC[name]));
    const key = decodePublicKey(identity.blob);
    for (const algorithm of identity.algorithms) {
      await verifySignature(key, algorithm, DATA, await identity.sign(DATA, algorithm));
    }
  });

  it('signs with the algorithms of the key, the strongest first', async () => {
    const algorithms = await Promise.all(
      NAMES.slice(0, 5).map(async (name) => (await readPrivateKey(FILES[name])).algorithms),
    );
    expect(algorithms).toEqual([
      ['ssh-ed25519'],
      ['ecdsa-sha2-nistp256'],
      ['ecdsa-sha2-nistp384'],
      ['ecdsa-sha2-nistp521'],
      ['rsa-sha2-512', 'rsa-sha2-256'],
    ]);
    const rsa = await readPrivateKey(OPENSSH.rsa2048);
    await expect(rsa.sign(DATA, 'ssh-rsa')).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('the text of a private key', () => {
  const { ed25519 } = OPENSSH;
  const expected = blobOf(PUBLIC.ed25519);
  const texts: Readonly<Record<string, string | Uint8Array>> = {
    'with CR LF': ed25519.replaceAll('\n', '\r\n'),
    'with breaks in two characters': ed25519.replaceAll('\n', '\\n'),
    'in one line': ed25519.replaceAll('\n', ' '),
    'with a comment in front': `A key of ours\n${ed25519}\n`,
    'as bytes': new TextEncoder().encode(ed25519),
  };
  it.each(Object.keys(texts))('is read %s', async (name) => {
    expect((await readPrivateKey(texts[name] ?? '')).blob).toEqual(expected);
  });

  it('is read as PKCS#8 in DER', async () => {
    const body = OPENSSL['rsa pkcs8'].split('\n').slice(1, -1).join('');
    expect((await readPrivateKey(fromBase64(body) ?? '')).blob).toEqual(blobOf(PUBLIC['rsa pkcs8']));
  });

  it('may hold several keys', async () => {
    const blobs = [blobOf(PUBLIC.ed25519), blobOf(PUBLIC.ecdsa256)];
    expect((await readPrivateKeys(REFUSED['two keys'])).map(({ blob }) => blob)).toEqual(blobs);
    const both = `${OPENSSH.ed25519}\n${OPENSSH.ecdsa256}`;
    expect((await readPrivateKeys(both)).map(({ blob }) => blob)).toEqual(blobs);
    expect((await errorOf(() => readPrivateKey(both))).message).toContain(
      '2 keys: read it with readPrivateKeys',
    );
  });
});

describe('keys that are refused', () => {
  const body = fromBase64(OPENSSH.ed25519.split('\n').slice(1, -1).join('')) ?? new Uint8Array();
  const armoured = (bytes: Uint8Array): string =>
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${toBase64(bytes)}\n-----END OPENSSH PRIVATE KEY-----`;
  const changed = (at: number, value: number): string => {
    const copy = body.slice();
    copy[at] = value;
    return armoured(copy);
  };
  const renamed = (name: string): string =>
    armoured(
      Uint8Array.from(atob(toBase64(body)).replaceAll('ssh-ed25519', name), (char) => char.charCodeAt(0)),
    );
  // The check-integers stand behind 98 bytes; the padding is at the end.
  const rows: readonly (readonly [string, unknown, string])[] = [
    [
      'of OpenSSH, encrypted',
      OPENSSH_ENCRYPTED['aes256-ctr'],
      'decryptPrivateKey of @fairlead/ssh/encrypted-key',
    ],
    [
      'of PKCS#8, encrypted',
      PBES2['aes-256-cbc hmac-sha256'],
      'decryptPrivateKey of @fairlead/ssh/encrypted-key',
    ],
    [
      'of any rounds, encrypted',
      ENCRYPTED_REFUSED['300 rounds'],
      'decryptPrivateKey of @fairlead/ssh/encrypted-key',
    ],
    ['of PKCS#1, encrypted', REFUSED['encrypted pkcs1'], 'ssh-keygen -p'],
    ['of 1,024 bits', REFUSED.rsa1024, 'less than 2048 bits'],
    ['DSA', REFUSED.dsa, 'a DSA key'],
    ['secp256k1', REFUSED['secp256k1 sec1'], 'a curve that SSH does not use'],
    ['X25519', REFUSED['x25519 pkcs8'], 'an algorithm that SSH does not use'],
    ['FIDO, by its type', renamed('sk-ssh-e255'), 'FIDO security keys (sk-*)'],
    ['FIDO, its public key', 'sk-ssh-ed25519@openssh.com AAAA', 'FIDO security keys (sk-*)'],
    ['PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none', 'puttygen'],
    ['ssh.com', '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----', 'ssh-keygen -i'],
    ['PKCS#11', 'pkcs11:token=work;object=key', 'PKCS#11'],
    ['a public key', PUBLIC.ed25519, 'a public key'],
    ['a path', '/home/deploy/.ssh/id_ed25519', 'a path'],
    ['an agent', 'SSH_AUTH_SOCK', 'Agents cannot be used'],
    ['nothing', '', 'PRIVATE KEY'],
    ['no text', 17, 'is a text or bytes'],
    [
      'a certificate of TLS',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      'none of the forms',
    ],
    ['without its end', OPENSSH.ed25519.slice(0, -40), 'has no end'],
    ['with a body that is no base64', OPENSSH.ed25519.replace('b3Bl', 'b3*l'), 'not base64'],
    ['with check-integers that differ', changed(99, 1), 'damaged'],
    ['with wrong padding', changed(body.length - 1, 9), 'damaged'],
    ['with another public key in front', changed(70, (body[70] ?? 0) ^ 1), 'damaged'],
    ['longer than 1 MiB', 'x'.repeat((1 << 20) + 1), '1 MiB'],
  ];
  it.each(rows)('%s', async (_name, file, words) => {
    const error = await errorOf(() => readPrivateKey(file as string));
    expect(error).toMatchObject({ code: 'usage', blame: 'local' });
    expect(error.cause).toBeUndefined();
    expect(error.message).toContain(words);
    // No part of the key shows: no long run of base64.
    expect(error.message).not.toMatch(/[A-Za-z0-9+/=]{30}/);
  });

  it.each(Object.keys(FILES) as Name[])('%s, cut at any byte', async (name) => {
    const [first = '', ...lines] = FILES[name].split('\n');
    const last = lines.pop() ?? '';
    if (first.includes('PARAMETERS')) return;
    const whole = fromBase64(lines.join('')) ?? new Uint8Array();
    const step = whole.length > 400 ? 13 : 1;
    for (let length = 0; length < whole.length; length += step) {
      const error = await errorOf(() =>
        readPrivateKey(`${first}\n${toBase64(whole.subarray(0, length))}\n${last}`),
      );
      expect(error.code).toBe('usage');
    }
  });
});
