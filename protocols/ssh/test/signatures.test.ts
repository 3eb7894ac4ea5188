// Public keys, signatures and certificates: those of OpenSSH are right, all that is changed, cut or too long is not.
import { fromBase64 } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import { decodeCertificate, verifyCertificate } from '../src/keys/certificate.ts';
import { withCertificate } from '../src/keys/identity.ts';
import { readPrivateKey } from '../src/keys/private/read-private-key.ts';
import { decodePublicKey, fingerprintOf } from '../src/keys/public-key.ts';
import { verifySignature } from '../src/keys/signature.ts';
import { SshReader } from '../src/wire/ssh-reader.ts';
import { SshWriter } from '../src/wire/ssh-writer.ts';
import { message } from './support/auth-server.ts';
import { HOST_CERTIFICATES, SIGNATURES, USER_CERTIFICATES } from './support/certificates.ts';
import { errorOf } from './support/expect-error.ts';
import { OPENSSH, PUBLIC } from './support/key-files.ts';
import { blobOf } from './support/key-lines.ts';

type Name = keyof typeof SIGNATURES;
const NAMES = Object.keys(SIGNATURES) as Name[];

/** The parts of `ssh-keygen -Y sign`'s file (OpenSSH's PROTOCOL.sshsig), and what was signed. */
async function signatureOf(name: Name) {
  const lines = SIGNATURES[name].split('\n').slice(1, -1);
  const reader = new SshReader(fromBase64(lines.join('')) ?? new Uint8Array());
  reader.bytes(6); // SSHSIG
  reader.u32();
  const blob = reader.string();
  const [namespace, reserved, hash, signature] = [
    reader.name(),
    reader.string(),
    reader.name(),
    reader.string(),
  ];
  const digest = await crypto.subtle.digest(`SHA-${hash.slice(3)}`, new TextEncoder().encode('hello ssh'));
  const writer = new SshWriter(1_000);
  writer.raw(new TextEncoder().encode('SSHSIG'));
  for (const part of [namespace, reserved, hash, new Uint8Array(digest)]) writer.string(part);
  return { blob, signature, signed: writer.take(), algorithm: new SshReader(signature).name() };
}

describe('a signature of OpenSSH', () => {
  it.each(NAMES)('by %s is right, and wrong with any byte changed', async (name) => {
    const { blob, signature, signed, algorithm } = await signatureOf(name);
    expect(blob).toEqual(blobOf(PUBLIC[name]));
    const key = decodePublicKey(blob);
    await verifySignature(key, algorithm, signed, signature);
    for (let at = 0; at < signature.length; at += name === 'rsa2048' ? 7 : 1) {
      const changed = signature.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect((await errorOf(() => verifySignature(key, algorithm, signed, changed))).code).toBe('protocol');
      const cut = signature.subarray(0, at);
      expect((await errorOf(() => verifySignature(key, algorithm, signed, cut))).code).toBe('protocol');
    }
    const longer = Uint8Array.of(...signature, 0);
    expect((await errorOf(() => verifySignature(key, algorithm, signed, longer))).code).toBe('protocol');
  });

  it('by RSA may lack its leading zeros', async () => {
    const identity = await readPrivateKey(OPENSSH.rsa2048);
    const key = decodePublicKey(identity.blob);
    // 1 of 256 signatures begins with a zero.
    for (let n = 0; n < 4_000; n++) {
      const data = new TextEncoder().encode(`${n}`);
      const reader = new SshReader(await identity.sign(data, 'rsa-sha2-256'));
      reader.name();
      const value = reader.string();
      if (value[0] !== 0) continue;
      await verifySignature(key, 'rsa-sha2-256', data, message('rsa-sha2-256', value.subarray(1)));
      return;
    }
    throw new Error('no signature began with a zero');
  });

  it('by ECDSA with numbers that are too large or negative is wrong', async () => {
    const { blob, signed } = await signatureOf('ecdsa256');
    const key = decodePublicKey(blob);
    const large = new Uint8Array(40).fill(1);
    const negative = new Uint8Array(32).fill(0xff);
    for (const [r, s] of [
      [large, large],
      [negative, negative],
      [new Uint8Array(), new Uint8Array()],
    ] as const) {
      const signature = message('ecdsa-sha2-nistp256', message(r, s));
      const error = await errorOf(() => verifySignature(key, 'ecdsa-sha2-nistp256', signed, signature));
      expect(error.code).toBe('protocol');
    }
  });
});

describe('a public key', () => {
  it('has the fingerprint that ssh-keygen shows', async () => {
    expect(await fingerprintOf(blobOf(PUBLIC.ed25519))).toBe(
      'SHA256:GYbEw0XCb8rl143NTxsdRskVrE2jEoWZYIr1ZF1cE3M',
    );
    expect(await fingerprintOf(blobOf(PUBLIC.rsa2048))).toBe(
      'SHA256:VQlTRlbpvvwKq46CWXTQtW2Z/UHpr3Yx51BbmsHoOwU',
    );
  });

  it.each(NAMES)('of %s is refused cut at each byte, and with bytes behind', async (name) => {
    const blob = blobOf(PUBLIC[name]);
    for (let length = 0; length < blob.length; length++) {
      expect((await errorOf(() => decodePublicKey(blob.subarray(0, length)))).code).toBe('protocol');
    }
    expect((await errorOf(() => decodePublicKey(Uint8Array.of(...blob, 0)))).code).toBe('protocol');
  });

  const point = new Uint8Array(65).fill(4);
  it.each([
    ['DSA', blobOf(PUBLIC.dsa)],
    ['RSA of 1,024 bits', blobOf(PUBLIC.rsa1024)],
    ['RSA of 32,768 bits', message('ssh-rsa', Uint8Array.of(1, 0, 1), new Uint8Array(4_096).fill(1))],
    ['RSA of no bits', message('ssh-rsa', Uint8Array.of(1, 0, 1), new Uint8Array())],
    [
      'RSA with a negative modulus',
      message('ssh-rsa', Uint8Array.of(1, 0, 1), new Uint8Array(256).fill(0xff)),
    ],
    ['ECDSA with another curve', message('ecdsa-sha2-nistp256', 'nistp384', point)],
    [
      'ECDSA with a compressed point',
      message('ecdsa-sha2-nistp256', 'nistp256', point.fill(2, 0, 1).subarray(0, 33)),
    ],
    ['ECDSA with a compressed mark', message('ecdsa-sha2-nistp256', 'nistp256', point)],
    ['Ed25519 of 31 bytes', message('ssh-ed25519', new Uint8Array(31))],
    ['FIDO', message('sk-ssh-ed25519@openssh.com', new Uint8Array(32), 'ssh:')],
    ['a certificate', blobOf(HOST_CERTIFICATES.ed25519)],
    ['a property of objects', message('constructor', new Uint8Array(32))],
  ])('is refused: %s', async (_name, blob) => {
    expect((await errorOf(() => decodePublicKey(blob))).code).toBe('protocol');
  });

  it('with a point that is not on its curve fits no signature', async () => {
    const { signature, signed } = await signatureOf('ecdsa256');
    const off = decodePublicKey(message('ecdsa-sha2-nistp256', 'nistp256', new Uint8Array(65).fill(4)));
    const error = await errorOf(() => verifySignature(off, 'ecdsa-sha2-nistp256', signed, signature));
    expect(error).toMatchObject({ code: 'protocol', message: 'SSH: A public key is not valid' });
  });
});

describe('a certificate', () => {
  const lines = { ...HOST_CERTIFICATES, ...USER_CERTIFICATES };
  it.each(Object.keys(lines) as (keyof typeof lines)[])(
    '%s is read whole, and refused cut at each byte',
    async (name) => {
      const blob = blobOf(lines[name]);
      const certificate = decodeCertificate(blob);
      if (name === 'sha1')
        expect((await errorOf(() => verifyCertificate(certificate))).message).toContain('SHA-1');
      else await verifyCertificate(certificate);
      for (let length = 0; length < blob.length; length++) {
        expect((await errorOf(() => decodeCertificate(blob.subarray(0, length)))).code).toBe('protocol');
      }
      expect((await errorOf(() => decodeCertificate(Uint8Array.of(...blob, 0)))).code).toBe('protocol');
    },
  );

  it('says whom it is for', () => {
    const { key, kind, principals, criticalOptions } = decodeCertificate(blobOf(HOST_CERTIFICATES.critical));
    expect({ blob: key.blob, kind, principals, criticalOptions }).toEqual({
      blob: blobOf(PUBLIC.ed25519),
      kind: 'host',
      principals: ['bastion.example'],
      criticalOptions: ['odd@example'],
    });
  });

  it('with another name in it is not signed', async () => {
    const blob = blobOf(HOST_CERTIFICATES.ed25519);
    const at = new TextDecoder('latin1').decode(blob).indexOf('bastion');
    blob[at] = 0x42;
    expect((await errorOf(() => verifyCertificate(decodeCertificate(blob)))).code).toBe('protocol');
  });

  it('has at most 256 principals', async () => {
    const blob = blobOf(HOST_CERTIFICATES.ed25519);
    const text = new TextDecoder('latin1').decode(blob);
    const from = text.indexOf('bastion') - 8;
    const many = message(message(...Array.from({ length: 257 }, () => 'x')));
    const oldLength = new DataView(blob.buffer).getUint32(from);
    const forged = Uint8Array.of(...blob.subarray(0, from), ...many, ...blob.subarray(from + 4 + oldLength));
    expect((await errorOf(() => decodeCertificate(forged))).message).toContain('too many principals');
  });

  it.each([
    ['ed25519', 'ed25519', ['ssh-ed25519-cert-v01@openssh.com']],
    ['ecdsa', 'ecdsa256', ['ecdsa-sha2-nistp256-cert-v01@openssh.com']],
    ['rsa', 'rsa2048', ['rsa-sha2-512-cert-v01@openssh.com', 'rsa-sha2-256-cert-v01@openssh.com']],
  ] as const)('of a user goes with its private key: %s', async (certificate, key, algorithms) => {
    const identity = withCertificate(
      await readPrivateKey(OPENSSH[key]),
      `${USER_CERTIFICATES[certificate]} me@home\n`,
    );
    expect(identity.algorithms).toEqual(algorithms);
    expect(identity.blob).toEqual(blobOf(USER_CERTIFICATES[certificate]));
  });

  it.each([
    ['another key', USER_CERTIFICATES.rsa, 'not the one of this private key'],
    ['a host', HOST_CERTIFICATES.ed25519, 'one of a host'],
    ['no one', PUBLIC.ed25519, 'is not a line such as'],
    ['FIDO', 'sk-ssh-ed25519-cert-v01@openssh.com AAAA', 'FIDO'],
    ['nothing', '', 'is not a line such as'],
    ['a damaged line', USER_CERTIFICATES.ed25519.slice(0, -8), 'is not a line such as'],
    ['no text', 5, 'is not a line such as'],
  ])('of %s does not go with a private key', async (_name, line, words) => {
    const identity = await readPrivateKey(OPENSSH.ed25519);
    const error = await errorOf(() => withCertificate(identity, line as string));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(words) });
  });
});
