// Key blobs, signatures, certificates, key files, known_hosts and the messages of logins, mutated: whatever comes in, a value
// or a FairleadError comes out, and the time grows with the length alone.
import { fromBase64, toBase64 } from '@fairlead/bytes';
import { isFairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { decryptPbes2 } from '../src/encrypted-key/pbes2.ts';
import { hostKeyPolicy } from '../src/host-keys/policy.ts';
import { decodeCertificate, verifyCertificate } from '../src/keys/certificate.ts';
import { readKeys } from '../src/keys/private/read-private-key.ts';
import { decodePublicKey } from '../src/keys/public-key.ts';
import { verifySignature } from '../src/keys/signature.ts';
import { decodeAuthMessage, type Message60 } from '../src/wire/auth-messages.ts';
import {
  banner,
  failure,
  infoRequest,
  message,
  passwordChange,
  serviceAccept,
  success,
} from './support/auth-server.ts';
import { HOST_CERTIFICATES } from './support/certificates.ts';
import { Dice, ROUNDS, SEED } from './support/dice.ts';
import { PBES2 } from './support/encrypted-key-files.ts';
import { OPENSSH, OPENSSL, PUBLIC } from './support/key-files.ts';
import { blobOf } from './support/key-lines.ts';

const LONG = { timeout: 3_600_000 };

/** What one call comes to: a value, or the code of a FairleadError. Anything else is the fuzzer's find. */
async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    if (isFairleadError(error)) return error.code;
    throw error;
  }
}

/** Runs `decode` over mutants of the samples. @returns How many were taken. */
async function fuzz(
  samples: readonly Uint8Array[],
  rounds: number,
  decode: (mutant: Uint8Array, dice: Dice) => unknown,
): Promise<number> {
  const dice = new Dice(SEED);
  let taken = 0;
  for (let round = 0; round < rounds; round++) {
    const mutant = dice.below(10) === 0 ? dice.bytes(dice.below(200)) : dice.mutate(dice.pick(samples));
    if (typeof (await outcome(() => decode(mutant, dice))) !== 'string') taken++;
  }
  return taken;
}

const utf8 = new TextEncoder();
const KEYS = [PUBLIC.ed25519, PUBLIC.ecdsa256, PUBLIC.ecdsa521, PUBLIC.rsa2048].map(blobOf);
const CERTIFICATES = Object.values(HOST_CERTIFICATES).map(blobOf);

describe('whatever comes in', () => {
  it('as a public key', LONG, async () => {
    expect(await fuzz(KEYS, ROUNDS, decodePublicKey)).toBeGreaterThan(0);
  });

  it('as a certificate', LONG, async () => {
    const taken = await fuzz(CERTIFICATES, ROUNDS, (mutant) => decodeCertificate(mutant));
    expect(taken).toBeGreaterThan(0);
    await fuzz(CERTIFICATES, ROUNDS / 10, (mutant) => verifyCertificate(decodeCertificate(mutant)));
  });

  it('as a signature and its key', LONG, async () => {
    const algorithms = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp521', 'rsa-sha2-512'];
    const signatures = [
      message('ssh-ed25519', new Uint8Array(64)),
      message('ecdsa-sha2-nistp256', message(new Uint8Array(32).fill(1), new Uint8Array(32).fill(1))),
      message('rsa-sha2-512', new Uint8Array(256)),
    ];
    await fuzz(signatures, ROUNDS / 10, (mutant, dice) => {
      const key = decodePublicKey(dice.mutate(dice.pick(KEYS)));
      return verifySignature(key, dice.pick(algorithms), mutant, mutant);
    });
  });

  it('as a message of a login', LONG, async () => {
    const samples = [
      serviceAccept,
      success,
      failure('publickey,password', true),
      banner('Welcome'),
      message(60, 'ssh-ed25519', new Uint8Array(51)),
      passwordChange,
      infoRequest(['Password: ', false], ['Code: ', true]),
    ];
    const meanings: readonly (Message60 | undefined)[] = [
      undefined,
      'PK_OK',
      'PASSWD_CHANGEREQ',
      'INFO_REQUEST',
    ];
    const taken = await fuzz(samples, ROUNDS * 4, (mutant, dice) =>
      decodeAuthMessage(mutant, dice.pick(meanings)),
    );
    expect(taken).toBeGreaterThan(0);
  });

  it('as a file of a private key', LONG, async () => {
    const files = [...Object.values(OPENSSH), ...Object.values(OPENSSL)].flatMap((file) => {
      const [, label = '', body = ''] = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([^-]*)/.exec(file) ?? [];
      const bytes = fromBase64(body.replaceAll('\n', ''));
      return bytes ? [{ label, bytes }] : [];
    });
    const noDecryption = async (): Promise<Uint8Array> => new Uint8Array();
    const dice = new Dice(SEED);
    for (let round = 0; round < ROUNDS / 3; round++) {
      const { label, bytes } = dice.pick(files);
      const armoured = `-----BEGIN ${label}-----\n${toBase64(dice.mutate(bytes))}\n-----END ${label}-----\n`;
      const file = dice.below(4) === 0 ? dice.mutate(utf8.encode(armoured)) : armoured;
      await outcome(() => readKeys(file, { openssh: noDecryption, pkcs8: noDecryption }));
    }
  });

  it('as an encrypted PKCS#8', LONG, async () => {
    const body = PBES2['aes-256-cbc hmac-sha256'].split('\n').slice(1, -1).join('');
    // The salt and the number of iterations stay: a million of them take a second.
    const sample = fromBase64(body) ?? new Uint8Array();
    await fuzz([sample.subarray(0, 60)], ROUNDS / 3, (mutant) => decryptPbes2(mutant, utf8.encode('x')));
  });

  it('as a known_hosts', LONG, async () => {
    const lines = [
      `bastion.example ${PUBLIC.ed25519} comment`,
      `*.example,!web.example ${PUBLIC.ecdsa256}`,
      `[bastion.example]:2222 ${PUBLIC.rsa2048}`,
      `@cert-authority *.example ${PUBLIC.ca}`,
      `@revoked * ${PUBLIC.otherca}`,
      `|1|AQIDBAUGBwgJCgsMDQ4PEBESExQ=|AQIDBAUGBwgJCgsMDQ4PEBESExQ= ${PUBLIC.ed25519}`,
    ];
    const text = utf8.encode(`${lines.join('\n')}\n`);
    const taken = await fuzz([text], ROUNDS / 3, async (mutant) => {
      const knownHosts = new TextDecoder('latin1').decode(mutant);
      await hostKeyPolicy({ knownHosts }, 'bastion.example', 22);
      return true;
    });
    expect(taken).toBeGreaterThan(0);
  });
});

describe('parsing takes time that grows with the length alone', () => {
  const seconds = async (call: () => unknown): Promise<number> => {
    const started = performance.now();
    await outcome(call);
    return (performance.now() - started) / 1_000;
  };
  const host = 'bastion.example';
  it.each([
    ['lines without a key', 'x\n'.repeat(500_000)],
    ['blanks', ' '.repeat(1_000_000)],
    ['commas', `${','.repeat(16_000)} ssh-ed25519 AAAA\n`.repeat(60)],
    ['stars', `${'*'.repeat(16_000)}x ssh-ed25519 AAAA\n`.repeat(60)],
    ['stars and letters', `${'*b'.repeat(8_000)}x ssh-ed25519 AAAA\n`.repeat(60)],
    [
      'hashes',
      `|1|AQIDBAUGBwgJCgsMDQ4PEBESExQ=|AQIDBAUGBwgJCgsMDQ4PEBESExQ= ssh-ed25519 AAAA\n`.repeat(12_000),
    ],
    ['keys of the host', `* ${PUBLIC.ed25519}\n`.repeat(10_000)],
  ])('with a known_hosts of %s', LONG, async (_name, knownHosts) => {
    expect(await seconds(() => hostKeyPolicy({ knownHosts }, host, 2222))).toBeLessThan(5);
  });

  it.each([
    ['dashes', '-'.repeat(1_000_000)],
    ['beginnings', '-----BEGIN '.repeat(90_000)],
    ['blocks', '-----BEGIN X-----\n-----END X-----\n'.repeat(29_000)],
    ['headers', `-----BEGIN X-----\n${'a:b\n'.repeat(200_000)}\n-----END X-----`],
    ['blanks', `-----BEGIN X-----\n${' '.repeat(1_000_000)}\n-----END X-----`],
    ['blanks in front', ' '.repeat(1_000_000)],
  ])('with a key file of %s', async (_name, file) => {
    const refuse = () => Promise.reject(new Error('not encrypted'));
    expect(await seconds(() => readKeys(file, { openssh: refuse, pkcs8: refuse }))).toBeLessThan(2);
  });
});
