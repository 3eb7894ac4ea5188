// What is refused of a certificate's form: DER, numbers, times, keys, extensions.
import { describe, expect, it } from 'vitest';
import { DerReader } from '../../src/der/reader.ts';
import { readCertificate, summaryOf } from '../../src/x509/index.ts';
import {
  bits,
  boolean,
  context,
  element,
  integer,
  namedBits,
  octets,
  oid,
  sequence,
  set,
  text,
  time,
} from './der-writer.ts';
import {
  type CertificateOptions,
  extension,
  generalName,
  makeCertificate,
  makeKey,
  nameOf,
} from './make-certificate.ts';

const key = await makeKey();
const make = async (options: CertificateOptions): Promise<Uint8Array> =>
  (await makeCertificate({ key, ...options })).der;
const refused = (alert: string) => expect.objectContaining({ name: 'TlsFault', alert });
const withKey = async (spki: Uint8Array): Promise<Uint8Array> =>
  make({ signer: { key, subject: nameOf('CN=a') }, key: { ...key, spki } });

describe('DER', () => {
  const read = (...bytes: number[]): unknown => new DerReader(Uint8Array.from(bytes), 'it').any();
  it('short and long lengths', () => {
    expect(read(4, 0)).toMatchObject({ content: new Uint8Array(0) });
    expect(new DerReader(element(4, new Uint8Array(127)), 'it').any().content).toHaveLength(127);
    for (const length of [128, 255, 256, 65_535, 65_536]) {
      expect(new DerReader(element(4, new Uint8Array(length)), 'it').any().content).toHaveLength(length);
    }
  });

  it.each([
    [[]],
    [[4]],
    [[4, 1]],
    [[4, 0x80, 0, 0]],
    [[4, 0x81, 1, 0]],
    [[4, 0x81]],
    [[4, 0x82, 0, 200, ...new Uint8Array(200)]],
    [[4, 0x84, 0, 0, 0, 1, 0]],
    [[4, 0x83, 0xff, 0xff, 0xff]],
    [[4, 0xff]],
    [[0x1f, 1, 0]],
    [[0xbf, 0x81, 1, 0]],
  ])('%j', (bytes) => {
    expect(() => read(...bytes)).toThrow(refused('bad_certificate'));
  });
});

it('every truncation, and every byte behind it', async () => {
  const der = await make({ san: ['a.example.com'], ca: true, pathLength: 1, extKeyUsage: ['1.2.3'] });
  readCertificate(der);
  for (let length = 0; length < der.length; length++) {
    expect(() => readCertificate(der.subarray(0, length)), `${length}`).toThrow(refused('bad_certificate'));
  }
  expect(() => readCertificate(Uint8Array.of(...der, 0))).toThrow(refused('bad_certificate'));
});

it('a byte changed is refused, or read otherwise, and nothing else happens', async () => {
  const der = await make({ san: ['a.example.com', 'IP:10.0.0.1'], ca: true, extKeyUsage: ['1.2.3'] });
  for (let at = 0; at < der.length; at++) {
    for (const flip of [1, 0x20, 0x80, 0xff]) {
      const changed = der.slice();
      changed[at] = (changed[at] ?? 0) ^ flip;
      try {
        await summaryOf(readCertificate(changed));
      } catch (error) {
        expect(error).toMatchObject({ name: 'TlsFault' });
      }
    }
  }
});

describe('fields', () => {
  it.each<[string, CertificateOptions]>([
    ['an empty serial number', { serial: new Uint8Array(0) }],
    ['a negative one', { serial: Uint8Array.of(0x80) }],
    ['a padded one', { serial: Uint8Array.of(0, 1) }],
    ['one of 21 bytes', { serial: new Uint8Array(21).fill(1) }],
    ['version 4', { version: 3 }],
    [
      'version 1, written down',
      { version: 0, onlyExtensions: [], mutate: (tbs) => sequence(context(0, integer(0)), ...items(tbs)) },
    ],
    ['version 1 with extensions', { version: 0 }],
    ['version 2 with extensions', { version: 1 }],
    ['two algorithms', { innerAlgorithm: sequence(oid('1.2.840.10045.4.3.3')) }],
    ['an end before the beginning', { notBefore: new Date(2e12), notAfter: new Date(1e12) }],
    [
      'an empty list of extensions',
      { onlyExtensions: [], mutate: (tbs) => append(tbs, context(3, sequence())) },
    ],
    ['something behind the extensions', { mutate: (tbs) => append(tbs, integer(1)) }],
    ['an empty part of a name', { subject: sequence(set()) }],
    [
      'a part of a name with three values',
      { subject: sequence(set(sequence(oid('2.5.4.3'), text('a'), text('b')))) },
    ],
  ])('%s', async (_what, options) => {
    const der = await make(options);
    expect(() => readCertificate(der)).toThrow(refused('bad_certificate'));
  });

  it('version 1 and 2, a serial number of 20 bytes with and without a sign, unique identifiers', async () => {
    expect(readCertificate(await make({ version: 0, onlyExtensions: [] })).version).toBe(1);
    expect(readCertificate(await make({ version: 1, onlyExtensions: [] })).version).toBe(2);
    readCertificate(await make({ serial: new Uint8Array(20).fill(0x7f) }));
    readCertificate(await make({ serial: Uint8Array.of(0, ...new Uint8Array(20).fill(0xff)) }));
    const unique = element(0x81, Uint8Array.of(0, 1));
    readCertificate(await make({ onlyExtensions: [], mutate: (tbs) => append(tbs, unique) }));
  });
});

describe('times', () => {
  const at = (notAfter: Uint8Array): CertificateOptions => ({
    mutate: (tbs) => replaced(tbs, 4, sequence(text('700101000000Z', 0x17), notAfter)),
  });

  it.each<[string, number, string]>([
    ['491231235959Z', 0x17, '2049-12-31T23:59:59.000Z'],
    ['20300101000000Z', 0x18, '2030-01-01T00:00:00.000Z'],
    ['990228235959Z', 0x17, '1999-02-28T23:59:59.000Z'],
    ['20500101000000Z', 0x18, '2050-01-01T00:00:00.000Z'],
    ['99991231235959Z', 0x18, '9999-12-31T23:59:59.000Z'],
    ['20520229000000Z', 0x18, '2052-02-29T00:00:00.000Z'],
  ])('%s', async (digits, tag, validTo) => {
    const { notAfter } = readCertificate(await make(at(text(digits, tag))));
    expect(new Date(notAfter).toISOString()).toBe(validTo);
  });

  it.each<[string, number]>([
    ['500101000000Z', 0x17],
    ['691231235959Z', 0x17],
    ['19691231235959Z', 0x18],
    ['300101000000Z', 0x18],
    ['20300101000000Z', 0x17],
    ['3001010000Z', 0x17],
    ['300101000000', 0x17],
    ['300101000000+0000', 0x17],
    ['300101000000z', 0x17],
    ['300101000000Z ', 0x17],
    ['300230000000Z', 0x17],
    ['301301000000Z', 0x17],
    ['300001000000Z', 0x17],
    ['300101240000Z', 0x17],
    ['300101006000Z', 0x17],
    ['300101000060Z', 0x17],
    ['30 101000000Z', 0x17],
    ['20510229000000Z', 0x18],
    ['20510101000000.5Z', 0x18],
    ['300101000000Z', 0x13],
  ])('%s as %i is none', async (digits, tag) => {
    const der = await make(at(text(digits, tag)));
    expect(() => readCertificate(der)).toThrow(refused('bad_certificate'));
  });

  it('what makes certificates writes times as these are', () => {
    expect(time(new Date(Date.UTC(2050, 0, 1)))[0]).toBe(0x18);
  });
});

describe('keys', () => {
  const RSA = sequence(oid('1.2.840.113549.1.1.1'), element(5));
  const rsa = (modulus: Uint8Array, exponent: Uint8Array, algorithm = RSA): Uint8Array =>
    sequence(algorithm, bits(sequence(element(2, modulus), element(2, exponent))));
  const modulus = (bytes: number): Uint8Array => Uint8Array.of(0, 0x80, ...new Uint8Array(bytes - 2), 1);
  const E = Uint8Array.of(1, 0, 1);

  it('sizes, exponents', async () => {
    const weakness = async (spki: Uint8Array): Promise<string | undefined> =>
      readCertificate(await withKey(spki)).weakness;
    expect(readCertificate(await withKey(rsa(modulus(256), E))).publicKey).toMatchObject({
      kind: 'rsa',
      bits: 2048,
    });
    expect(await weakness(rsa(modulus(256), E))).toBeUndefined();
    expect(await weakness(rsa(modulus(1024), E))).toBeUndefined();
    expect(await weakness(rsa(modulus(256), Uint8Array.of(3)))).toBeUndefined();
    expect(await weakness(rsa(modulus(255), E))).toContain('2040');
    expect(await weakness(rsa(modulus(1025), E))).toContain('8200');
    expect(await weakness(rsa(Uint8Array.of(8, ...modulus(256).subarray(1)), E))).toContain('2052');
    for (const exponent of [
      [1],
      [0],
      [2],
      [5],
      [0x80],
      [1, 0, 0],
      [1, 0, 3],
      [1, 0, 0, 0, 0, 1],
      [0x80, 1],
      Array(300).fill(1),
    ]) {
      expect(await weakness(rsa(modulus(256), Uint8Array.from(exponent))), `${exponent}`).toContain(
        'exponent',
      );
    }
    expect(await weakness(rsa(modulus(256).fill(2, 256), E))).toContain('even or negative modulus');
    const pss = sequence(oid('1.2.840.113549.1.1.10'));
    expect(readCertificate(await withKey(rsa(modulus(256), E, pss))).publicKey.kind).toBe('rsa-pss');
  });

  it.each<[string, Uint8Array]>([
    ['DSA', sequence(sequence(oid('1.2.840.10040.4.1')), bits(integer(1)))],
    ['RSA without NULL', rsa(modulus(256), E, sequence(oid('1.2.840.113549.1.1.1')))],
    [
      'a curve of another name',
      sequence(sequence(oid('1.2.840.10045.2.1'), oid('1.3.132.0.10')), bits(new Uint8Array(65).fill(4))),
    ],
    [
      'an explicit curve',
      sequence(sequence(oid('1.2.840.10045.2.1'), sequence(integer(1))), bits(new Uint8Array(65).fill(4))),
    ],
    ['a compressed point', sequence(P256(), bits(new Uint8Array(33).fill(2)))],
    ['a point of another form', sequence(P256(), bits(new Uint8Array(65).fill(6)))],
    ['Ed25519 of 31 bytes', sequence(sequence(oid('1.3.101.112')), bits(new Uint8Array(31)))],
    ['Ed448', sequence(sequence(oid('1.3.101.113')), bits(new Uint8Array(57)))],
  ])('%s', async (_what, spki) => {
    const der = await withKey(spki);
    expect(() => readCertificate(der)).toThrow(refused('unsupported_certificate'));
  });

  it.each<[string, Uint8Array]>([
    ['an empty RSA key', sequence(RSA, bits(new Uint8Array(0)))],
    [
      'an RSA key with something behind it',
      sequence(RSA, bits(sequence(integer(1), integer(1), integer(1)))),
    ],
    ['a padded modulus', rsa(Uint8Array.of(0, 1), E)],
    ['unused bits', sequence(RSA, element(3, Uint8Array.of(1, 0)))],
    ['something behind the key', sequence(P256(), bits(new Uint8Array(65).fill(4)), integer(1))],
  ])('%s', async (_what, spki) => {
    const der = await withKey(spki);
    expect(() => readCertificate(der)).toThrow(refused('bad_certificate'));
  });
});

describe('extensions', () => {
  const NAMES = sequence(generalName('a.example.com'));
  it.each<[string, Uint8Array[]]>([
    ['one twice', [extension('1.2.3', octets()), extension('1.2.3', octets())]],
    ['names twice', [extension('2.5.29.17', NAMES), extension('2.5.29.17', NAMES)]],
    ['a default that is written down', [sequence(oid('1.2.3'), boolean(false), octets())]],
    ['a true that is not DER', [sequence(oid('1.2.3'), element(1, Uint8Array.of(1)), octets())]],
    ['something behind the value', [sequence(oid('1.2.3'), octets(), octets())]],
    ['no value', [sequence(oid('1.2.3'))]],
    ['an identifier that is cut', [sequence(element(6, Uint8Array.of(0x2a, 0x86)), octets())]],
    ['a padded identifier', [sequence(element(6, Uint8Array.of(0x2a, 0x80, 1)), octets())]],
    ['a long identifier', [sequence(element(6, new Uint8Array(65).fill(1)), octets())]],
    ['an identifier of a huge number', [sequence(element(6, new Uint8Array(20).fill(0xff)), octets())]],
    ['an empty identifier', [sequence(element(6), octets())]],
    ['no names', [extension('2.5.29.17', sequence())]],
    ['names that are text', [extension('2.5.29.17', new TextEncoder().encode('DNS:example.com'))]],
    ['a name of no form', [extension('2.5.29.17', sequence(element(0x89, Uint8Array.of(1))))]],
    ['a name with the wrong bit', [extension('2.5.29.17', sequence(element(0xa2, Uint8Array.of(1))))]],
    ['keyUsage of nothing', [extension('2.5.29.15', namedBits())]],
    ['keyUsage with unused bits that are set', [extension('2.5.29.15', element(3, Uint8Array.of(6, 0x41)))]],
    ['keyUsage of 17 bits', [extension('2.5.29.15', namedBits(0, 16))]],
    ['keyUsage with 8 unused bits', [extension('2.5.29.15', element(3, Uint8Array.of(8, 0x80)))]],
    ['an empty extKeyUsage', [extension('2.5.29.37', sequence())]],
    ['cA that is written down as false', [extension('2.5.29.19', sequence(boolean(false)))]],
    ['a path length of nobody', [extension('2.5.29.19', sequence(integer(1)))]],
    [
      'a negative path length',
      [extension('2.5.29.19', sequence(boolean(true), element(2, Uint8Array.of(0xff))))],
    ],
    ['a path length of 5 bytes', [extension('2.5.29.19', sequence(boolean(true), integer(2 ** 33)))]],
    [
      'something behind a path length',
      [extension('2.5.29.19', sequence(boolean(true), integer(1), integer(1)))],
    ],
    [
      'authorityInfoAccess that is none',
      [extension('1.3.6.1.5.5.7.1.1', new TextEncoder().encode('malformed'))],
    ],
    ['timestamps that are none', [extension('1.3.6.1.4.1.11129.2.4.2', sequence())]],
    ['subjectKeyIdentifier that is none', [extension('2.5.29.14', sequence())]],
    ['authorityKeyIdentifier that is none', [extension('2.5.29.35', octets())]],
  ])('%s', async (_what, onlyExtensions) => {
    const der = await make({ onlyExtensions });
    expect(() => readCertificate(der)).toThrow(refused('bad_certificate'));
  });

  it('are read as they are', async () => {
    const { extensions } = readCertificate(
      await make({
        ca: true,
        pathLength: 300,
        keyUsage: [0, 5, 8],
        san: ['a.example.com'],
        sanCritical: true,
        extKeyUsage: ['1.3.6.1.5.5.7.3.1', '2.999.1'],
        nameConstraints: { permitted: [generalName('example.com')] },
        extensions: [
          extension('2.5.29.14', octets(Uint8Array.of(1, 2))),
          extension(
            '2.5.29.35',
            sequence(element(0x80, Uint8Array.of(3)), context(1, generalName('DirName:CN=a'))),
          ),
          extension('1.2.3.4', octets(), true),
        ],
      }),
    );
    expect(extensions).toMatchObject({
      basicConstraints: { ca: true, pathLength: 300 },
      keyUsage: 0b1_0010_0001,
      extKeyUsage: ['1.3.6.1.5.5.7.3.1', '2.999.1'],
      subjectAltName: { names: [{ form: 2 }], critical: true },
      nameConstraints: { permitted: [{ form: 2 }], excluded: [] },
      subjectKeyId: Uint8Array.of(1, 2),
      authorityKeyId: Uint8Array.of(3),
      notUnderstood: '1.2.3.4',
      isPadded: false,
    });
  });
});

function P256(): Uint8Array {
  return sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7'));
}

/** A sequence with one more item at its end. */
function append(whole: Uint8Array, item: Uint8Array): Uint8Array {
  return sequence(...items(whole), item);
}

/** A sequence with one of its items replaced. */
function replaced(whole: Uint8Array, index: number, item: Uint8Array): Uint8Array {
  return sequence(...items(whole).map((old, at) => (at === index ? item : old)));
}

function items(whole: Uint8Array): Uint8Array[] {
  const reader = new DerReader(whole, 'it').inside(0x30);
  const found: Uint8Array[] = [];
  while (!reader.isAtEnd) found.push(reader.any().whole);
  return found;
}
