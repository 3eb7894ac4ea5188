// UTF-8 strictness, line safety and constant-time comparison.
import { describe, expect, it } from 'vitest';
import { assertNoCrLfNul, decodeUtf8, decodeUtf8Lossy, equalBytes, equalsRange } from '../src/index.ts';

const encode = (text: string) => new TextEncoder().encode(text);

describe('text', () => {
  it.each(['', 'short', 'ž', 'a text of more than sixteen bytes', '\ufeffwith a BOM'])(
    'decodes %j unchanged',
    (text) => {
      expect(decodeUtf8(encode(`<${text}>`), 1, encode(text).length + 1)).toBe(text);
    },
  );

  it.each([
    ['a lone continuation', [0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a long text that is cut', [...encode('a'.repeat(30)), 0xe2, 0x82]],
  ])('does not decode %s', (_, values) => {
    const bytes = Uint8Array.from(values);
    expect(decodeUtf8(bytes)).toBeUndefined();
    expect(decodeUtf8Lossy(bytes)).toContain('\ufffd');
  });

  it.each(['a\rb', 'a\nb', 'a\0b'])('refuses %j without showing it', (text) => {
    expect(() => assertNoCrLfNul(text, 'The nick')).toThrow(
      expect.objectContaining({ code: 'usage', message: 'The nick must not hold CR, LF or NUL' }),
    );
  });

  it('compares bytes', () => {
    expect(equalBytes(encode('secret'), encode('secret'))).toBe(true);
    expect(equalBytes(encode('secret'), encode('secreT'))).toBe(false);
    expect(equalBytes(encode('secret'), encode('secre'))).toBe(false);
    expect(() => assertNoCrLfNul('fine', 'x')).not.toThrow();
  });

  it('compares bytes within others', () => {
    const bytes = encode('a secret');
    expect(equalsRange(encode('secret'), bytes, 2, 8)).toBe(true);
    expect(equalsRange(encode('secret'), bytes, 1, 7)).toBe(false);
    expect(equalsRange(encode('secre'), bytes, 2, 8)).toBe(false);
    expect(equalsRange(encode('secret'), bytes, 2, 9)).toBe(false);
    expect(equalsRange(undefined, bytes, 2, 2)).toBe(false);
  });
});
