// Commands and replies on their way: every byte is kept, every type is told apart.
import { describe, expect, it } from 'vitest';
import { argumentOf, bytesOf, fromId, idOf } from '../../src/pages/redis/wire/argument.ts';
import { replyOfJson } from '../../src/pages/redis/wire/base64-reply.ts';
import { splitAtBytes } from '../../src/pages/redis/wire/redis.ts';
import { pairsIn, textIn, unlessError } from '../../src/pages/redis/wire/reply.ts';
import { decodeReplies } from '../../src/pages/redis/wire/resp2.ts';
import { quote, show } from '../../src/pages/redis/wire/show.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const bytes = (...values: number[]) => Uint8Array.from(values);

describe('arguments', () => {
  it('are text only where the bytes are UTF-8', () => {
    expect(argumentOf(encode('Grüße'))).toBe('Grüße');
    expect(argumentOf(bytes(0xff, 0x00))).toEqual(bytes(0xff, 0x00));
    expect(argumentOf(bytes(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
  });

  it('come back from their identifiers, also from storage', () => {
    for (const argument of ['', 'a:b', '\ufeff', bytes(0xff, 0x00, 0x61), bytes(0xd8)]) {
      const kept: unknown = JSON.parse(JSON.stringify(idOf(argument)));
      expect(bytesOf(fromId(String(kept)))).toEqual(bytesOf(argument));
    }
    expect(idOf(bytes(0xff))).not.toBe(idOf('\u00ff'));
  });
});

describe('RESP2', () => {
  it('tells the types apart', () => {
    expect(decodeReplies(encode('+OK\r\n-ERR no\r\n:42\r\n$-1\r\n$0\r\n\r\n*0\r\n'))).toEqual([
      { type: 'status', text: 'OK' },
      { type: 'error', text: 'ERR no' },
      { type: 'integer', text: '42' },
      { type: 'nil' },
      { type: 'bulk', bytes: bytes() },
      { type: 'array', items: [] },
    ]);
  });

  it('keeps bytes, also line ends, and the digits of integers', () => {
    const wire = Uint8Array.from([
      ...encode('*2\r\n$4\r\n'),
      0xff,
      13,
      10,
      0,
      ...encode('\r\n:9007199254740993\r\n'),
    ]);
    expect(decodeReplies(wire)).toEqual([
      {
        type: 'array',
        items: [
          { type: 'bulk', bytes: bytes(0xff, 13, 10, 0) },
          { type: 'integer', text: '9007199254740993' },
        ],
      },
    ]);
  });

  it.each(['$5\r\nabc', '*2\r\n:1\r\n', ':1', '?x\r\n', '$x\r\n'])('refuses %j', (wire) => {
    expect(() => decodeReplies(encode(wire))).toThrow();
  });
});

describe('replies', () => {
  it('come out of base64', () => {
    expect(replyOfJson(['/wA=', null, 7, 'OK', { error: 'ERR' }])).toEqual({
      type: 'array',
      items: [
        { type: 'bulk', bytes: bytes(0xff, 0) },
        { type: 'nil' },
        { type: 'integer', text: '7' },
        { type: 'status', text: 'OK' },
        { type: 'error', text: 'ERR' },
      ],
    });
  });

  it('throw where they are errors, with the words of the server', () => {
    expect(() => unlessError({ type: 'error', text: 'WRONGTYPE x' })).toThrow('WRONGTYPE x');
  });

  it('are read as pairs', () => {
    const [reply] = decodeReplies(encode('*4\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n$1\r\nc\r\n'));
    expect(pairsIn(reply).map(([name, value]) => [name, textIn(value)])).toEqual([
      ['a', '1'],
      ['b', 'c'],
    ]);
  });
});

describe('a command with bytes', () => {
  it('has them as its body, and the other arguments around them', () => {
    expect(splitAtBytes(['GETRANGE', bytes(0xff), '0', 'connection'])).toEqual({
      path: { command: 'GETRANGE' },
      query: { '': ['0', 'connection'] },
      body: bytes(0xff),
    });
    expect(splitAtBytes(['SET', 'a/b', bytes(0xff)]).path.command).toBe('SET/a%2Fb');
  });

  it.each([[['SET', bytes(0xff), bytes(0xfe)]], [['SET', bytes(0xff), '']], [['HSET', '', bytes(0xff)]]])(
    'is refused in words where the URL cannot carry it',
    (command) => {
      expect(() => splitAtBytes(command)).toThrow('one argument that is not UTF-8');
    },
  );
});

describe('what is shown', () => {
  it('hides nothing and turns nothing around', () => {
    expect(show('a\n\u202eb\u200b\u0000')).toBe('a\\n\\u202eb\\u200b\\x00');
    expect(show(bytes(0x41, 0xff, 0x0a))).toBe('A\\xff\\n');
    expect(show('abcdef', 3)).toBe('abc…');
  });

  it('is quoted as redis-cli does', () => {
    expect(quote('say "ahoy" \\')).toBe('"say \\"ahoy\\" \\\\"');
    expect(quote(bytes(0x22, 0xff))).toBe('"\\"\\xff"');
  });
});
