// A message in a few words, its parts, and its text.
import { describe, expect, it } from 'vitest';
import { decodeBody, MAX_SHOWN_BYTES, piecesOf, readBody } from '../../src/pages/imap/message/body-text.ts';
import { bodiesOf, decodedSize, hasFiles, readPart } from '../../src/pages/imap/message/parts.ts';
import { criteriaOf } from '../../src/pages/imap/messages/criteria.ts';
import {
  hasFlag,
  plainLine,
  shortName,
  shortTime,
  wholeAddress,
  withFlag,
} from '../../src/pages/imap/messages/summary.ts';

const leaf = (part: string, type: string, more: object = {}) => ({
  part,
  type,
  parameters: {},
  parts: [],
  ...more,
});
const multi = (type: string, ...parts: object[]) => ({ part: 'TEXT', type, parameters: {}, parts });

describe('the parts', () => {
  it('are text, HTML and files', () => {
    const structure = readPart(
      multi(
        'multipart/mixed',
        multi('multipart/alternative', leaf('1.1', 'text/plain'), leaf('1.2', 'TEXT/HTML')),
        leaf('2', 'text/plain', { disposition: 'ATTACHMENT' }),
        leaf('3', 'text/html', { filename: 'page.html' }),
        { ...leaf('4', 'message/rfc822'), parts: [leaf('4.1', 'text/plain')] },
        leaf('5', 'text/plain'),
      ),
    );
    const { texts, htmls, files } = bodiesOf(structure);
    const numbers = (parts: readonly { part: string }[]) => parts.map(({ part }) => part);
    expect([texts, htmls, files].map(numbers)).toEqual([['1.1', '5'], ['1.2'], ['2', '3', '4']]);
  });

  it('are nothing where the structure is none', () => {
    expect(readPart({ part: 1 })).toBeUndefined();
    expect(hasFiles(undefined)).toBe(false);
    let deep: object = leaf('1', 'text/plain');
    for (let i = 0; i < 10_000; i++) deep = multi('multipart/mixed', deep);
    expect(bodiesOf(readPart(deep)).texts).toEqual([]);
  });

  it('have about their size', () => {
    const part = (encoding: string) => readPart(leaf('1', 'image/png', { size: 7400, encoding }));
    const sizes = ['BASE64', '8bit'].map((encoding) => decodedSize(part(encoding) ?? never()));
    expect(sizes).toEqual([5400, 7400]);
  });
});

function never(): never {
  throw new Error('the part was not read');
}

describe('the text', () => {
  it.each([
    ['utf-8', [0xc3, 0xbc], 'ü'],
    ['ISO-8859-1', [0xfc], 'ü'],
    ['koi8-r', [0xc1], 'а'],
    ['x-unknown', [0xfc], 'ü'],
    ['us-ascii', [0xc3, 0xbc], 'ü'],
    [undefined, [0xfc], 'ü'],
  ])('in %s', (charset, bytes, text) => expect(decodeBody(Uint8Array.from(bytes), charset)).toBe(text));

  it('is cut where it is huge', async () => {
    const { text, isCut } = await readBody(new Response('x'.repeat(MAX_SHOWN_BYTES + 10)), 'utf-8');
    expect([text.length, isCut]).toEqual([MAX_SHOWN_BYTES, true]);
    expect(await readBody(new Response('Ahoy'), undefined)).toEqual({ text: 'Ahoy', isCut: false });
  });

  it('has links for web addresses alone', () => {
    expect(piecesOf('See https://a.test/x?y=1, or javascript:alert(1).')).toEqual([
      { text: 'See ' },
      { text: 'https://a.test/x?y=1', url: 'https://a.test/x?y=1' },
      { text: ', or javascript:alert(1).' },
    ]);
    expect(piecesOf('https://a.test/<b>"x"')[0]).toEqual({ text: 'https://a.test/', url: 'https://a.test/' });
    expect(piecesOf('')).toEqual([{ text: '' }]);
  });
});

describe('a few words', () => {
  it('are one line without unseen signs', () => {
    expect(plainLine('a\r\nb\u202egnp.exe\u0000')).toBe('a b·gnp.exe·');
    expect(plainLine('ab'.repeat(100), 10)).toBe('ababababab…');
    expect(plainLine('😀'.repeat(5), 3)).toBe('😀😀😀…');
  });

  it('name who wrote', () => {
    expect(shortName({ name: 'Ann', address: 'a@b.test' })).toBe('Ann');
    expect(shortName({ name: '', address: 'a@b.test' })).toBe('a@b.test');
    expect(shortName(undefined)).toBe('Nobody');
    expect(wholeAddress({ name: 'Ann', address: 'a@b.test' })).toBe('Ann <a@b.test>');
    expect(wholeAddress({ name: 'Friends' })).toBe('Friends');
  });

  it('say when', () => {
    const now = new Date(2026, 10, 29, 18, 0);
    const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString();
    expect(shortTime(at(2026, 10, 29, 9, 5), now)).toBe('09:05');
    expect(shortTime(at(2026, 0, 31, 9, 5), now)).toBe('31 Jan');
    expect(shortTime(at(2025, 0, 31, 9, 5), now)).toBe('2025-01-31');
    expect(shortTime('never', now)).toBe('');
  });

  it('tell flags, which have no case', () => {
    const message = { uid: 1, uidValidity: 1, flags: ['\\seen'] };
    expect(hasFlag(message, '\\Seen')).toBe(true);
    expect(withFlag(message, '\\Seen', false).flags).toEqual([]);
    expect(withFlag(message, '\\Flagged', true).flags).toEqual(['\\seen', '\\Flagged']);
  });
});

it('a search has what was asked for, and no more', () => {
  const none = {
    words: ' ',
    place: 'text',
    since: '',
    before: 'soon',
    isUnseen: false,
    isFlagged: false,
  } as const;
  expect(criteriaOf(none)).toEqual({});
  expect(
    criteriaOf({
      words: ' tide ',
      place: 'from',
      since: '2026-01-31',
      before: '2026-02-01',
      isUnseen: true,
      isFlagged: true,
    }),
  ).toEqual({ from: 'tide', since: '2026-01-31', before: '2026-02-01', seen: false, flagged: true });
});
