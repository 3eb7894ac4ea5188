// Lines however they arrive: whole, byte by byte, in pieces; and what is refused.
import { isFairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, LineDecoder, type LineOptions } from '../src/index.ts';

const encoder = new TextEncoder();

/** The lines of `text`, fed in pieces of `size` bytes, each in one buffer that the next one overwrites. */
function linesOf(text: string, size: number, options: Partial<LineOptions> = {}): string[] {
  const decoder = new LineDecoder({ maxLineBytes: 100, lineEnd: 'crlf', ...options });
  const bytes = encoder.encode(text);
  const borrowed = new Uint8Array(size);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size);
    borrowed.set(chunk);
    decoder.push(borrowed.subarray(0, chunk.length));
    for (let line = decoder.next(); line; line = decoder.next()) lines.push(decodeUtf8(line) ?? 'not UTF-8');
    decoder.keep();
  }
  return lines;
}

function failure(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return isFairleadError(error) ? `${error.code}: ${error.message}` : error;
  }
  return 'nothing';
}

describe.each([1, 2, 3, 5, 7, 64, 1000])('LineDecoder, fed %i bytes at a time', (size) => {
  it('gives whole lines, empty ones too, and keeps what is not whole', () => {
    expect(linesOf('one\r\n\r\nzwölf ⚓\r\nrest', size)).toEqual(['one', '', 'zwölf ⚓']);
  });

  it('takes bare line feeds and further carriage returns where that is asked for', () => {
    const options = { lineEnd: 'lenient' } as const;
    expect(linesOf('a\nb\r\n\nc\r\r\nd\re\n', size, options)).toEqual(['a', 'b', '', 'c', 'd\re']);
  });

  it.each(['a\nb\r\n', '\n', 'a\rb\r\n', 'a\r\r\n', '\r\rb'])('refuses a bare CR or LF: %j', (text) => {
    expect(failure(() => linesOf(text, size))).toMatch(/^protocol: the peer sent/);
  });

  it('takes a line of the longest length, and refuses a longer one, ended or not', () => {
    const longest = 'x'.repeat(100);
    expect(linesOf(`${longest}\r\n${longest}\r\n`, size)).toEqual([longest, longest]);
    expect(linesOf(`${longest}\r`, size)).toEqual([]);
    expect(failure(() => linesOf(`${longest}x\r\n`, size))).toBe('limit: a line is longer than 100 bytes');
    expect(failure(() => linesOf(`${longest}x`, size))).toBe('limit: a line is longer than 100 bytes');
  });
});

describe('LineDecoder', () => {
  it('hands out what stands behind the lines', () => {
    const decoder = new LineDecoder({ maxLineBytes: 10, lineEnd: 'crlf' });
    decoder.push(encoder.encode('220 ok\r\nEHLO'));
    expect(decodeUtf8(decoder.next() ?? new Uint8Array())).toBe('220 ok');
    expect(decoder.next()).toBeUndefined();
    expect([decoder.length, decodeUtf8(decoder.rest()), decoder.length]).toEqual([4, 'EHLO', 0]);
    decoder.push(encoder.encode('a\r\n'));
    expect(decodeUtf8(decoder.next() ?? new Uint8Array())).toBe('a');
  });

  it('holds no more than it is told to', () => {
    const decoder = new LineDecoder({ maxLineBytes: 10, lineEnd: 'crlf' }, 20);
    decoder.push(encoder.encode('1\r\n2\r\n3\r\n4\r\n5\r\n'));
    expect(failure(() => decoder.push(encoder.encode('6\r\n7\r\n')))).toMatch(/^limit: /);
  });

  it('searches a long line that comes byte by byte once', () => {
    const decoder = new LineDecoder({ maxLineBytes: 1 << 20, lineEnd: 'crlf' });
    const byte = Uint8Array.of(120);
    for (let i = 0; i < 1 << 20; i++) {
      decoder.push(byte);
      if (decoder.next()) throw new Error('a line without an end');
      decoder.keep();
    }
    decoder.push(encoder.encode('\r\n'));
    expect(decoder.next()?.length).toBe(1 << 20);
  });
});
