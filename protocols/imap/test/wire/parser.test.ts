// Splits and caps: every sample whole, byte by byte, cut everywhere, and with bytes of the next response behind it.
import { allSplits } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { Parser } from '../../src/wire/parser.ts';
import { binary, parse, parseChunks, parseLine } from './support/parse.ts';
import { SAMPLES } from './support/samples.ts';

const expectCode = (run: () => unknown, code: string) =>
  expect(run).toThrowError(expect.objectContaining({ name: 'FairleadError', code }));

describe('splits', () => {
  it.each(Object.entries(SAMPLES))('%s', (_, text) => {
    for (const streamBodiesFrom of [0, 4, Number.POSITIVE_INFINITY]) {
      const whole = parse(text, { streamBodiesFrom });
      for (const { name, chunks } of allSplits(binary(text), { maxBoundaries: 256 })) {
        expect(parseChunks(chunks, { streamBodiesFrom }), name).toEqual(whole);
      }
      expect(parse(`${text}* 1 EX`, { streamBodiesFrom })).toEqual(whole);
      expect(parse(`${text}${text}`, { streamBodiesFrom })).toEqual([...whole, ...whole]);
    }
  });

  it('is between responses only before the first byte and behind the last', () => {
    const parser = new Parser();
    for (const byte of binary('* OK [X ({1}\r\na)] t\r\n')) {
      parser.push(Uint8Array.of(byte));
      const event = parser.next();
      expect(parser.isBetweenResponses).toBe(event !== undefined);
    }
  });

  it('takes a line that ends with LF alone', () => {
    expect(parse('* 3 EXISTS\n')).toEqual([{ type: 'exists', number: 3 }]);
  });
});

describe('streamed bodies', () => {
  const text =
    '* 1 FETCH (UID 7 ENVELOPE (NIL {12}\r\nBODY[] {99}x NIL NIL NIL NIL NIL NIL NIL NIL) BODY[1.2]<0> {10}\r\n0123456789 FLAGS (\\Seen) BINARY[2] ~{4}\r\n\0\r\n) BODY[3] {1}\r\nx)\r\nA1 OK\r\n';

  it('hands out sections from the size on, and reads what stands around them', () => {
    const [first, second, fetch, end] = parse(text, { streamBodiesFrom: 4 });
    expect(first).toEqual({ body: '0123456789', uid: 7, section: '1.2' });
    expect(second).toEqual({ body: '\0\r\n)', uid: 7, section: '2' });
    expect(fetch).toMatchObject({
      type: 'fetch',
      flags: ['\\Seen'],
      envelope: { subject: 'BODY[] {99}x' },
      sections: [
        { section: '1.2', origin: 0, isStreamed: true, bytes: undefined },
        { section: '2', isBinary: true, isStreamed: true },
        { section: '3', isStreamed: false, bytes: binary('x') },
      ],
    });
    expect(end).toMatchObject({ type: 'tagged', tag: 'A1' });
  });

  it('holds no body that it hands out', () => {
    const parser = new Parser();
    parser.streamBodiesFrom = 1 << 16;
    parser.push(binary('* 1 FETCH (BODY[] {4294967295}\r\n'));
    expect(parser.next()).toMatchObject({ type: 'body-start', size: 4_294_967_295, uid: undefined });
    expect(parser.next()).toBeUndefined();
    const chunk = new Uint8Array(1 << 16);
    for (let at = 0; at < 100; at++) {
      parser.push(chunk);
      expect(parser.next()?.type).toBe('body-bytes');
      expect(parser.next()).toBeUndefined();
    }
    expect(parser.isBetweenResponses).toBe(false);
  });

  it('gives an empty body its start and its end', () => {
    expect(parse('* 1 FETCH (BODY[] {0}\r\n)\r\n', { streamBodiesFrom: 0 })).toMatchObject([
      { body: '', section: '' },
      { type: 'fetch' },
    ]);
  });

  it('takes no UID from a text that a stranger wrote', () => {
    const [body] = parse(
      '* 1 FETCH (ENVELOPE (NIL "UID 99 BODY[] x" NIL NIL NIL NIL NIL NIL NIL NIL) UID 5 BODY[] {4}\r\nabcd)\r\n',
      { streamBodiesFrom: 1 },
    );
    expect(body).toMatchObject({ uid: 5, body: 'abcd' });
  });
});

describe('limits', () => {
  it.each([
    ['a line', `* OK ${'x'.repeat(1 << 16)}`],
    ['a line that has ended', `* OK ${'x'.repeat(1 << 16)}\r\n`],
    ['a literal', '* LIST () "/" {1048577}\r\n'],
    ['a literal without end', '* LIST () "/" {99999999999999999999999}\r\n'],
    ['a body that is not handed out', '* 1 FETCH (BODY[] {4294967295}\r\n'],
    ['many literals', `* LIST (${'{1048576}\r\n'.concat('x'.repeat(1 << 20), ' ').repeat(8)}) "/" a\r\n`],
    ['a list of numbers', `* SEARCH${' 1234567'.repeat(1 << 20)}`],
    ['lists in lists of a thread', `* THREAD ${'(1 '.repeat(100)}${')'.repeat(100)}\r\n`],
    ['a chain of a thread', `* THREAD (${'1 '.repeat(2_000)})\r\n`],
    ['capabilities', `* CAPABILITY${' X'.repeat(257)}\r\n`],
    ['capabilities in a code', `* OK [CAPABILITY${' X'.repeat(257)}] x\r\n`],
    ['sections', `* 1 FETCH (${'BODY[] NIL '.repeat(5_000)})\r\n`],
  ])('%s', (_, text) => {
    expectCode(() => parse(text), 'limit');
  });

  it('takes lists of numbers and a FETCH that are longer than a line', () => {
    expect(parseLine(`* SEARCH${' 1234567'.repeat(20_000)}`)).toMatchObject({ type: 'search' });
    expect(parseLine(`* 1 FETCH (FLAGS (${'$abcdefg '.repeat(20_000)}))`)).toMatchObject({ type: 'fetch' });
  });

  it('gives no structure where it is too deep, and reads on', () => {
    const deep = `${'('.repeat(10_000)}"a" "b" NIL NIL NIL "7bit" 1${' "mixed")'.repeat(10_000)}`;
    expect(parseLine(`* 1 FETCH (BODYSTRUCTURE ${deep} UID 3)`)).toMatchObject({
      structure: undefined,
      uid: 3,
    });
  });

  it('is linear in bytes that come one by one', () => {
    const bytes = binary(
      `* 1 FETCH (BODY[] {300000}\r\n${'x'.repeat(300_000)} FLAGS (${'$a '.repeat(50_000)}))\r\n`,
    );
    const parser = new Parser();
    let count = 0;
    for (let at = 0; at < bytes.length; at++) {
      parser.push(bytes.subarray(at, at + 1));
      if (parser.next() !== undefined) count++;
    }
    expect(count).toBe(1);
  });
});

describe('breaches', () => {
  it.each([
    '\r\n',
    'garbage\r\n',
    '* \r\n',
    'A1 MAYBE x\r\n',
    '+A OK x\r\n',
    '* 1 FETCH UID 3\r\n',
    '* 1 FETCH (UID 3\r\n',
    '* 1 FETCH (BODY[1 "x")\r\n',
    '* 1 FETCH (BODY[]<x> "x")\r\n',
    '* LIST (\\A "/" "a\r\n',
    '* ESEARCH UID ALL 1:*\r\n',
    '* ESEARCH UID ALL 0\r\n',
    '* ESEARCH UID ALL 4294967296\r\n',
    '* ESEARCH COUNT x\r\n',
    '* SEARCH a\r\n',
    '* VANISHED (EARLIER)\r\n',
    '* THREAD (1\r\n',
  ])('%j', (text) => {
    expectCode(() => parse(text), 'protocol');
  });
});

it('takes a line that only looks like a body for what it is', () => {
  expectCode(() => parse('* "a] {3}\r\nabc"\r\n', { streamBodiesFrom: 0 }), 'protocol');
  expect(parse('* X a] {3}\r\nabc\r\n', { streamBodiesFrom: 0 })).toMatchObject([
    { type: 'unknown', name: 'X' },
  ]);
});
