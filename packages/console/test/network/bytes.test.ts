// Bytes as they are typed, as they are sent, and as they come back.
import { describe, expect, it } from 'vitest';
import { readBytes, readEscaped, readHex, writeBytes } from '../../src/pages/network/send/bytes.ts';
import { PRESETS } from '../../src/pages/network/send/presets.ts';
import { answerBytes, sendBody } from '../../src/pages/network/send/request.ts';

const every = Uint8Array.from({ length: 256 }, (_, i) => i);

describe('text with escapes', () => {
  it('is bytes', () => {
    expect(readEscaped(String.raw`é\r\n\t\0\\\xff`)).toEqual({
      bytes: Uint8Array.of(0xc3, 0xa9, 13, 10, 9, 0, 92, 255),
    });
  });

  it('leaves out the line breaks of the field', () => {
    expect(readEscaped('a\nb\r\nc')).toEqual({ bytes: new TextEncoder().encode('abc') });
  });

  it.each([String.raw`ab\q`, String.raw`ab\x4`, 'ab\\'])('says what is wrong with %s', (text) => {
    expect(readEscaped(text)).toEqual({ fault: expect.stringMatching(/^At character 3: /) });
  });
});

describe('hexadecimal digits', () => {
  it('are bytes, with spaces or without', () => {
    expect(readHex('0d 0A\nff')).toEqual({ bytes: Uint8Array.of(13, 10, 255) });
    expect(readHex('')).toEqual({ bytes: new Uint8Array() });
  });

  it('say what is wrong', () => {
    expect(readHex('0x0d')).toEqual({ fault: '"x" is no hexadecimal digit.' });
    expect(readHex('0d0')).toEqual({ fault: 'A digit is missing: each byte has two.' });
  });
});

it.each(['text', 'hex'])('all bytes are written as %s and read back', (form) => {
  expect(readBytes(writeBytes(every, form), form)).toEqual({ bytes: every });
});

it('the examples can be read', () => {
  for (const { text } of PRESETS) expect(readEscaped(text)).toHaveProperty('bytes');
});

describe('a request', () => {
  const wish = { target: { connection: 'main' }, tls: false, end: false, silentMs: 300 };

  it('has text where the bytes are text, and digits where they are not', () => {
    const base = { connection: 'main', until: { silentMs: 300, totalMs: 20_000 }, encoding: 'base64' };
    expect(sendBody({ ...wish, bytes: new TextEncoder().encode('PING\r\n') })).toEqual({
      ...base,
      data: 'PING\r\n',
    });
    expect(sendBody({ ...wish, bytes: Uint8Array.of(255, 0) })).toEqual({ ...base, data: { hex: 'ff00' } });
    expect(sendBody({ ...wish, bytes: new Uint8Array(), tls: true })).toEqual({ ...base, tls: true });
  });

  it('is answered with bytes', () => {
    expect(answerBytes({ data: '/wA=', encoding: 'base64' })).toEqual(Uint8Array.of(255, 0));
    expect(answerBytes({ data: 'é', encoding: 'text' })).toEqual(Uint8Array.of(0xc3, 0xa9));
  });
});
