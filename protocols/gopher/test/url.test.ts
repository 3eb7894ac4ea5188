// Gopher URLs: what they mean, what is refused, and that formatting and parsing undo each other.
import { seededRandom, toText } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { isFairleadError } from '../src/index.ts';
import { formatGopherUrl, parseGopherUrl } from '../src/wire/url.ts';
import { failure } from './failure.ts';

function parts(url: string | URL) {
  const { selector, search, ...rest } = parseGopherUrl(url);
  return { ...rest, selector: toText(selector), search: search && toText(search) };
}

const ROOT = {
  hostname: 'h.test',
  port: 70,
  tls: false,
  type: '1',
  selector: '',
  search: undefined,
  gopherPlus: undefined,
};

describe('parseGopherUrl', () => {
  it.each<[string, Record<string, unknown>]>([
    ['gopher://h.test', {}],
    ['gopher://h.test/', {}],
    ['GOPHER://h.test:7070/', { port: 7070 }],
    ['gophers://h.test/1', { tls: true }],
    ['gopher://h.test/0/about.txt', { type: '0', selector: '/about.txt' }],
    ['gopher://h.test/00about', { type: '0', selector: '0about' }],
    ['gopher://h.test/1/a/../b//c', { selector: '/a/../b//c' }],
    ['gopher://h.test/9/caf%C3%A9 noir', { type: '9', selector: '/café noir' }],
    ['gopher://h.test/9/café', { type: '9', selector: '/café' }],
    ['gopher://h.test/0/100%', { type: '0', selector: '/100%' }],
    ['gopher://h.test/0/x?a=b&c', { type: '0', selector: '/x?a=b&c' }],
    ['gopher://h.test/0/x#part', { type: '0', selector: '/x' }],
    ['gopher://h.test/0/x%23part', { type: '0', selector: '/x#part' }],
    ['gopher://h.test/7/find%09two%20words', { type: '7', selector: '/find', search: 'two words' }],
    ['gopher://h.test/7/find%09', { type: '7', selector: '/find', search: '' }],
    ['gopher://h.test/0/x%09%09+', { type: '0', selector: '/x', gopherPlus: '+' }],
    [
      'gopher://h.test/7/f%09q%09+text/plain%20En_US',
      { type: '7', selector: '/f', search: 'q', gopherPlus: '+text/plain En_US' },
    ],
    ['gopher://h.test/1%09%09$', { gopherPlus: '$' }],
    ['gopher://[2001:db8::1]:71/1', { hostname: '[2001:db8::1]', port: 71 }],
    ['gopher://b%C3%BCcher.test/', { hostname: 'bücher.test' }],
    ['gopher://h.test/Z/unknown', { type: 'Z', selector: '/unknown' }],
  ])('%s', (url, expected) => {
    expect(parts(url)).toEqual({ ...ROOT, ...expected });
  });

  it('takes a URL object', () => {
    expect(parts(new URL('gopher://h.test/0/a%20b'))).toEqual({ ...ROOT, type: '0', selector: '/a b' });
  });

  it('keeps bytes that are not UTF-8', () => {
    expect([...parseGopherUrl('gopher://h.test/0%FF%80').selector]).toEqual([0xff, 0x80]);
  });

  it.each<[string, RegExp]>([
    ['http://h.test/', /not a URL like gopher/],
    ['h.test/1', /not a URL like gopher/],
    ['gopher:h.test', /not a URL like gopher/],
    ['gopher:///1/x', /not a URL like gopher/],
    ['gopher://user@h.test/', /not a URL like gopher/],
    ['gopher://user:secret@h.test/', /not a URL like gopher/],
    ['gopher://h.test:port/', /not a URL like gopher/],
    ['gopher://h.test:123456/', /not a URL like gopher/],
    ['gopher://h.test\r\n/1', /must not hold TAB, CR, LF/],
    ['gopher://h.test/1\tx', /must not hold TAB, CR, LF/],
    ['gopher://h.test/1/x\r\nDELETE', /must not hold TAB, CR, LF/],
    ['gopher://h.test/1/x%0d%0aQUIT', /selector must not hold/],
    ['gopher://h.test/1/x%0A', /selector must not hold/],
    ['gopher://h.test/1/x%00y', /selector must not hold/],
    ['gopher://h.test/7/x%09a%0Db', /search must not hold/],
    ['gopher://h.test/7/x%09a%00', /search must not hold/],
    ['gopher://h.test/1/x%09a%09+%09b', /more than two %09/],
    ['gopher://h.test/0x%09%09+%091%0D%0A+-1%0D%0Ayes%0D%0A.%0D%0A', /more than two %09/],
    ['gopher://h.test/0x%09%09x', /Gopher\+ string/],
    ['gopher://h.test/0x%09%09+%0D%0Ay', /Gopher\+ string/],
    ['gopher://h.test/%00x', /item type/],
    ['gopher://h.test/%0D%0A', /item type/],
    ['gopher://h.test/%20x', /item type/],
    ['gopher://h.test/%C3%A9', /item type/],
  ])('refuses %j', (url, message) => {
    const error = failure(() => parseGopherUrl(url));
    expect([error.code, error.message]).toEqual(['usage', expect.stringMatching(message)]);
    expect(error.message).not.toContain('secret');
  });
});

describe('formatGopherUrl', () => {
  it.each<[Parameters<typeof formatGopherUrl>[0], string]>([
    [{ hostname: 'h.test' }, 'gopher://h.test/1'],
    [{ hostname: 'h.test', port: 7070, tls: true }, 'gophers://h.test:7070/1'],
    [{ hostname: '::1', type: '0', selector: '/a b#c?d%' }, 'gopher://[::1]/0/a%20b%23c%3Fd%25'],
    [{ hostname: 'h.test', type: '9', selector: Uint8Array.of(0xff) }, 'gopher://h.test/9%FF'],
    [{ hostname: 'h.test', type: '7', selector: '/f', search: 'é q' }, 'gopher://h.test/7/f%09%C3%A9%20q'],
    [{ hostname: 'h.test', gopherPlus: '!' }, 'gopher://h.test/1%09%09!'],
  ])('%j', (given, url) => {
    expect(formatGopherUrl(given)).toBe(url);
  });

  it.each([
    { selector: 'a\tb' },
    { selector: 'a\r\nb' },
    { selector: Uint8Array.of(0) },
    { search: 'a\tb' },
    { search: 'a\nb' },
    { gopherPlus: 'x' },
    { gopherPlus: '+\r\n' },
    { type: '' },
    { type: '10' },
    { type: '\n' },
  ])('refuses %j', (given) => {
    expect(failure(() => formatGopherUrl({ hostname: 'h.test', ...given })).code).toBe('usage');
  });

  it('is undone by parseGopherUrl, whatever the bytes', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 300; round++) {
      const selector = Uint8Array.from({ length: Math.floor(random() * 30) }, () =>
        Math.floor(random() * 256),
      );
      try {
        expect(parseGopherUrl(formatGopherUrl({ hostname: 'h.test', type: '9', selector })).selector).toEqual(
          selector,
        );
      } catch (error) {
        if (!isFairleadError(error)) throw error;
        expect([...selector].some((byte) => [0, 9, 10, 13].includes(byte))).toBe(true);
      }
    }
  });
});
