// The ends of replies without their values, and the caller's side of a pooled connection.

import { Writer } from '@fairlead/bytes';
import { allSplits, concatBytes, seededRandom, toBytes, toText } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { RedisFront } from '../src/mooring/front.ts';
import { ReplyEnds } from '../src/mooring/reply-ends.ts';
import { Decoder } from '../src/wire/decode/decoder.ts';
import { encodeCommand } from '../src/wire/encode.ts';

const REPLIES = [
  '+OK\r\n',
  '-ERR no\r\n',
  ':42\r\n',
  '$5\r\nhello\r\n',
  '$0\r\n\r\n',
  '$-1\r\n',
  '*-1\r\n',
  '*0\r\n',
  '*2\r\n$1\r\na\r\n*1\r\n:1\r\n',
  '%1\r\n+a\r\n~2\r\n:1\r\n:2\r\n',
  '_\r\n',
  '#t\r\n',
  ',1.5\r\n',
  '(12345678901234567890\r\n',
  '!5\r\nERR x\r\n',
  '=7\r\ntxt:abc\r\n',
  '|1\r\n+ttl\r\n:3\r\n+with an attribute\r\n',
  '*1\r\n|1\r\n+a\r\n:1\r\n:2\r\n',
];
const PUSH = '>2\r\n+message\r\n$2\r\nhi\r\n';

/** Where replies end in the whole stream, however it is cut. */
function endsOf(pieces: readonly Uint8Array[]): number[] {
  const ends = new ReplyEnds();
  let before = 0;
  const all: number[] = [];
  for (const piece of pieces) {
    ends.take(piece);
    all.push(...ends.ends.map((end) => before + end));
    before += piece.length;
  }
  expect(ends.isWhole).toBe(true);
  return all;
}

describe('ends of replies', () => {
  it('are where the replies end, in whatever pieces they come', () => {
    const stream = REPLIES.join('');
    let at = 0;
    const expected = REPLIES.map((reply) => {
      at += reply.length;
      return at;
    });
    for (const { name, chunks } of allSplits(stream)) expect(endsOf(chunks), name).toEqual(expected);
  });

  it('belong to replies alone: a push has none', () => {
    expect(endsOf([toBytes(`${PUSH}+OK\r\n${PUSH}`)])).toEqual([PUSH.length + 5]);
  });

  it('are those of the decoder, for random replies', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 200; round++) {
      const stream = toBytes(
        Array.from({ length: 10 }, () => REPLIES[Math.floor(random() * REPLIES.length)]).join(''),
      );
      const decoder = new Decoder();
      let count = 0;
      decoder.push(stream);
      while (decoder.next(true) !== undefined) count += 1;
      expect(endsOf([stream])).toHaveLength(count);
    }
  });

  it('are refused where a length or a depth is impossible', () => {
    for (const stream of [`$${'9'.repeat(30)}\r\n`, `$${'9'.repeat(70_000)}`, '*1\r\n'.repeat(70), '$?\r\n'])
      expect(() => new ReplyEnds().take(toBytes(stream))).toThrow(
        expect.objectContaining({ code: 'protocol' }),
      );
  });
});

function commands(...all: (readonly string[])[]): Uint8Array {
  const writer = new Writer(1_000_000);
  for (const command of all) encodeCommand(writer, command);
  return writer.take();
}

describe('the caller’s side', () => {
  const LOGIN = [
    ['AUTH', 'secret'],
    ['HELLO', '3'],
    ['SELECT', '2'],
  ];

  it('answers the login, and sends on what follows, in whatever pieces it comes', () => {
    const get = commands(['GET', 'a'], ['SET', 'b', 'x'.repeat(100)]);
    for (const { chunks } of allSplits(concatBytes([commands(...LOGIN), get]))) {
      const front = new RedisFront(1, 1);
      const steps = chunks.flatMap((piece) => [...front.take(piece)]);
      expect(steps[0]).toEqual({ kind: 'login' });
      const sent = steps.slice(1).map((step) => (step.kind === 'forward' ? step : undefined));
      expect(toText(concatBytes(sent.map((step) => step?.bytes ?? '')))).toBe(toText(get));
      expect(sent.reduce((sum, step) => sum + (step?.owed ?? 0), 0)).toBe(2);
      expect(sent.every((step) => step?.trace === 'clean')).toBe(true);
    }
    const greeting = { name: 'valkey', version: '8.0', protocol: 3 };
    const decoder = new Decoder();
    decoder.push(new RedisFront(1, 1).greet(greeting));
    expect([decoder.next(false), decoder.next(false), decoder.next(false), decoder.next(false)]).toEqual([
      'OK',
      new Map<string, unknown>([
        ['server', 'valkey'],
        ['version', '8.0'],
        ['proto', 3],
      ]),
      'OK',
      undefined,
    ]);
  });

  it.each([
    [[['GET', 'a']], 'clean'],
    [[['MULTI'], ['INCR', 'a'], ['EXEC']], 'clean'],
    [[['MULTI'], ['INCR', 'a']], 'session'],
    [[['WATCH', 'a']], 'session'],
    [[['blpop', 'a', '0']], 'session'],
    [[['SUBSCRIBE', 'a']], 'session'],
    [[['XREAD', 'BLOCK', '0', 'STREAMS', 'a', '$']], 'session'],
    [[['CLIENT', 'TRACKING', 'ON']], 'session'],
    [[['client', 'reply', 'off']], 'session'],
    [[['SELECT', '3']], 'session'],
    [[['AUTH', 'x']], 'session'],
    [[['MONITOR']], 'session'],
    // It may have no reply, which would shift all others.
    [[['REPLCONF', 'GETACK', '*']], 'session'],
    [[['SCRIPT', 'DEBUG', 'YES']], 'session'],
    [[['NO.SUCH.COMMAND']], 'session'],
    [
      [
        ['scan', '0'],
        ['EVAL', 'return 1', '0'],
        ['OBJECT', 'ENCODING', 'a'],
      ],
      'clean',
    ],
  ])('%j: %s', (sent, trace) => {
    const front = new RedisFront(0, 0);
    front.take(commands(['HELLO', '3']));
    // A subscription is answered by a push.
    const owed = sent.filter(([name]) => name !== 'SUBSCRIBE').length;
    expect(front.take(commands(...sent))).toMatchObject([{ kind: 'forward', trace, owed }]);
    // What needs a connection of its own keeps it.
    expect(front.take(commands(['GET', 'a']))).toMatchObject([{ trace }]);
  });
});
