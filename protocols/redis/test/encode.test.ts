// Commands as bytes.
import { Writer } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import { encodeCommand } from '../src/wire/encode.ts';
import type { Arg } from '../src/wire/messages.ts';

function encode(...args: Arg[]): string {
  const writer = new Writer(1 << 20, 16);
  encodeCommand(writer, args);
  return new TextDecoder().decode(writer.take());
}

describe('encodeCommand', () => {
  const long = 'ab'.repeat(5000);
  it.each<[string, Arg[], string]>([
    ['texts', ['GET', 'key'], '*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n'],
    ['an empty text', ['ECHO', ''], '*2\r\n$4\r\nECHO\r\n$0\r\n\r\n'],
    ['CR LF in a value', ['ECHO', 'a\r\nb'], '*2\r\n$4\r\nECHO\r\n$4\r\na\r\nb\r\n'],
    ['a short text beyond ASCII', ['ECHO', 'žá😀'], '*2\r\n$4\r\nECHO\r\n$8\r\nžá😀\r\n'],
    ['a long text', ['ECHO', long], `*2\r\n$4\r\nECHO\r\n$10000\r\n${long}\r\n`],
    ['a long text beyond ASCII', ['ECHO', `${long}é`], `*2\r\n$4\r\nECHO\r\n$10002\r\n${long}é\r\n`],
    [
      'numbers',
      ['X', 0, -12, 2.5, 1e-21],
      '*5\r\n$1\r\nX\r\n$1\r\n0\r\n$3\r\n-12\r\n$3\r\n2.5\r\n$5\r\n1e-21\r\n',
    ],
    ['infinities', ['X', Infinity, -Infinity], '*3\r\n$1\r\nX\r\n$3\r\ninf\r\n$4\r\n-inf\r\n'],
    ['a bigint', ['X', 2n ** 64n], '*2\r\n$1\r\nX\r\n$20\r\n18446744073709551616\r\n'],
    ['bytes', ['X', Uint8Array.of(13, 10, 65)], '*2\r\n$1\r\nX\r\n$3\r\n\r\nA\r\n'],
    [
      'twelve arguments',
      'ABCDEFGHIJKL'.split(''),
      `*12\r\n${[...'ABCDEFGHIJKL'].map((c) => `$1\r\n${c}\r\n`).join('')}`,
    ],
  ])('writes %s', (_, args, expected) => {
    expect(encode(...args)).toBe(expected);
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['an object', {}],
    ['a boolean', true],
    ['NaN', Number.NaN],
    ['an integer that has lost digits', Number('363896575396806667')],
    ['a negative one', -(2 ** 53)],
    ['half a surrogate pair', '\ud800'],
  ])('refuses %s', (_, arg) => {
    expect(() => encode('SET', 'k', arg as Arg)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
