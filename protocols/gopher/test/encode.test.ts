// Request lines and answers of forms, byte for byte.
import { toText } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { encodeRequest } from '../src/wire/encode.ts';
import { failure } from './failure.ts';

type Request = Parameters<typeof encodeRequest>[0];

describe('encodeRequest', () => {
  it.each<[Request, string]>([
    [{ selector: '' }, '\r\n'],
    [{ selector: '/a b' }, '/a b\r\n'],
    [{ selector: '/é' }, '/é\r\n'],
    [{ selector: '/f', search: 'two words' }, '/f\ttwo words\r\n'],
    [{ selector: '/f', search: '' }, '/f\t\r\n'],
    [{ selector: '/f', gopherPlus: '+' }, '/f\t+\r\n'],
    [{ selector: '/f', search: '', gopherPlus: '!' }, '/f\t!\r\n'],
    [{ selector: '/f', search: 'q', gopherPlus: '+text/plain En_US' }, '/f\tq\t+text/plain En_US\r\n'],
    [{ selector: '/f', gopherPlus: '+', ask: ['7', 'Yes'] }, '/f\t+\t1\r\n+-1\r\n7\r\nYes\r\n.\r\n'],
    [{ selector: '/f', gopherPlus: '+', ask: [] }, '/f\t+\t1\r\n+-1\r\n.\r\n'],
    [
      { selector: '/f', gopherPlus: '+', ask: [true, false, ['a', '.'], '.'] },
      '/f\t+\t1\r\n+-1\r\n1\r\n0\r\n2\r\na\r\n..\r\n..\r\n.\r\n',
    ],
  ])('%j', (request, bytes) => {
    expect(toText(encodeRequest(request))).toBe(bytes);
  });

  it('sends bytes that are not UTF-8 as they are', () => {
    expect([...encodeRequest({ selector: Uint8Array.of(0xff, 0x80) })]).toEqual([0xff, 0x80, 13, 10]);
  });

  it.each<[Request, string, RegExp]>([
    [{ selector: 'a\tb' }, 'usage', /selector/],
    [{ selector: 'a\rb' }, 'usage', /selector/],
    [{ selector: 'a\nb' }, 'usage', /selector/],
    [{ selector: 'a\0b' }, 'usage', /selector/],
    [{ selector: '', search: 'a\tb' }, 'usage', /search/],
    [{ selector: '', search: 'a\r\nb' }, 'usage', /search/],
    [{ selector: '', gopherPlus: '+\t1' }, 'usage', /Gopher\+ string/],
    [{ selector: '', gopherPlus: 'no' }, 'usage', /Gopher\+ string/],
    [{ selector: '', gopherPlus: '+', ask: ['a\r\n.'] }, 'usage', /answer/],
    [{ selector: '', gopherPlus: '+', ask: [['a', 'b\n']] }, 'usage', /answer/],
    [{ selector: 'x'.repeat(4097) }, 'limit', /over 4096 bytes/],
    [{ selector: '', search: 'é'.repeat(2100) }, 'limit', /over 4096 bytes/],
  ])('refuses %#', (request, code, message) => {
    const error = failure(() => encodeRequest(request));
    expect([error.code, error.safeToRetry, error.message]).toEqual([
      code,
      true,
      expect.stringMatching(message),
    ]);
  });
});
