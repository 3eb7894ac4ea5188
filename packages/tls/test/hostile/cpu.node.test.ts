// What the worst servers cost before their Finished: CPU of this process, all threads, from the moment at which the server's flight is
// sealed and on its way. In Node, since workerd's clocks stand still while it computes.
import type { MemoryServer } from '@fairlead/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { bits, element, integer, oid, sequence } from '../x509/der-writer.ts';
import {
  extension,
  generalName,
  makeCertificate,
  makeKey,
  nameOf,
  type TestCertificate,
  type TestKey,
} from '../x509/make-certificate.ts';
import type { Script } from './server/server.ts';
import { attempt, type Behaviour, identityOf, makePki, type Outcome, type Pki } from './trial.ts';

const MOST_CPU_MS = 50;
/** For thousands of records: Node's WebCrypto takes seven times workerd's time for opening a small one (5 µs there). */
const MOST_CPU_OF_RECORDS_MS = 7 * MOST_CPU_MS;
/** The cheapest counts: what the machine does besides and what is compiled for the first time is not the server's doing. */
const TRIES = 3;

let pki: Pki;
let leafKey: TestKey;

beforeAll(async () => {
  pki = await makePki();
  leafKey = await makeKey();
  for (let i = 0; i < 30; i++) await attempt({ script: { identity: pki.identity } }, pki.ca);
});

interface Cost {
  readonly ms: number;
  readonly outcome: Outcome;
}

async function costOf(behaviour: Behaviour): Promise<Cost> {
  let begin = process.cpuUsage();
  const wire = async (bytes: Uint8Array, server: MemoryServer): Promise<void> => {
    begin = process.cpuUsage();
    await (behaviour.wire ?? writeAll)(bytes, server);
  };
  const outcome = await attempt(
    { connectTimeoutMs: 4_000, after: async () => undefined, ...behaviour, wire },
    pki.ca,
  );
  const { user, system } = process.cpuUsage(begin);
  return { ms: (user + system) / 1_000, outcome };
}

async function writeAll(bytes: Uint8Array, server: MemoryServer): Promise<void> {
  await server.write(bytes);
  server.end();
}

async function expectCheap(what: string, script: Partial<Script>, most = MOST_CPU_MS): Promise<void> {
  const costs: Cost[] = [];
  for (let i = 0; i < TRIES; i++) costs.push(await costOf({ script: { identity: pki.identity, ...script } }));
  const ms = Math.min(...costs.map((cost) => cost.ms));
  const [{ outcome } = {}] = costs;
  const end = outcome?.kind === 'failed' ? outcome.error.message.slice(0, 160) : outcome?.kind;
  expect(ms, `${what}: ${end}`).toBeLessThan(most);
  if (process.env.HOSTILE_CPU) console.log(`${ms.toFixed(1)} ms, ${what}: ${end}`);
}

/** A chain below the server's certificate, whatever stands in it. */
async function chainOf(options: object, above: readonly TestCertificate[]): Promise<Partial<Script>> {
  const server = await makeCertificate({
    subject: 'CN=server',
    key: leafKey,
    signer: pki.authority,
    san: ['DNS:db.test'],
    ...options,
  });
  return { identity: identityOf(server, above) };
}

/** An RSA key of which nobody has the private half. */
function rsaKey(modulusBits: number, exponent: Uint8Array): TestKey {
  const modulus = crypto.getRandomValues(new Uint8Array(modulusBits / 8));
  modulus[0] = (modulus[0] ?? 0) | 0x80;
  modulus[modulus.length - 1] = (modulus.at(-1) ?? 0) | 1;
  const key = sequence(integer(modulus), integer(exponent));
  const spki = sequence(sequence(oid('1.2.840.113549.1.1.1'), element(5)), bits(key));
  return { ...leafKey, kind: 'rsa', spki };
}

/** A signature by RSA that nobody made. */
function signedByRsa({ der }: TestCertificate, bytes: number): Uint8Array {
  const digits = (at: number): number => ((der[at] ?? 0) < 0x80 ? 0 : (der[at] ?? 0) & 0x7f);
  const body = 2 + digits(1);
  const content = body + 2 + digits(body + 1);
  const length = digits(body + 1) === 0 ? [der[body + 1] ?? 0] : [...der.subarray(body + 2, content)];
  const bodyEnd = content + length.reduce((sum, byte) => sum * 256 + byte, 0);
  const algorithm = sequence(oid('1.2.840.113549.1.1.11'), element(5));
  const signature = crypto.getRandomValues(new Uint8Array(bytes));
  signature[0] = 0;
  return sequence(der.subarray(body, bodyEnd), algorithm, bits(signature));
}

const RSA_ALGORITHM = sequence(oid('1.2.840.113549.1.1.11'), element(5));

describe('a server costs little before its Finished', () => {
  it('that is honest', () => expectCheap('honest', {}));

  it('that cuts its handshake into records of a byte', async () => {
    await expectCheap('records of a byte', { fragment: 1 });
    const extensions = [extension('1.2.3', new Uint8Array(4_200))];
    const script = { ...(await chainOf({ extensions }, [])), fragment: 1 };
    await expectCheap('thousands of records', script, MOST_CPU_OF_RECORDS_MS);
  }, 60_000);

  it('that pads each byte to a full record', async () => {
    const extensions = [extension('1.2.3', new Uint8Array(20_000))];
    const padded = { fragment: 10, padding: 16_374, coalesce: true };
    await expectCheap('thousands of padded records', { ...(await chainOf({ extensions }, [])), ...padded });
  }, 60_000);

  it('with ten thousand names and constraints', async () => {
    const names = Array.from({ length: 2_000 }, (_, i) => `DNS:${i}.example.test`);
    const permitted = Array.from({ length: 1_200 }, (_, i) => generalName(`DNS:x${i}.test`));
    const above = await makeCertificate({
      subject: 'CN=above',
      signer: pki.authority,
      ca: true,
      nameConstraints: { permitted },
    });
    await expectCheap(
      'names against constraints',
      await chainOf({ signer: above, san: [...names, 'DNS:db.test'] }, [above]),
    );
  });

  it('with directory names against constraints on them', async () => {
    const permitted = Array.from({ length: 300 }, (_, i) => generalName(`DirName:O=Example,OU=unit ${i}`));
    const names = Array.from({ length: 600 }, (_, i) => generalName(`DirName:O=Example,OU=Unit  ${i},CN=x`));
    const above = await makeCertificate({
      subject: 'CN=above',
      signer: pki.authority,
      ca: true,
      nameConstraints: { permitted },
    });
    await expectCheap(
      'directory names',
      await chainOf({ signer: above, san: [...names, 'DNS:db.test'] }, [above]),
    );
  });

  it('with an extension after the other', async () => {
    const extensions = Array.from({ length: 4_000 }, (_, i) => extension(`1.3.${i + 1}`, element(5)));
    await expectCheap('extensions', await chainOf({ extensions }, []));
  });

  it('with purposes and policies without end', async () => {
    const purposes = Array.from({ length: 3_000 }, (_, i) => `1.3.6.${i + 1}`);
    const policies = extension(
      '2.5.29.32',
      sequence(...Array.from({ length: 3_000 }, (_, i) => sequence(oid(`1.4.${i + 1}`)))),
    );
    await expectCheap(
      'purposes',
      await chainOf({ extKeyUsage: [...purposes, '1.3.6.1.5.5.7.3.1'], extensions: [policies] }, []),
    );
  });

  it('with a name without end, and elements in each other', async () => {
    const subject = nameOf(Array.from({ length: 2_500 }, (_, i) => `CN=${i}`).join(','));
    await expectCheap('long name', await chainOf({ subject }, []));
    let nested: Uint8Array = element(5);
    for (let i = 0; i < 6_000; i++) nested = sequence(nested);
    await expectCheap('nested', await chainOf({ extensions: [extension('2.5.29.32', nested)] }, []));
  });

  it('with issuers that all have the same name', async () => {
    for (const kind of ['ec-p256', 'ec-p384', 'ec-p521'] as const) {
      const hash = kind === 'ec-p256' ? 'SHA-256' : kind === 'ec-p384' ? 'SHA-384' : 'SHA-512';
      const keys = await Promise.all(Array.from({ length: 9 }, () => makeKey(kind)));
      const make = (key: TestKey, signer: TestKey) =>
        makeCertificate({
          subject: 'CN=same',
          key,
          ca: true,
          hash,
          signer: { key: signer, subject: nameOf('CN=same') },
        });
      // Each has signed the next, and the last one nobody.
      const above = await Promise.all(keys.map((key, i) => make(key, keys[(i + 1) % 9] ?? key)));
      const [first] = above;
      if (first === undefined) throw new Error('no certificate');
      await expectCheap(`same name ${kind}`, await chainOf({ signer: first, hash }, above.toReversed()));
    }
  });

  it('with the longest RSA keys and exponents', async () => {
    for (const [size, exponent] of [
      [8_192, Uint8Array.of(1, 0, 1)],
      [8_192, Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
      [4_096, Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
      [16_384, Uint8Array.of(1, 0, 1)],
    ] as const) {
      const above = await Promise.all(
        Array.from({ length: 9 }, async () => {
          const same = {
            subject: 'CN=same',
            key: rsaKey(size, exponent),
            ca: true,
            innerAlgorithm: RSA_ALGORITHM,
          };
          const made = await makeCertificate({
            ...same,
            signer: { key: leafKey, subject: nameOf('CN=same') },
          });
          return { ...made, der: signedByRsa(made, size / 8) };
        }),
      );
      const signer = { key: leafKey, subject: nameOf('CN=same') };
      const made = await makeCertificate({
        subject: 'CN=server',
        key: leafKey,
        signer,
        san: ['DNS:db.test'],
        innerAlgorithm: RSA_ALGORITHM,
      });
      const server = { ...made, der: signedByRsa(made, size / 8) };
      await expectCheap(`RSA ${size}, exponent of ${exponent.length} bytes`, {
        identity: identityOf(server, above),
      });
    }
  });

  it('with as many certificates as fit, and with one that is too long', async () => {
    const big = await makeCertificate({
      subject: 'CN=big',
      signer: pki.authority,
      extensions: [extension('1.2.3', crypto.getRandomValues(new Uint8Array(60_000)))],
    });
    await expectCheap('one of 60 kB', { identity: identityOf(big) });
    await expectCheap('three of 60 kB', { identity: identityOf(big, [big, big]) });
    const many = await makeCertificate({ subject: 'CN=many', signer: pki.authority });
    await expectCheap('a hundred', {
      identity: identityOf(
        many,
        Array.from({ length: 99 }, () => many),
      ),
    });
  });

  it('with ChangeCipherSpec or records without content between', async () => {
    const ccs = Array.from({ length: 5_000 }, () => 'change_cipher_spec' as const);
    await expectCheap('change_cipher_spec', { steps: ['server_hello', ...ccs, 'encrypted_extensions'] });
    const warning = { record: 21, content: Uint8Array.of(1, 90), plain: true };
    await expectCheap('warnings', {
      steps: [...Array.from({ length: 5_000 }, () => warning), 'server_hello'],
    });
    const empty = { record: 22, content: new Uint8Array(0), plain: true };
    await expectCheap('empty records', {
      steps: [...Array.from({ length: 5_000 }, () => empty), 'server_hello'],
    });
  });
});

it('takes no more bytes than a handshake may have', async () => {
  const record = new Uint8Array(5 + 16_384).fill(11);
  record.set([22, 3, 3, 0x40, 0]);
  let sent = 0;
  const wire = async (_: Uint8Array, raw: MemoryServer): Promise<void> => {
    for (; sent < 4_000; sent++) await raw.write(record);
  };
  const outcome = await attempt({ script: { identity: pki.identity }, wire }, pki.ca);
  expect(outcome.kind).toBe('failed');
  // Most of them stand in the pipe in between, which holds 256 KiB.
  expect(sent * record.length).toBeLessThan(1 << 20);
});
