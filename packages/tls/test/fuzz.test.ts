// Garbage into every decoder: it returns, or throws a TlsFault, or for what a user gives a FairleadError; in time. FUZZ_ROUNDS=100000
// for more, FUZZ_SEED for others.
import { concat } from '@fairlead/bytes';
import { isFairleadError } from '@fairlead/errors';
import { seededRandom } from '@fairlead/testkit';
import { beforeAll, expect, it } from 'vitest';
import { TlsFault } from '../src/fault.ts';
import {
  bodyOf,
  readCertificateRequest,
  readCertificates,
  readCertificateVerify,
  readEncryptedExtensions,
  readKeyUpdate,
  readNewSessionTicket,
} from '../src/wire/messages.ts';
import { readKeyShare, readPreSharedKey, readRetry, readServerHello } from '../src/wire/server-hello.ts';
import { anchorsOf, readCertificate, summaryOf, verifyChain } from '../src/x509/index.ts';
import * as messages from './hostile/server/messages.ts';
import { extension, generalName, makeCertificate, pem } from './x509/make-certificate.ts';

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 1_000);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_129);

type Random = () => number;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Bytes changed, cut out, doubled, put in between; bytes that are lengths and tags most of all. */
function mutate(original: Uint8Array, random: Random): Uint8Array {
  let mutant = original.slice();
  for (let left = 1 + below(random, 4); left > 0; left--) {
    const at = below(random, mutant.length + 1);
    const to = Math.min(mutant.length, at + 1 + below(random, 8));
    const byte = [0, 1, 0x7f, 0x80, 0x81, 0xff, 0x30, 0x04, 0x06, below(random, 256)][below(random, 10)] ?? 0;
    const [head, part, tail] = [mutant.subarray(0, at), mutant.subarray(at, to), mutant.subarray(to)];
    switch (below(random, 6)) {
      case 0:
        mutant = head.slice();
        break;
      case 1:
        mutant = concat([head, tail]);
        break;
      case 2:
        mutant = concat([head, part, part, tail]);
        break;
      case 3:
        mutant = concat([head, Uint8Array.of(byte), part, tail]);
        break;
      default:
        mutant = mutant.slice();
        if (at < mutant.length) mutant[at] = byte;
    }
  }
  return mutant;
}

/** A decoder, and what it should take. */
interface Target {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  read(bytes: Uint8Array): unknown;
}

const targets: Target[] = [];
let chain: readonly Uint8Array[] = [];
let ca = '';

beforeAll(async () => {
  const authority = await makeCertificate({
    subject: 'CN=authority,O=Example',
    ca: true,
    pathLength: 3,
    nameConstraints: { permitted: [generalName('DNS:test')], excluded: [generalName('DirName:O=Other')] },
  });
  const policies = extension('2.5.29.32', Uint8Array.of(0x30, 6, 0x30, 4, 6, 2, 0x2a, 3));
  const san = ['DNS:db.test', 'DNS:*.a.test', 'IP:10.0.0.5', 'email:a@b.test', 'URI:https://db.test/'];
  const server = await makeCertificate({
    subject: 'CN=server,O=Example',
    signer: authority,
    san,
    extKeyUsage: ['1.3.6.1.5.5.7.3.1'],
    extensions: [policies],
  });
  chain = [server.der, authority.der];
  ca = authority.pem;
  const hello = {
    bytes: new Uint8Array(0),
    sessionId: new Uint8Array(32),
    cipherSuites: [],
    extensions: new Map(),
    shares: new Map(),
  };
  const certificates = messages.certificate(chain).bytes;
  targets.push(
    {
      name: 'ServerHello',
      seeds: [
        messages.serverHello(hello, 0x1301, 29, new Uint8Array(32), 0).bytes,
        messages.helloRetryRequest(hello, 0x1301, 23, 'cookie').bytes,
      ],
      read: (bytes) => {
        const { extensions } = readServerHello(bytes);
        for (const read of [readKeyShare, readRetry, readPreSharedKey]) attempt(() => read(extensions));
      },
    },
    {
      name: 'EncryptedExtensions',
      seeds: [messages.encryptedExtensions('h2').bytes],
      read: (bytes) => readEncryptedExtensions(bytes, new Set([16, 10, 0]), ['h2']),
    },
    {
      name: 'CertificateRequest',
      seeds: [messages.certificateRequest().bytes],
      read: readCertificateRequest,
    },
    { name: 'Certificate', seeds: [certificates], read: readCertificates },
    {
      name: 'CertificateVerify',
      seeds: [messages.certificateVerify(0x0403, new Uint8Array(70)).bytes],
      read: readCertificateVerify,
    },
    {
      name: 'NewSessionTicket',
      seeds: [messages.newSessionTicket(new Uint8Array(40)).bytes],
      read: readNewSessionTicket,
    },
    { name: 'KeyUpdate', seeds: [messages.keyUpdate(true).bytes], read: readKeyUpdate },
    {
      name: 'Finished',
      seeds: [messages.finished(new Uint8Array(32)).bytes],
      read: (bytes) => bodyOf(bytes, 'finished').bytes(),
    },
    { name: 'certificate', seeds: chain, read: readCertificate },
    {
      name: 'PEM',
      seeds: [new TextEncoder().encode(ca + pem('CERTIFICATE', server.der))],
      read: (bytes) => anchorsOf(String.fromCharCode(...bytes)),
    },
  );
});

/** @returns Whether it was taken. @throws What no decoder may throw. */
function attempt(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof TlsFault || (isFairleadError(error) && error.code === 'usage')) return false;
    throw error;
  }
}

it('takes what is right', () => {
  for (const { name, seeds, read } of targets) {
    for (const seed of seeds)
      expect(
        attempt(() => read(seed)),
        name,
      ).toBe(true);
  }
});

it('throws nothing but its own errors at what is changed', () => {
  const random = seededRandom(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, seeds, read } of targets) {
      const bytes = mutate(seeds[below(random, seeds.length)] ?? new Uint8Array(0), random);
      expect(() => attempt(() => read(bytes)), `${name}, seed ${SEED}, round ${round}`).not.toThrow();
    }
  }
});

it('throws nothing but its own errors at garbage, and at nothing', () => {
  const random = seededRandom(SEED + 1);
  for (let round = 0; round < ROUNDS / 3; round++) {
    const bytes = Uint8Array.from({ length: below(random, 80) }, () => below(random, 256));
    for (const { name, read } of targets) {
      expect(() => attempt(() => read(bytes)), `${name}, seed ${SEED}, round ${round}`).not.toThrow();
    }
  }
});

it('never accepts a chain of which a byte is another, and says why in a TlsFault', async () => {
  const random = seededRandom(SEED + 2);
  const verification = {
    trust: 'authorities',
    anchors: anchorsOf(ca),
    name: 'db.test',
    pins: [],
    now: Date.now(),
  } as const;
  await verifyChain(chain, verification);
  for (let round = 0; round < ROUNDS / 3; round++) {
    const server = mutate(chain[0] ?? new Uint8Array(0), random);
    if (concat([server]).join() === chain[0]?.join()) continue;
    const error = await verifyChain([server, ...chain.slice(1)], verification).catch(
      (reason: unknown) => reason,
    );
    if (!(error instanceof TlsFault)) throw new Error(`seed ${SEED}, round ${round}: ${String(error)}`);
    expect(error.message.length).toBeLessThan(6_000);
  }
});

it('sums up every certificate that it can read', async () => {
  const random = seededRandom(SEED + 3);
  for (let round = 0; round < ROUNDS / 3; round++) {
    const der = mutate(chain[below(random, 2)] ?? new Uint8Array(0), random);
    let certificate: ReturnType<typeof readCertificate>;
    try {
      certificate = readCertificate(der);
    } catch {
      continue;
    }
    const summary = await summaryOf(certificate);
    expect(summary.names.length).toBeLessThanOrEqual(101);
    // No control characters in what is shown.
    expect(/\p{Cc}/u.test(`${summary.subject}${summary.issuer}${summary.names.join('')}`)).toBe(false);
  }
});
