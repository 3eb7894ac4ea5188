// Menus: the RFC's own example, what sloppy servers send, every way to cut it, caps, and noise.
import { concatBytes, feedAllWays, seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { MenuDecoder, type MenuItem } from '../src/index.ts';
import { failure } from './failure.ts';

function parse(bytes: string | Uint8Array, options = {}) {
  const decoder = new MenuDecoder({ maxItems: 100, ...options });
  return [...decoder.push(concatBytes([bytes])), ...decoder.end()];
}

/** RFC 1436 section 2. */
const RFC_MENU = [
  '0About internet Gopher\tStuff:About us\trawBits.micro.umn.edu\t70',
  '1Around University of Minnesota\tZ,5692,AUM\tunderdog.micro.umn.edu\t70',
  '1Microcomputer News & Prices\tPrices/\tpserver.bookstore.umn.edu\t70',
  '1Courses, Schedules, Calendars\t\tevents.ais.umn.edu\t9120',
  '2Student-Staff Directories\t\tuinfo.ais.umn.edu\t105',
  '.',
  '',
].join('\r\n');

describe('menus', () => {
  it('reads the example of the RFC, cut any way', () => {
    const whole = parse(RFC_MENU);
    expect(whole.map(({ url }) => url)).toEqual([
      'gopher://rawBits.micro.umn.edu/0Stuff:About%20us',
      'gopher://underdog.micro.umn.edu/1Z,5692,AUM',
      'gopher://pserver.bookstore.umn.edu/1Prices/',
      'gopher://events.ais.umn.edu:9120/1',
      'gopher://uinfo.ais.umn.edu:105/2',
    ]);
    expect(whole[0]).toEqual({
      type: '0',
      display: 'About internet Gopher',
      selector: 'Stuff:About us',
      hostname: 'rawBits.micro.umn.edu',
      port: 70,
      plus: undefined,
      url: 'gopher://rawBits.micro.umn.edu/0Stuff:About%20us',
    });
    const feed = (chunks: Iterable<Uint8Array>) => {
      const decoder = new MenuDecoder({ maxItems: 100 });
      const items = [];
      for (const chunk of chunks) items.push(...decoder.push(chunk));
      return [...items, ...decoder.end()];
    };
    feedAllWays(`${RFC_MENU}0behind\tthe\tdot\t70\r\n`, feed, (items) => expect(items).toEqual(whole));
  });

  it.each<[string, string, Record<string, unknown>[]]>([
    ['bare LFs', 'iA\tf\th\t1\n0B\tb\th\t70\n', [{ display: 'A' }, { url: 'gopher://h/0b' }]],
    ['CRs before CR LF', '0B\tb\th\t70\r\r\r\n.\r\r\n0C\tc\th\t70', [{ url: 'gopher://h/0b' }]],
    ['no last dot, no last line end', '0B\tb\th\t70', [{ url: 'gopher://h/0b' }]],
    ['a last line that ends within CR LF', '0B\tb\th\t70\r', [{ port: 70 }]],
    ['a dot without its line end', '0B\tb\th\t70\r\n.', [{ port: 70 }]],
    ['blank lines', '\r\n\n0B\tb\th\t70\r\n\r\n', [{ port: 70 }]],
    [
      'a short i line',
      'iHello\r\ni\r\n',
      [
        { type: 'i', display: 'Hello' },
        { type: 'i', display: '' },
      ],
    ],
    ['an i line with some fields', 'iHello\tfake\r\n', [{ type: 'i', display: 'Hello', selector: 'fake' }]],
    ['an error without fields', '3Not there\r\n', [{ type: '3', display: 'Not there' }]],
    ['a line of text alone', 'Welcome!\r\n', [{ type: 'i', display: 'Welcome!', url: undefined }]],
    ['a host alone', '0B\tb\th\r\n', [{ port: 70, url: 'gopher://h/0b' }]],
    ['an empty port', '0B\tb\th\t\r\n', [{ port: 70, url: 'gopher://h/0b' }]],
    ['no host', '0B\tb\r\n', [{ hostname: '', port: undefined, url: undefined }]],
    ['spaces around host and port', '0B\tb\t h \t 71 \r\n', [{ hostname: 'h', port: 71 }]],
    ['port 0', '0B\tb\th\t0\r\n', [{ port: undefined, url: undefined }]],
    ['a port too large', '0B\tb\th\t65536\r\n', [{ port: undefined, url: undefined }]],
    ['a port that is none', '0B\tb\th\tseventy\r\n', [{ port: undefined, url: undefined }]],
    ['further fields', '0B\tb\th\t70\t+\tmore\r\n', [{ plus: '+', url: 'gopher://h/0b' }]],
    ['a form', '0B\tb\th\t70\t?\r\n', [{ plus: '?' }]],
    ['another fifth field', '0B\tb\th\t70\tx\r\n', [{ plus: undefined }]],
    ['an unknown type', '\u0021B\tb\th\t70\r\n', [{ type: '!', url: 'gopher://h/!b' }]],
    ['a type that no URL can hold', ' B\tb\th\t70\r\n', [{ type: ' ', display: 'B', url: undefined }]],
    ['a host with syntax', '0B\tb\th/../x\t70\r\n', [{ hostname: 'h/../x', url: undefined }]],
    ['a host with a user', '0B\tb\tu@h\t70\r\n', [{ url: undefined }]],
    ['an IPv6 host', '0B\tb\t2001:db8::1\t70\r\n', [{ url: 'gopher://[2001:db8::1]/0b' }]],
    ['a NUL in a selector', '0B\tb\0\th\t70\r\n', [{ url: undefined }]],
    ['a CR in a selector', '0B\tb\rc\th\t70\r\n', [{ selector: 'b\rc', url: undefined }]],
    ['telnet', '8B\tb\th\t23\r\nTB\tb\th\t23\r\n', [{ url: 'telnet://h:23' }, { url: 'tn3270://h:23' }]],
    [
      'links to elsewhere',
      'hB\tURL:https://x.test/?a=b\th\t70\r\nhB\t/URL:mailto:a@b.test\th\t70\r\nhB\tURL:javascript:alert(1)\t\t\r\n',
      [{ url: 'https://x.test/?a=b' }, { url: 'mailto:a@b.test' }, { url: 'javascript:alert(1)' }],
    ],
    ['a page', 'hB\t/index.html\th\t70\r\n', [{ url: 'gopher://h/h/index.html' }]],
    [
      'no link in another type',
      '0B\tURL:https://x.test\th\t70\r\n',
      [{ url: 'gopher://h/0URL:https://x.test' }],
    ],
    [
      'mirrors',
      '9B\tb\th\t70\r\n+B2\tb2\th2\t70\r\n+B3\tb3\th3\t70\r\n',
      [
        { url: 'gopher://h/9b' },
        { type: '+', url: 'gopher://h2/9b2' },
        { type: '+', url: 'gopher://h3/9b3' },
      ],
    ],
    ['UTF-8', '0Žofie\té\th\t70\r\n', [{ display: 'Žofie', selector: 'é', url: 'gopher://h/0%C3%A9' }]],
    ['a line that begins with a dot', '.x\ty\th\t70\r\n0B\tb\th\t70\r\n', [{ type: '.' }, { type: '0' }]],
  ])('takes %s', (_name, menu, expected) => {
    const items = parse(menu);
    expect(items).toHaveLength(expected.length);
    expected.forEach((item, i) => {
      for (const [key, value] of Object.entries(item)) {
        expect(items[i], key).toHaveProperty(key, value);
      }
    });
  });

  it('reads bytes that are not UTF-8 as windows-1252, line by line, and keeps them in the URL', () => {
    const bytes = concatBytes([
      '0Caf',
      Uint8Array.of(0xe9),
      '\t',
      Uint8Array.of(0xe9),
      '\th\t70\r\n0é\t\th\t70',
    ]);
    expect(parse(bytes)).toMatchObject([
      { display: 'Café', selector: 'é', url: 'gopher://h/0%E9' },
      { display: 'é' },
    ]);
  });

  it('keeps to TLS for items of the server that it came from', () => {
    const menu = '0B\tb\tH.test\t70\r\n0B\tb\th.test\t71\r\n0B\tb\tother.test\t70\r\n';
    expect(parse(menu, { secure: { hostname: 'h.test', port: 70 } }).map(({ url }) => url)).toEqual([
      'gophers://H.test/0b',
      'gopher://h.test:71/0b',
      'gopher://other.test/0b',
    ]);
  });

  it('takes a first character of several bytes for the type, whole', () => {
    const bytes = new TextEncoder().encode(
      'été\t/summer\tfr.test\t70\r\n⚓harbour\t/h\tfr.test\t70\r\n.\r\n',
    );
    feedAllWays(
      bytes,
      (chunks) => {
        const decoder = new MenuDecoder({ maxItems: 10 });
        const items: MenuItem[] = [];
        for (const chunk of chunks) items.push(...decoder.push(chunk));
        return [...items, ...decoder.end()];
      },
      (items) => {
        expect(items.map(({ type, display }) => [type, display])).toEqual([
          ['é', 'té'],
          ['⚓', 'harbour'],
        ]);
      },
    );
  });

  it('caps items and lines', () => {
    expect(parse('i\n'.repeat(100))).toHaveLength(100);
    expect(failure(() => parse('i\n'.repeat(101)))).toMatchObject({ code: 'limit', blame: 'peer' });
    expect(parse(`i${'x'.repeat(16_383)}\n`)).toHaveLength(1);
    expect(failure(() => parse(`i${'x'.repeat(16_384)}\n`)).code).toBe('limit');
    expect(failure(() => parse(`i${'x'.repeat(20_000)}`)).code).toBe('limit');
  });

  it('lets nothing but a FairleadError out, whatever comes', () => {
    const random = seededRandom(1436);
    const alphabet = concatBytes([
      '019ihT8+3.\t\t\t\t\r\n\n70URL:.:/[]@',
      Uint8Array.of(0, 0xff, 0xc3, 0xa9),
    ]);
    for (let round = 0; round < 500; round++) {
      const bytes = Uint8Array.from(
        { length: Math.floor(random() * 200) },
        () => alphabet[Math.floor(random() * alphabet.length)] ?? 0,
      );
      for (const item of parse(bytes, { maxItems: 1000 })) {
        expect(item.type).toHaveLength(1);
        if (item.url?.startsWith('gopher')) expect(item.url).toMatch(/^gopher:\/\/[^\s]+$/);
      }
    }
  });
});
