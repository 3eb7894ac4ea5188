// Replies, ports, features and values: whole, byte by byte, with what follows, and from noise.
import { feedAllWays, seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { type FairleadError, isFairleadError } from '../src/index.ts';
import { parseList, parseMlsd } from '../src/listing/index.ts';
import type { Reply } from '../src/types.ts';
import { decodeLatin1, encodeLine } from '../src/wire/names.ts';
import { extendedPassivePort, passivePort } from '../src/wire/passive.ts';
import { ReplyDecoder } from '../src/wire/reply-decoder.ts';
import {
  announcedSize,
  formatTime,
  parseTime,
  readDigest,
  readFeatures,
  readPath,
  readSize,
} from '../src/wire/values.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const reply = (code: number, ...lines: string[]): Reply => ({ code, lines });

function decode(chunks: Iterable<Uint8Array>): Reply[] {
  const decoder = new ReplyDecoder();
  const replies: Reply[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk.slice());
    for (let one = decoder.next(); one !== undefined; one = decoder.next()) replies.push(one);
    decoder.keep();
  }
  return replies;
}

describe('replies', () => {
  const cases: readonly [text: string, replies: Reply[]][] = [
    ['220 Hello\r\n', [reply(220, 'Hello')]],
    ['220\r\n', [reply(220, '')]],
    ['220 Hello\n', [reply(220, 'Hello')]],
    ['220-a\r\nb\r\n220 c\r\n', [reply(220, 'a', 'b', 'c')]],
    [
      '211-Features:\r\n EPSV\r\n226 inner\r\n226-x\r\n211 End\r\n',
      [reply(211, 'Features:', ' EPSV', '226 inner', '226-x', 'End')],
    ],
    ['220-a\r\n220-b\r\n220 c\r\n', [reply(220, 'a', 'b', 'c')]],
    ['220-a\r\n 220 no\r\n2200 no\r\n220 c\r\n', [reply(220, 'a', ' 220 no', '2200 no', 'c')]],
    ['150 a\r\n226 b\r\n', [reply(150, 'a'), reply(226, 'b')]],
    ['257 "caf\u00e9" x\r\n', [reply(257, '"caf\u00e9" x')]],
  ];

  it.each(cases)('%j', (text, expected) => {
    feedAllWays(bytesOf(text), decode, (replies) => expect(replies).toEqual(expected));
  });

  it('that follow stay unread, and half of one is none', () => {
    const decoder = new ReplyDecoder();
    decoder.push(bytesOf('220 a\r\n33'));
    expect(decoder.next()).toEqual(reply(220, 'a'));
    expect(decoder.unread).toBe(true);
    expect(decoder.next()).toBeUndefined();
  });

  it.each(['hello\r\n', '\r\n', '600 x\r\n', '22 x\r\n', '2200 x\r\n', '220x\r\n', ' 220 x\r\n'])(
    '%j is none',
    (text) => {
      expect(() => decode([bytesOf(text)])).toThrow('not a reply');
    },
  );

  it('have limits: 4 KiB a line, 64 KiB in all', () => {
    expect(() => decode([bytesOf(`220 ${'x'.repeat(4093)}`)])).toThrow('4096');
    const lines = '220-x\r\n'.repeat(20_000);
    const chunks = Array.from({ length: 20 }, (_, i) => bytesOf(lines.slice(i * 7000, (i + 1) * 7000)));
    expect(() => decode(chunks)).toThrow('65536');
  });
});

describe('ports', () => {
  it.each([
    ['Extended (|||6446|)', 6446],
    ['(!!!65535!)', 65_535],
    ['x (###1024#) y', 1024],
  ])('of 229 %s', (text, port) => expect(extendedPassivePort(reply(229, text))).toBe(port));

  it.each(['(|||80|)', '(|||65536|)', '(|||0|)', '(||6446|)', '(|||6446!)', '(1116446 1)', '|||6446|', ''])(
    'none of 229 %s',
    (text) => {
      expect(() => extendedPassivePort(reply(229, text))).toThrow('EPSV');
    },
  );

  it.each([
    ['Passive (10,0,0,1,200,10)', 51_210],
    ['Passive 10,0,0,1,200,10', 51_210],
    ['=10,0,0,1,4,0', 1024],
    ['Passive (10, 0, 0, 1, 200, 10).', 51_210],
  ])('of 227 %s', (text, port) => expect(passivePort(reply(227, text))).toBe(port));

  it.each(['(10,0,0,1,0,80)', '(10,0,0,1,256,1)', '(10,0,0,1,3,255)', '(10,0,0,1,200)', 'none'])(
    'none of 227 %s',
    (text) => {
      expect(() => passivePort(reply(227, text))).toThrow('PASV');
    },
  );
});

describe('values', () => {
  it('are read', () => {
    expect([
      ...readFeatures(reply(211, 'Features:', ' rest STREAM', 'UTF8', '  ', ' MLST type*;', 'End')),
    ]).toEqual([
      ['REST', 'STREAM'],
      ['UTF8', ''],
      ['MLST', 'type*;'],
    ]);
    expect(readSize(reply(213, '12345'))).toBe(12_345);
    for (const bad of ['', '-1', '1e3', '99999999999999999999', 'x'])
      expect(() => readSize(reply(213, bad))).toThrow('SIZE');
    expect(parseTime('20240229235959.5')).toEqual(new Date('2024-02-29T23:59:59.500Z'));
    for (const bad of [
      '20230229000000',
      '20231301000000',
      '20230101250000',
      '2023',
      '20230101000000.',
      'x20230101000000',
    ])
      expect(parseTime(bad)).toBeUndefined();
    expect(formatTime(new Date('2024-02-29T23:59:59.5Z'))).toBe('20240229235959');
    expect(readPath(reply(257, '"/a ""b""" is it'))).toBe('/a "b"');
    expect(() => readPath(reply(257, 'none'))).toThrow('path');
    expect(announcedSize(reply(150, 'Opening x (1234 bytes).'))).toBe(1234);
    expect(announcedSize(reply(150, 'Opening x'))).toBeUndefined();
    const md5 = 'AB'.repeat(16);
    expect(readDigest(reply(250, `"${'cd'.repeat(16)}" ${md5}`), 'MD5', 32, false).value).toBe(
      md5.toLowerCase(),
    );
    expect(readDigest(reply(213, `MD5 0-1 ${md5} ${'cd'.repeat(16)}`), 'MD5', 32, true).value).toBe(
      md5.toLowerCase(),
    );
    expect(() => readDigest(reply(250, 'none'), 'MD5', 32, false)).toThrow('MD5');
  });

  it('are encoded and decoded: each byte of latin1', () => {
    const all = Uint8Array.from({ length: 10_000 }, (_, i) => i % 255)
      .filter((byte) => ![0, 10, 13].includes(byte))
      .slice(0, 8000);
    expect(encodeLine(decodeLatin1(all), 'latin1', 'x').subarray(0, -2)).toEqual(all);
  });
});

describe('noise', () => {
  const env = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env ?? {};
  const ROUNDS = Number(env.FUZZ_ROUNDS ?? 3000);
  const random = seededRandom(Number(env.FUZZ_SEED ?? 1));
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const PIECES = [
    '220',
    '211',
    '-',
    ' ',
    '\r\n',
    '\n',
    '\r',
    '\0',
    '(|||',
    '|)',
    '1024',
    '70000',
    ',',
    '10,0,0,1,',
    'type=',
    'file',
    ';',
    'size=',
    '-rw-r--r--',
    'l',
    'Jan',
    '  ',
    '2',
    '2020',
    '03:04',
    ' -> ',
    '<DIR>',
    '02-05-26',
    '11:15AM',
    '\xff',
    '\u20ac',
    'x',
  ];
  const noise = (): string =>
    Array.from({ length: Math.floor(random() * 24) }, () => pick(PIECES) ?? '').join('');

  /** Runs it; only an error that says what is wrong may come. */
  function attempt(work: () => unknown): void {
    try {
      work();
    } catch (error) {
      expect(isFairleadError(error) && ['protocol', 'limit'].includes((error as FairleadError).code)).toBe(
        true,
      );
    }
  }

  const timeout = 20_000 + 5 * ROUNDS;
  it('through each decoder: replies are the same however they are cut, and no line is lost', {
    timeout,
  }, () => {
    for (let round = 0; round < ROUNDS; round++) {
      const text = noise();
      const bytes = bytesOf(text);
      const whole = outcome(() => decode([bytes]));
      expect(outcome(() => decode(Array.from(bytes, (byte) => Uint8Array.of(byte))))).toEqual(whole);
      attempt(() => extendedPassivePort(reply(229, text)));
      attempt(() => passivePort(reply(227, text)));
      const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
      for (const entry of [...parseList(text), ...parseMlsd(text)]) {
        expect(lines).toContain(entry.raw);
        expect(entry.name === '' ? entry.type : 'named').toBe(entry.name === '' ? 'unparsed' : 'named');
      }
    }
  });

  function outcome(work: () => Reply[]): unknown {
    try {
      return work();
    } catch (error) {
      return (error as FairleadError).code;
    }
  }
});
