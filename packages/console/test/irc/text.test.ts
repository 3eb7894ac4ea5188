// Texts of strangers in chat: styles, links, names.
import { describe, expect, it } from 'vitest';
import { channelOf, fold, isChannel, mentions } from '../../src/pages/irc/chat/names.ts';
import { spansOf } from '../../src/pages/irc/text/formatting.ts';
import { piecesOf } from '../../src/pages/irc/text/links.ts';
import { nickColour } from '../../src/pages/irc/text/nick-colour.ts';

const linksOf = (text: string) => piecesOf(text).flatMap(({ href }) => href ?? []);
const textOf = (text: string) =>
  piecesOf(text)
    .map((piece) => piece.text)
    .join('');

describe('styles', () => {
  it('are kept, and colours go', () => {
    const spans = spansOf('a\u0002b\u001dc\u000fd\u00034,12e\u0003f\u0004ff0000g\u0016h');
    expect(spans.map(({ text, isBold, isItalic }) => [text, isBold, isItalic])).toEqual([
      ['a', false, false],
      ['b', true, false],
      ['c', true, true],
      ['d', false, false],
      ['e', false, false],
      ['f', false, false],
      ['g', false, false],
      ['h', false, false],
    ]);
  });

  it('leave words that every object has a member of', () => {
    for (const word of ['constructor', 'toString', '__proto__'])
      expect(spansOf(word).map(({ text }) => text)).toEqual([word]);
  });

  it('leave digits that belong to the text', () => {
    expect(spansOf('\u000304123,4').map(({ text }) => text)).toEqual(['123,4']);
    expect(spansOf('\u00031,x').map(({ text }) => text)).toEqual([',x']);
  });

  it('end with each other sign', () => {
    expect(spansOf('\u0002\u0002')).toEqual([]);
    expect(spansOf('\u001e\u0011x')).toMatchObject([{ isStruck: true, isCode: true, text: 'x' }]);
  });
});

describe('links', () => {
  it.each([
    ['see https://example.com/a?b=1, or', 'https://example.com/a?b=1'],
    ['(http://example.com)', 'http://example.com/'],
    ['HTTPS://EXAMPLE.com/A.', 'https://example.com/A'],
  ])('%s', (text, href) => {
    expect(linksOf(text)).toEqual([href]);
    expect(textOf(text)).toBe(text);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'https://user:secret@example.com/',
    'https://example.com\u202e/moc',
    'https://exam\u0000ple.com',
    'https://',
    'http://[',
    '<img src=x>',
  ])('%j is none', (text) => {
    expect(linksOf(text)).toEqual([]);
    expect(textOf(text)).toBe(text);
  });
});

describe('names', () => {
  it('are alike without regard to case', () => {
    expect(fold('Ahab[x]\\~')).toBe('ahab{x}|^');
    expect(nickColour('Ahab')).toBe(nickColour('aHAB'));
    expect(nickColour('Ahab')).toMatch(/^var\(--line-[1-6]\)$/);
  });

  it('of channels', () => {
    expect(['#a', '&a', 'a', '@#a'].map(isChannel)).toEqual([true, true, false, false]);
    expect(['@#a', '+&a', '#a', 'nick'].map(channelOf)).toEqual(['#a', '&a', '#a', 'nick']);
  });

  it.each([
    ['Ahab: hello', true],
    ['hello, ahab!', true],
    ['Ahabs', false],
    ['xAhab', false],
    ['Ahab_ and Ahab', true],
    ['Ahab-2', false],
    ['', false],
  ])('mentioned in %j: %s', (text, is) => expect(mentions(text, 'Ahab')).toBe(is));

  it('mention nobody without a nick', () => expect(mentions('a', '')).toBe(false));
});
