// Where data ends, attributes, status lines and error texts: cut any way, and noise.
import { concatBytes, feedAllWays, seededRandom, toBytes, toText } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { type Framing, isFairleadError, parseAttributes } from '../src/index.ts';
import { bodyDecoder } from '../src/wire/decode-body.ts';
import { errorItem, parseError, parseStatus } from '../src/wire/decode-status.ts';
import { undot } from '../src/wire/text.ts';
import { failure } from './failure.ts';

function info(framing: Framing, length?: number) {
  return { line: '', framing, length };
}

/** The data, and whether it was whole. */
function cutter(framing: Framing | undefined, text: boolean, length?: number) {
  return (chunks: Iterable<Uint8Array>) => {
    const decoder = bodyDecoder(framing && info(framing, length), text);
    let data = '';
    for (const chunk of chunks) data += toText(decoder.push(chunk));
    return { data, done: decoder.isDone(), decoder };
  };
}

describe('bodies', () => {
  it.each<[string, Framing | undefined, boolean, string, string, boolean, number?]>([
    ['plain', undefined, true, 'a\r\n.\r\nb', 'a\r\n.\r\nb', false],
    ['+-2', 'close', true, 'a\r\n.\r\nb', 'a\r\n.\r\nb', false],
    ['+3', 'length', true, 'abcdef', 'abc', true, 3],
    ['+0', 'length', true, 'abc', '', true, 0],
    ['+-1 of text', 'dot', true, 'a\r\n..b\r\n.\r\nc', 'a\r\n..b\r\n', true],
    ['+-1 of bytes', 'dot', false, 'a\r\n..b\r\n.\r\nc', 'a\r\n..b', true],
    ['+-1 of nothing', 'dot', true, '.\r\nc', '', true],
    ['+-1 of nothing, bytes', 'dot', false, '.\r\nc', '', true],
    ['+-1 of an empty line', 'dot', true, '\r\n.\r\n', '\r\n', true],
    ['+-1 of an empty line, bytes', 'dot', false, '\r\n.\r\n', '', true],
    [
      '+-1 with near ends',
      'dot',
      false,
      '\r\n.\rx\r\r\n.\n\r\n..\r\n\r\n.\r\n',
      '\r\n.\rx\r\r\n.\n\r\n..\r\n',
      true,
    ],
    ['+-1 with an end inside a near end', 'dot', false, 'a\r\n.\r\r\n.\r\n', 'a\r\n.\r', true],
    ['+-1 with a dot at the start', 'dot', false, '.x\r\n.\r\n', '.x', true],
  ])('%s', (_name, framing, text, sent, data, done, length) => {
    feedAllWays(sent, cutter(framing, text, length), (result) => {
      expect(result).toMatchObject({ data, done });
    });
  });

  it.each<[string, Framing, number | undefined, string]>([
    ['+5', 'length', 5, '1234'],
    ['+-1', 'dot', undefined, 'a\r\n.\r'],
    ['+-1', 'dot', undefined, ''],
  ])('minds where %s ends early', (_name, framing, length, sent) => {
    const { decoder } = cutter(framing, true, length)([toBytes(sent)]);
    expect([decoder.isDone(), decoder.mayEnd()]).toEqual([false, false]);
  });

  it('does not mind the end where the connection is the end', () => {
    expect(cutter('close', true)([toBytes('x')]).decoder.mayEnd()).toBe(true);
    expect(cutter(undefined, true)([]).decoder.mayEnd()).toBe(true);
  });
});

describe('undot', () => {
  it.each<[string, boolean, string]>([
    ['a\r\n.\r\n', false, 'a\r\n'],
    ['a\n.\n', false, 'a\n'],
    ['a\r\n.', false, 'a\r\n'],
    ['.\r\n', false, ''],
    ['a\r\n..b\r\n.\r\n', false, 'a\r\n.b\r\n'],
    ['..a\r\n...\r\n.\r\n', false, '.a\r\n..\r\n'],
    ['.a\r\n.\r\n', false, '.a\r\n'],
    // Sent as it is: the dots are the file's own.
    ['Hello\r\n.dotted\r\n..two\r\n.\r\nafter\r\n', false, 'Hello\r\n.dotted\r\n..two\r\n.\r\nafter\r\n'],
    ['..a', false, '..a'],
    ['a.\r\n', false, 'a.\r\n'],
    ['', false, ''],
    ['..a\r\n', true, '.a\r\n'],
  ])('%j', (text, ended, expected) => {
    expect(undot(text, ended)).toBe(expected);
  });
});

describe('status lines', () => {
  it.each([
    ['+5340', true, 'length', 5340],
    ['+0', true, 'length', 0],
    ['+-1', true, 'dot', undefined],
    ['+-2\r', true, 'close', undefined],
    ['--1', false, 'dot', undefined],
    ['-12', false, 'length', 12],
    ['+999999999999999', true, 'length', 999_999_999_999_999],
  ])('%j', (line, isOk, framing, length) => {
    expect(parseStatus(toBytes(line))).toEqual({ isOk, info: { line: line.trimEnd(), framing, length } });
  });

  it.each(['', '+', '5340', '+-3', '+-10', '+5 apples', '+0x10', '+1e9', '+1.5', '++1', '+1234567890123456'])(
    'refuses %j',
    (line) => {
      expect(failure(() => parseStatus(toBytes(line)))).toMatchObject({ code: 'protocol', blame: 'peer' });
    },
  );
});

describe('errors', () => {
  it.each<[string, object]>([
    ["1 Admin <a@b>\r\n'/x' is not there\r\n.\r\n", { code: '1', message: "'/x' is not there" }],
    ['2 Try again later', { code: '2', message: 'Try again later' }],
    ['1\r\nGone\nfor good\n', { code: '1', message: 'Gone\nfor good' }],
    ['3 1New place\t/new\tn.test\t71\t+\r\n', { code: '3', fields: { url: 'gopher://n.test:71/1/new' } }],
    ['3 <a@b>\r\n0It\t/it\tn.test\t70\r\n', { code: '3', fields: { url: 'gopher://n.test/0/it' } }],
    ['3 Somewhere\r\nAsk him\r\n', { code: '3', message: 'Ask him' }],
    ['No number', { code: '0', message: 'No number' }],
    ['', { code: '0', message: '' }],
  ])('%j', (text, words) => {
    expect(parseError(toBytes(text))).toMatchObject(words);
  });

  it.each<[string, string | undefined]>([
    ["3'/nope' does not exist\t\terror.host\t1\r\n", "'/nope' does not exist"],
    ['3No\t\terror.host\t1\r\n3Really\t\terror.host\t1\r\niBy a server\t\tnull.host\t1\r\n.\r\n', 'No'],
    ['3 blind mice\r\n', undefined],
    ['3\t4\t5\r\n', undefined],
    ['3a\tb\tc\t1\r\n0It\t/it\th\t70\r\n', undefined],
    ['0a\tb\tc\t1\r\n', undefined],
    ['', undefined],
  ])('an error item? %j', (answer, message) => {
    expect(errorItem(toBytes(answer))).toEqual(message && { code: 'error', message });
  });
});

const ATTRIBUTES = [
  '+INFO: 0a.txt\t/a.txt\tlocalhost\t70\t+',
  '+ADMIN:',
  ' Admin: Ann Admin <ann@h.test>',
  ' Mod-Date: Sat Nov 21 11:12:35 2026 <20261121111235>',
  '+VIEWS:',
  ' text/plain: <10k>',
  ' application/postscript De_DE: <40k>',
  ' image/gif',
  '+ABSTRACT:',
  ' An abstract',
  ' of two lines',
  '+ASK:',
  ' Ask: How many volts?\t5',
  ' Choose: Shock the administrator?\tYes\tNot!',
  ' Select: Really\t1',
  ' Note: mind your fingers',
  '+X-OWN: here',
  ' and there',
  '+INFO: 1sub\t/sub\tlocalhost\t70\t+',
  '+ADMIN:',
  ' Admin: Bob',
  '',
].join('\r\n');

describe('attributes', () => {
  it('are read, of all items', () => {
    const [first, second, ...none] = parseAttributes(toBytes(ATTRIBUTES), 100);
    expect(first).toMatchObject({
      item: { type: '0', display: 'a.txt', url: 'gopher://localhost/0/a.txt', plus: '+' },
      admin: 'Ann Admin <ann@h.test>',
      modified: '20261121111235',
      views: [
        { type: 'text/plain', language: undefined, size: '10k' },
        { type: 'application/postscript', language: 'De_DE', size: '40k' },
        { type: 'image/gif', language: undefined, size: undefined },
      ],
      abstract: 'An abstract\nof two lines',
      ask: [
        { kind: 'Ask', prompt: 'How many volts?', values: ['5'] },
        { kind: 'Choose', prompt: 'Shock the administrator?', values: ['Yes', 'Not!'] },
        { kind: 'Select', prompt: 'Really', values: ['1'] },
        { kind: 'Note', prompt: 'mind your fingers', values: [] },
      ],
    });
    expect(first?.blocks.get('X-OWN')).toEqual(['here', 'and there']);
    expect(second).toMatchObject({
      item: { url: 'gopher://localhost/1/sub' },
      admin: 'Bob',
      views: [],
      ask: [],
    });
    expect(none).toEqual([]);
  });

  it.each<[string, number, object[]]>([
    ['bare LFs, no last line end', 1, [{ abstract: 'x' }]],
    ['a lone dot', 1, [{ abstract: 'x' }]],
  ])('are taken with %s', (name, count, expected) => {
    const text = name === 'a lone dot' ? '+ABSTRACT:\r\n x\r\n.\r\n+ADMIN:\r\n' : '+ABSTRACT:\n x';
    const items = parseAttributes(toBytes(text), 100);
    expect(items).toHaveLength(count);
    expect(items).toMatchObject(expected);
  });

  it('may lack +INFO, and everything', () => {
    expect(parseAttributes(toBytes('+VIEWS:\r\n text/plain\r\n'), 9)).toMatchObject([
      { item: undefined, admin: undefined, views: [{ type: 'text/plain' }] },
    ]);
    expect(parseAttributes(new Uint8Array(0), 9)).toEqual([]);
    expect(parseAttributes(toBytes('no block'), 9)).toEqual([]);
  });

  it('are capped', () => {
    expect(failure(() => parseAttributes(toBytes(ATTRIBUTES), 20))).toMatchObject({ code: 'limit' });
    expect(failure(() => parseAttributes(toBytes(`+A: ${'x'.repeat(16_400)}`), 20)).code).toBe('limit');
  });

  it('let nothing but a FairleadError out, whatever comes', () => {
    const random = seededRandom(93);
    const alphabet = concatBytes(['+INFO:ADVIEWSK <>\t\r\n. 0123', Uint8Array.of(0, 0xff)]);
    for (let round = 0; round < 500; round++) {
      const bytes = Uint8Array.from(
        { length: Math.floor(random() * 120) },
        () => alphabet[Math.floor(random() * alphabet.length)] ?? 0,
      );
      try {
        parseAttributes(bytes, 10);
        parseError(bytes);
        errorItem(bytes);
        parseStatus(bytes);
      } catch (error) {
        if (!isFairleadError(error)) throw error;
      }
    }
  });
});
