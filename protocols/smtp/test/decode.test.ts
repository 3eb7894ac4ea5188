// Replies and capabilities: every split, every cap, and noise.
import { FairleadError } from '@fairlead/errors';
import { feedAllWays, seededRandom, toBytes } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import type { Reply } from '../src/types.ts';
import { readCapabilities } from '../src/wire/capabilities.ts';
import { ReplyDecoder } from '../src/wire/decode.ts';

function decode(chunks: Iterable<Uint8Array>): { replies: Reply[]; unread: boolean } {
  const decoder = new ReplyDecoder();
  const replies: Reply[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk);
    for (let reply = decoder.next(); reply; reply = decoder.next()) replies.push(reply);
    decoder.keep();
  }
  return { replies, unread: decoder.unread };
}

const one = (text: string): Reply => {
  const [reply] = decode([toBytes(text)]).replies;
  if (reply === undefined) throw new Error('no reply');
  return reply;
};

describe('ReplyDecoder', () => {
  it('gives whole replies, however they are cut', () => {
    const text =
      '220 mx.test\r\n250-mx.test h\u00e4llo\r\n250-SIZE 1\r\n250 HELP\r\n550 5.1.1 No such user\r\n250\r\n35';
    feedAllWays(text, decode, ({ replies, unread }) => {
      expect(replies).toEqual([
        { code: 220, enhanced: undefined, lines: ['mx.test'] },
        { code: 250, enhanced: undefined, lines: ['mx.test h\u00e4llo', 'SIZE 1', 'HELP'] },
        { code: 550, enhanced: '5.1.1', lines: ['5.1.1 No such user'] },
        { code: 250, enhanced: undefined, lines: [''] },
      ]);
      expect(unread).toBe(true);
    });
  });

  it('knows that half a reply is unread', () => {
    expect(decode([toBytes('250-a\r\n')])).toEqual({ replies: [], unread: true });
    expect(decode([toBytes('250 a\r\n')]).unread).toBe(false);
  });

  it.each([
    ['250 2.1.5 Ok', '2.1.5'],
    ['250 2.1.5', '2.1.5'],
    ['550 2.1.5 of another class', undefined],
    ['250 2.1.5x', undefined],
    ['250 2.1', undefined],
    ['250 2.1.1234 Ok', undefined],
  ])('reads the enhanced code of %j', (line, enhanced) => {
    expect(one(`${line}\r\n`).enhanced).toBe(enhanced);
  });

  it('puts U+FFFD for what is not UTF-8', () => {
    const bytes = new Uint8Array([...toBytes('250 '), 0xff, ...toBytes('\r\n')]);
    expect(decode([bytes]).replies[0]?.lines).toEqual(['\ufffd']);
  });

  it.each([
    ['a line of 2,049 bytes', `250 ${'x'.repeat(2045)}\r\n`, 'limit'],
    ['129 lines', '250-x\r\n'.repeat(129), 'limit'],
    ['two codes', '250-x\r\n251 x\r\n', 'protocol'],
    ['a NUL', '250 \0\r\n', 'protocol'],
    ['a DEL', '250 \x7f\r\n', 'protocol'],
    ['a bare LF', '250 x\n', 'protocol'],
    ['no code', 'hello\r\n', 'protocol'],
    ['code 199', '199 x\r\n', 'protocol'],
    ['code 600', '600 x\r\n', 'protocol'],
  ])('refuses %s', (_name, text, code) => {
    feedAllWays(
      text,
      (chunks) => {
        try {
          decode(chunks);
          return undefined;
        } catch (error) {
          return error;
        }
      },
      (error) => expect(error).toMatchObject({ code, blame: 'peer' }),
      { maxBoundaries: 32 },
    );
  });

  it.each(['571 5.7.1 x', '299 x', '499 x', '599 x', '260 x'])(
    'takes %j, whatever its second digit',
    (line) => {
      expect(one(`${line}\r\n`).code).toBe(Number(line.slice(0, 3)));
    },
  );

  it('takes 2,048 bytes, 128 lines and tabs', () => {
    expect(one(`250 ${'x'.repeat(2044)}\r\n`).lines[0]).toHaveLength(2044);
    expect(one(`${'250-x\r\n'.repeat(127)}250 \t\r\n`).lines).toHaveLength(128);
  });

  it('forgets everything by reset', () => {
    const decoder = new ReplyDecoder();
    decoder.push(toBytes('250-a\r\n25'));
    decoder.next();
    decoder.reset();
    expect(decoder.unread).toBe(false);
    decoder.push(toBytes('220 b\r\n'));
    expect(decoder.next()).toMatchObject({ code: 220, lines: ['b'] });
  });

  it('lets nothing but FairleadErrors out', () => {
    const random = seededRandom(7);
    const alphabet = toBytes('250- \r\n354x\0\xff.');
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from(
        { length: 40 },
        () => alphabet[Math.floor(random() * alphabet.length)] ?? 0,
      );
      try {
        decode([bytes]);
      } catch (error) {
        expect(error).toBeInstanceOf(FairleadError);
      }
    }
  });
});

describe('readCapabilities', () => {
  const read = (...lines: string[]) => readCapabilities({ code: 250, enhanced: undefined, lines }, true);

  it('types what a server of today offers', () => {
    expect(
      read(
        'mx.test hello',
        'PIPELINING',
        'SIZE 52428800',
        'AUTH plain LOGIN',
        'AUTH=LOGIN OTP',
        '8BITMIME',
        'X-own a b',
      ),
    ).toEqual({
      name: 'mx.test',
      extended: true,
      startTls: false,
      pipelining: true,
      chunking: false,
      eightBitMime: true,
      smtpUtf8: false,
      dsn: false,
      requireTls: false,
      enhancedStatusCodes: false,
      size: 52428800,
      auth: ['PLAIN', 'LOGIN', 'OTP'],
      extensions: new Map([
        ['PIPELINING', []],
        ['SIZE', ['52428800']],
        ['AUTH', ['plain', 'LOGIN', 'LOGIN', 'OTP']],
        ['8BITMIME', []],
        ['X-OWN', ['a', 'b']],
      ]),
    });
  });

  it.each([
    ['SIZE', 0],
    ['SIZE 0', 0],
    ['SIZE many', 0],
    ['SIZE -1', 0],
    ['SIZE 99999999999999999999', 1e20],
    ['HELP', undefined],
  ])('reads %j as %j', (line, size) => expect(read('x', line).size).toBe(size));

  it('skips what is no keyword, and takes nothing from HELO', () => {
    expect(read('x', '', '!!', 'ÄUTH PLAIN').extensions.size).toBe(0);
    const helo = readCapabilities({ code: 250, enhanced: undefined, lines: ['mx', 'STARTTLS'] }, false);
    expect(helo).toMatchObject({ name: 'mx', extended: false, startTls: false, size: undefined });
  });
});
