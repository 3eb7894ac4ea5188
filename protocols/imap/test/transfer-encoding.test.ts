// Transfer encodings, whole and piece by piece, valid and broken.
import { describe, expect, it } from 'vitest';
import { bodyDecoder } from '../src/download/transfer-encoding.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const text = (all: Uint8Array): string => String.fromCharCode(...all);

function decoded(encoding: string, input: string, size: number): string {
  const decoder = bodyDecoder(encoding);
  let out = '';
  for (let at = 0; at < input.length; at += size) {
    const piece = bytes(input.slice(at, at + size));
    const given = decoder.push(piece);
    const part = decoder.isView ? given.slice() : given;
    piece.fill(0);
    out += text(part);
  }
  return out + text(decoder.end());
}

describe('transfer encodings', () => {
  it.each([
    ['base64', 'SGVsbG8=', 'Hello'],
    ['BASE64', 'SGVs\r\nbG8=\r\n', 'Hello'],
    ['base64', 'SGVsbG8', 'Hello'],
    ['base64', 'SGVs!bG8=', 'Hello'],
    ['base64', 'SGVsbG8=SGVsbG8=', 'HelloHello'],
    ['base64', 'SGVsbG8=\r\n\r\n-- \r\nfooter', undefined],
    ['base64', 'S', ''],
    ['base64', '', ''],
    ['quoted-printable', 'a=3Db', 'a=b'],
    ['quoted-printable', 'a=\r\nb', 'ab'],
    ['quoted-printable', 'a= \t\r\nb', 'ab'],
    ['quoted-printable', 'a=\nb', 'ab'],
    ['quoted-printable', 'line  \r\nnext', 'line\r\nnext'],
    ['quoted-printable', 'a  b', 'a  b'],
    ['quoted-printable', '=C3=bc', '\xc3\xbc'],
    ['quoted-printable', 'a=zz b', 'a=zz b'],
    ['quoted-printable', 'a==3D', 'a=='],
    ['quoted-printable', 'end=', 'end'],
    ['quoted-printable', 'end=3', 'end=3'],
    ['7bit', 'as it is=3D', 'as it is=3D'],
    ['x-unknown', 'as it is', 'as it is'],
  ])('%s: %j', (encoding, input, expected) => {
    const whole = decoded(encoding, input, input.length || 1);
    if (expected !== undefined) expect(whole).toBe(expected);
    for (const size of [1, 2, 3, 5, 7]) expect(decoded(encoding, input, size)).toBe(whole);
  });

  it('decode 12 MB of base64 fast', () => {
    const line = `${btoa('x'.repeat(57))}\r\n`;
    const chunk = bytes(line.repeat(800));
    const decoder = bodyDecoder('base64');
    let size = 0;
    for (let n = 0; n < 200; n++) size += decoder.push(chunk).length;
    expect(size + decoder.end().length).toBe(57 * 800 * 200);
  });
});
