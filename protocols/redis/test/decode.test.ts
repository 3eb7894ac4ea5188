// Every RESP2 and RESP3 type, cut every way; caps; and what is not RESP.
import { feedAllWays } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { Decoder } from '../src/wire/decode/decoder.ts';
import type { Reply, ReplyLimits } from '../src/wire/messages.ts';

interface Decoded {
  readonly replies: Reply[];
  readonly pushes: boolean[];
  readonly left: number;
}

function decode(chunks: Iterable<Uint8Array>, asBytes = false, limits?: ReplyLimits): Decoded {
  const decoder = new Decoder(limits);
  const decoded = { replies: [] as Reply[], pushes: [] as boolean[], left: 0 };
  for (const chunk of chunks) {
    decoder.push(chunk);
    for (let reply = decoder.next(asBytes); reply !== undefined; reply = decoder.next(asBytes)) {
      decoded.replies.push(reply);
      decoded.pushes.push(decoder.isPush);
    }
    expect(decoder.wanted).toBeGreaterThan(0);
    decoder.keep();
  }
  decoded.left = decoder.length;
  return decoded;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const long = 'x'.repeat(9000);

const VALUES: readonly [string, string, Reply][] = [
  ['a simple string', '+OK\r\n', 'OK'],
  ['an empty simple string', '+\r\n', ''],
  ['an integer', ':-42\r\n', -42],
  ['an integer with a plus', ':+7\r\n', 7],
  ['zero', ':0\r\n', 0],
  ['a large safe integer', ':9007199254740991\r\n', 9007199254740991],
  ['an integer beyond 2^53', ':9223372036854775807\r\n', 9223372036854775807n],
  ['the smallest integer', ':-9223372036854775808\r\n', -9223372036854775808n],
  ['a bulk string', '$5\r\nhello\r\n', 'hello'],
  ['a bulk string with CR LF in it', '$4\r\na\r\nb\r\n', 'a\r\nb'],
  ['an empty bulk string', '$0\r\n\r\n', ''],
  ['a text beyond ASCII', '$14\r\nžluť, 日本\r\n', 'žluť, 日本'],
  ['a long bulk string', `$9000\r\n${long}\r\n`, long],
  ['the null bulk string', '$-1\r\n', null],
  ['the null array', '*-1\r\n', null],
  ['null', '_\r\n', null],
  ['true', '#t\r\n', true],
  ['false', '#f\r\n', false],
  ['a double', ',3.25\r\n', 3.25],
  ['a double with an exponent', ',-1.5e-3\r\n', -0.0015],
  ['a whole double', ',10\r\n', 10],
  ['infinity', ',inf\r\n', Number.POSITIVE_INFINITY],
  ['minus infinity', ',-inf\r\n', Number.NEGATIVE_INFINITY],
  ['not a number', ',nan\r\n', Number.NaN],
  [
    'a big number',
    '(-3492890328409238509324850943850943825024385\r\n',
    -3492890328409238509324850943850943825024385n,
  ],
  ['a verbatim string', '=15\r\ntxt:Some string\r\n', 'Some string'],
  ['an array', '*3\r\n:1\r\n$1\r\na\r\n_\r\n', [1, 'a', null]],
  ['an empty array', '*0\r\n', []],
  ['nested arrays', '*2\r\n*1\r\n*1\r\n:1\r\n*0\r\n', [[[1]], []]],
  ['a set', '~2\r\n+a\r\n:5\r\n', new Set<Reply>(['a', 5])],
  [
    'a map',
    '%2\r\n+a\r\n:1\r\n:2\r\n*1\r\n#t\r\n',
    new Map<Reply, Reply>([
      ['a', 1],
      [2, [true]],
    ]),
  ],
  ['a push', '>2\r\n+x\r\n:1\r\n', ['x', 1]],
  ['an attribute before a value', '|1\r\n+ttl\r\n:3600\r\n*1\r\n:9\r\n', [9]],
  ['an attribute inside an array', '*2\r\n:1\r\n|1\r\n+a\r\n+b\r\n:2\r\n', [1, 2]],
  ['an empty attribute', '|0\r\n:1\r\n', 1],
  ['a streamed string', '$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n', 'Hello'],
  ['a streamed string whose chunks cut a character', '$?\r\n;1\r\n\xc3\r\n;1\r\n\xa9\r\n;0\r\n', 'é'],
  ['a streamed array', '*?\r\n:1\r\n*?\r\n+x\r\n.\r\n.\r\n', [1, ['x']]],
  ['a streamed set', '~?\r\n:1\r\n.\r\n', new Set<Reply>([1])],
  [
    'a streamed map',
    '%?\r\n+a\r\n:1\r\n+b\r\n:2\r\n.\r\n',
    new Map<Reply, Reply>([
      ['a', 1],
      ['b', 2],
    ]),
  ],
  ['a streamed string in an array', '*2\r\n$?\r\n;2\r\nab\r\n;0\r\n:1\r\n', ['ab', 1]],
];

/** Texts with \xNN stand for those bytes, others for their UTF-8. */
function wire(text: string): Uint8Array {
  return text.includes('\xc3') ? Uint8Array.from(text, (unit) => unit.charCodeAt(0)) : bytes(text);
}

describe('Decoder', () => {
  it.each(VALUES)('decodes %s, cut every way', (_, text, value) => {
    feedAllWays(wire(text), decode, ({ replies, left }) => {
      expect(replies).toEqual([value]);
      expect(left).toBe(0);
    });
  });

  it('returns one reply after the other, and leaves what is not whole', () => {
    const all = VALUES.filter(([, text]) => text.length < 100 && !text.includes('\xc3'));
    const stream = bytes(`${all.map(([, text]) => text).join('')}$5\r\nhel`);
    feedAllWays(
      stream,
      decode,
      ({ replies, pushes, left }) => {
        expect(replies).toEqual(all.map(([, , value]) => value));
        expect(pushes).toEqual(all.map(([name]) => name === 'a push'));
        expect(left).toBe(7);
      },
      { maxBoundaries: 64 },
    );
  });

  it.each(['$5\r\nhello\r\n_\r\n', '+OK\r\n_\r\n', '*2\r\n$5\r\nhello\r\n_\r\n'])(
    'finds the shortest line behind a string that was cut in its own: %j',
    (text) => {
      feedAllWays(bytes(text), decode, ({ replies, left }) => {
        expect(replies.flat().at(-1)).toBe(null);
        expect(left).toBe(0);
      });
    },
  );

  it('gives strings as bytes where that is asked for, in storage of their own', () => {
    const stream = `*4\r\n$2\r\n\xff\x00\r\n=5\r\ntxt:a\r\n+OK\r\n$?\r\n;1\r\n\xfe\r\n;0\r\n`;
    feedAllWays(
      Uint8Array.from(stream, (unit) => unit.charCodeAt(0)),
      (chunks) => decode(chunks, true),
      ({ replies }) => {
        expect(replies).toEqual([[Uint8Array.of(255, 0), bytes('a'), 'OK', Uint8Array.of(254)]]);
      },
    );
  });

  it('gives pushed strings as bytes always', () => {
    expect(decode([bytes('>2\r\n$7\r\nmessage\r\n$1\r\na\r\n')]).replies).toEqual([
      [bytes('message'), bytes('a')],
    ]);
  });

  it('returns errors as values, with the prefix', () => {
    const { replies } = decode([
      bytes('-WRONGTYPE no\r\n*2\r\n:1\r\n-ERR x\r\n!12\r\nNOSCRIPT \r\na\r\n-words only\r\n'),
    ]);
    expect(replies).toMatchObject([
      { code: 'server', server: { code: 'WRONGTYPE', message: 'WRONGTYPE no' } },
      [1, { code: 'server', server: { code: 'ERR', message: 'ERR x' } }],
      { code: 'server', server: { code: 'NOSCRIPT', message: 'NOSCRIPT \r\na' } },
      { code: 'server', server: { code: 'ERR', message: 'words only' } },
    ]);
  });

  it('makes a reply that is not UTF-8 an error of its own, and goes on', () => {
    const stream = Uint8Array.from('*2\r\n$1\r\n\xff\r\n:1\r\n:2\r\n', (unit) => unit.charCodeAt(0));
    expect(decode([stream]).replies).toMatchObject([{ code: 'usage' }, 2]);
  });

  it('does not forget that over an error in the same reply, whose own words may be anything', () => {
    const stream = Uint8Array.from('*2\r\n$1\r\n\xff\r\n-ERR \xff\r\n-ERR \xff\r\n', (unit) =>
      unit.charCodeAt(0),
    );
    expect(decode([stream]).replies).toMatchObject([
      { code: 'usage' },
      { code: 'server', server: { message: 'ERR \ufffd' } },
    ]);
  });

  it('counts an attribute with the reply behind it, and no other one, also where they come apart', () => {
    const twenty = Array.from({ length: 20 }, () => [bytes('|1\r\n+k\r\n+v\r\n'), bytes('$1\r\nx\r\n')]);
    const { replies } = decode(twenty.flat(), false, { maxReplyValues: 10 });
    expect(replies).toEqual(twenty.map(() => 'x'));
    const attribute = Uint8Array.from('|1\r\n+k\r\n$1\r\n\xff\r\n', (unit) => unit.charCodeAt(0));
    expect(decode([attribute, bytes('$1\r\nx\r\n'), bytes(':5\r\n')]).replies).toMatchObject([
      { code: 'usage' },
      5,
    ]);
  });

  it('takes lines of words as long as a reply may be, and no longer', () => {
    const words = 'x'.repeat(200_000);
    expect(decode([bytes(`+${words}\r\n-ERR ${words}\r\n`)]).replies).toMatchObject([
      words,
      { code: 'server', server: { code: 'ERR', message: `ERR ${words}` } },
    ]);
    for (const type of ['+', '-', '*1\r\n+']) {
      expect(() => decode([bytes(type + words)], false, { maxReplyBytes: 150_000 })).toThrow(
        expect.objectContaining({ code: 'limit', blame: 'peer' }),
      );
    }
  });

  it.each([
    ['one line', `-ERR ${'x'.repeat(4 << 20)}\r\n`],
    ['one string', `$${4 << 20}\r\n${'x'.repeat(4 << 20)}\r\n`],
    ['a streamed string', `$?\r\n${';9\r\nabcdefghi\r\n'.repeat(300_000)};0\r\n`],
    ['small values', `*500000\r\n${':12345\r\n'.repeat(500_000)}`],
    ['a map of errors', `%100000\r\n${'+name\r\n-ERR no\r\n'.repeat(100_000)}`],
  ])('takes 4 MiB in small pieces, in time that grows with their length: %s', (_, text) => {
    const stream = bytes(text);
    const decoder = new Decoder();
    let replies = 0;
    for (let at = 0; at < stream.length; at += 61) {
      decoder.push(stream.slice(at, at + 61));
      while (decoder.next(false) !== undefined) replies++;
      decoder.keep();
    }
    expect(replies).toBe(1);
  });

  it('asks for what a long string still lacks', () => {
    const decoder = new Decoder();
    decoder.push(bytes('$100000\r\nabc'));
    expect(decoder.next(false)).toBeUndefined();
    expect(decoder.wanted).toBe(100_000 - 3 + 2);
  });

  it.each([
    ['a bulk string', '$101\r\n', 'maxReplyBytes'],
    ['many small values', `*20\r\n${':1234\r\n'.repeat(20)}`, 'maxReplyBytes'],
    ['a count that cannot fit', '*34\r\n', 'maxReplyBytes'],
    ['too many values', '*11\r\n', 'maxReplyValues'],
    ['too many streamed values', `*?\r\n${':1\r\n'.repeat(11)}`, 'maxReplyValues'],
    ['too many nested values', `*5\r\n${'*3\r\n'.repeat(2)}${':1\r\n'.repeat(12)}`, 'maxReplyValues'],
    ['a map of too many entries', '%6\r\n', 'maxReplyValues'],
    ['too many levels', '*1\r\n'.repeat(5), 'maxReplyDepth'],
    ['an endless streamed string', `$?\r\n${';20\r\nabcdefghijklmnopqrst\r\n'.repeat(5)}`, 'maxReplyBytes'],
    ['attributes without an end', '|0\r\n'.repeat(30), 'maxReplyBytes'],
  ])('stops at a cap: %s', (_, text, option) => {
    const limits = {
      maxReplyBytes: 100,
      maxReplyValues: /^\*(34|20)/.test(text) ? 50 : 10,
      maxReplyDepth: 4,
    };
    feedAllWays(
      text,
      (chunks) => {
        try {
          return decode(chunks, false, limits);
        } catch (error) {
          return error;
        }
      },
      (outcome) =>
        expect(outcome).toMatchObject({
          code: 'limit',
          blame: 'peer',
          message: expect.stringContaining(option),
        }),
    );
  });

  it.each([
    'hello\r\n',
    '\r\n',
    ':\r\n',
    ':1a\r\n',
    ':1 \r\n',
    ':12345678901234567890\r\n',
    '$-2\r\n',
    '*-2\r\n',
    '~-1\r\n',
    '$3\r\nabcd\r\n',
    '$1\r\na\n\r',
    '+a\rb\r\n',
    '#x\r\n',
    '_x\r\n',
    ',1,5\r\n',
    ',\r\n',
    '(1.5\r\n',
    '(\r\n',
    '=2\r\nab\r\n',
    '=-1\r\n',
    ';1\r\na\r\n',
    '.\r\n',
    '*1\r\n.\r\n',
    '*?\r\n>1\r\n:1\r\n',
    '$?\r\n:1\r\n',
    '$?\r\n.\r\n',
    '%?\r\n:1\r\n.\r\n',
    '!?\r\n',
    '=?\r\n',
    '*1\r\n>1\r\n',
    '$?x\r\n',
    `(${'9'.repeat(5000)}\r\n`,
    `:${'0'.repeat(20)}\r\n`,
    `$5000\r\n${'x'.repeat(5002)}`,
    `:${'0'.repeat(70_000)}`,
    `$${'0'.repeat(70_000)}`,
  ])('refuses %j', (text) => {
    expect(() => decode([bytes(text)])).toThrow(expect.objectContaining({ code: 'protocol', blame: 'peer' }));
  });
});
