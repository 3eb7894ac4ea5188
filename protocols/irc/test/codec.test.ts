// Messages to parts and back: every example of the parser tests, every limit, and noise.
import { isFairleadError } from '@fairlead/errors';
import { seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import {
  foldCase,
  formatMessage,
  isHostname,
  isNumeric,
  type MessageDraft,
  matchMask,
  NUMERICS,
  parseMessage,
  parseSource,
} from '../src/index.ts';
import { splitText } from '../src/wire/split-text.ts';
import { HOSTNAMES, JOIN, MASKS, SPLIT, USERHOST } from './vectors.ts';

const size = (text: string): number => new TextEncoder().encode(text).length;

describe('parseMessage', () => {
  it.each(SPLIT)('%j', (line, { tags = {}, source = '', command, params = [] }) => {
    const message = parseMessage(line);
    expect({ ...message.tags }).toEqual(tags);
    expect([message.source, message.command, [...message.params]]).toEqual([source, command, [...params]]);
    expect(JSON.parse(JSON.stringify(message))).toEqual({ tags, source, command, params });
  });

  it('has tags without a prototype', () => {
    const { tags } = parseMessage('@__proto__=a;constructor=b;=c;;d=e=f X');
    expect(Object.entries(tags)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['d', 'e=f'],
    ]);
    expect(tags.toString).toBeUndefined();
    expect(() => Object.assign(parseMessage('X').tags, { a: 'b' })).toThrow(TypeError);
  });

  it.each([
    ['a\\', 'a'],
    ['\\', ''],
    ['\\b\\\\', 'b\\'],
    ['\\:\\s\\r\\n\\\\', '; \r\n\\'],
    ['a\\é=b\\', 'aé=b'],
  ])('unescapes a tag of %j', (raw, value) => {
    expect({ ...parseMessage(`@x;y=${raw};z X`).tags }).toEqual({ x: '', y: value, z: '' });
  });

  it.each<[string, string]>([
    ['', 'protocol'],
    [' ', 'protocol'],
    [':source', 'protocol'],
    [':source ', 'protocol'],
    ['@tag', 'protocol'],
    ['@tag :source', 'protocol'],
    ['HTTP/1.1 400 Bad Request', 'protocol'],
    ['+OK Dovecot ready.', 'protocol'],
    ['SSH-2.0-OpenSSH', 'protocol'],
    ['PRIV\0MSG a', 'protocol'],
    ['é', 'protocol'],
    [`@${'a'.repeat(8191)} X`, 'limit'],
    [`X${' a'.repeat(513)}`, 'limit'],
  ])('refuses %j', (line, code) => {
    expect(() => parseMessage(line)).toThrow(expect.objectContaining({ code }));
  });

  it('takes tags of the allowed size, and as many parameters', () => {
    expect(parseMessage(`@${'a'.repeat(8189)} X`).rawTags).toHaveLength(8189);
    expect(parseMessage(`X${' a'.repeat(512)}`).params).toHaveLength(512);
  });

  it('reads noise or refuses it, and what it reads comes back from its line', () => {
    const random = seededRandom(7);
    const alphabet = '@:;= \\\0abPRIVMSG12#é😀\t\u0001';
    const chars = [...alphabet];
    for (let round = 0; round < 20_000; round++) {
      const line = Array.from(
        { length: random() * 24 },
        () => chars[Math.floor(random() * chars.length)],
      ).join('');
      let message: MessageDraft;
      try {
        message = parseMessage(line);
        void message.tags;
      } catch (error) {
        if (!isFairleadError(error)) throw error;
        continue;
      }
      let again: string;
      try {
        again = formatMessage(message);
      } catch (error) {
        if (!isFairleadError(error)) throw error;
        continue;
      }
      expect(JSON.stringify(parseMessage(again))).toBe(JSON.stringify(parseMessage(line)));
    }
  });
});

describe('formatMessage', () => {
  it.each(JOIN)('%s', (_, atoms, lines) => {
    expect(lines).toContain(formatMessage(atoms));
  });

  it.each<[string, MessageDraft]>([
    ['CR in a parameter', { command: 'PRIVMSG', params: ['#a', 'x\rQUIT'] }],
    ['LF in a parameter', { command: 'PRIVMSG', params: ['#a', 'x\nQUIT'] }],
    ['NUL in a parameter', { command: 'PRIVMSG', params: ['#a', 'x\0'] }],
    ['LF in a first parameter', { command: 'PRIVMSG', params: ['#a\n', 'x'] }],
    ['a space in a first parameter', { command: 'PRIVMSG', params: ['#a b', 'x'] }],
    ['an empty first parameter', { command: 'PRIVMSG', params: ['', 'x'] }],
    ['a colon before a first parameter', { command: 'PRIVMSG', params: [':a', 'x'] }],
    ['half a surrogate pair', { command: 'PRIVMSG', params: ['#a', '\ud800'] }],
    ['LF in the command', { command: 'A\nB' }],
    ['a space in the command', { command: 'A B' }],
    ['an empty command', { command: '' }],
    ['four digits', { command: '0001' }],
    ['LF in the source', { source: 'a\nb', command: 'X' }],
    ['a space in the source', { source: 'a b', command: 'X' }],
    ['NUL in a tag', { tags: { a: '\0' }, command: 'X' }],
    ['a space in a tag’s name', { tags: { 'a b': '' }, command: 'X' }],
    ['LF in a tag’s name', { tags: { 'a\n': '' }, command: 'X' }],
    ['an empty tag name', { tags: { '': '' }, command: 'X' }],
    ['half a pair in a tag', { tags: { a: '\udc00' }, command: 'X' }],
    ['a line of 513 bytes', { command: 'X', params: [`${'é'.repeat(254)}a`] }],
    ['tags of 4097 bytes', { tags: { a: 'b'.repeat(4093) }, command: 'X' }],
    ['what is no text', { command: 'X', params: [7 as unknown as string] }],
  ])('refuses %s', (_, draft) => {
    expect(() => formatMessage(draft)).toThrow(expect.objectContaining({ code: 'usage', safeToRetry: true }));
  });

  it('fills a line to its last byte', () => {
    expect(size(formatMessage({ command: 'X', params: ['é'.repeat(254)] }))).toBe(510);
    const line = formatMessage({ tags: { a: 'b'.repeat(4091) }, command: 'X' });
    expect(line.indexOf(' ') + 1).toBe(4095);
    expect(formatMessage({ command: 'X', params: ['a'.repeat(1000)] }, 1005)).toHaveLength(1002);
  });
});

describe('names', () => {
  it.each(USERHOST)('source %j', (source, nick, user, host) => {
    expect(parseSource(source)).toEqual({ nick, user, host });
  });

  it.each(MASKS)('mask %j', (mask, matches, fails) => {
    for (const text of matches) expect([text, matchMask(mask, text)]).toEqual([text, true]);
    for (const text of fails) expect([text, matchMask(mask, text)]).toEqual([text, false]);
  });

  it('matches masks without a detour', () => {
    expect(matchMask('*a'.repeat(2000), 'a'.repeat(4000))).toBe(true);
    expect(matchMask(`${'*a'.repeat(500)}b`, 'a'.repeat(4000))).toBe(false);
    expect(matchMask('', '')).toBe(true);
    expect(matchMask('', 'a')).toBe(false);
    expect(matchMask('**', '')).toBe(true);
    expect(matchMask('\\*a\\?', '*a?')).toBe(true);
    expect(matchMask('\\*', 'b')).toBe(false);
    expect(matchMask('NICK[]!*@*', 'nick{}!u@h')).toBe(true);
    expect(matchMask('NICK[]!*@*', 'nick{}!u@h', 'ascii')).toBe(false);
    expect(matchMask('?', '😀')).toBe(true);
  });

  it.each(HOSTNAMES)('host name %j: %s', (host, valid) => {
    expect(isHostname(host)).toBe(valid);
  });

  it.each<[string | undefined, string, string]>([
    ['ascii', 'Az[]\\~É', 'az[]\\~É'],
    ['rfc1459', 'Az[]\\~É', 'az{}|^É'],
    ['rfc1459-strict', 'Az[]\\~É', 'az{}|~É'],
    [undefined, 'A[~', 'a{^'],
    ['rfc8265', 'AÉ[', 'aé['],
  ])('folds by %s', (mapping, name, folded) => {
    expect(foldCase(name, mapping)).toBe(folded);
  });

  it('names numerics', () => {
    expect(NUMERICS['433']).toBe('ERR_NICKNAMEINUSE');
    expect([isNumeric('001'), isNumeric('999'), isNumeric('toString')]).toEqual([true, false, false]);
  });
});

describe('splitText', () => {
  it('cuts between characters, loses nothing, and prefers spaces near the end', () => {
    const random = seededRandom(3);
    const chars = [...'ab é€😀 '];
    for (let round = 0; round < 2000; round++) {
      const text = Array.from(
        { length: random() * 60 },
        () => chars[Math.floor(random() * chars.length)],
      ).join('');
      const maxBytes = 4 + Math.floor(random() * 20);
      const pieces = splitText(text, maxBytes);
      expect(pieces.join('')).toBe(text);
      for (const piece of pieces) {
        expect(size(piece)).toBeLessThanOrEqual(maxBytes);
        expect(piece.isWellFormed()).toBe(true);
      }
    }
    expect(splitText('hello world again', 12)).toEqual(['hello world ', 'again']);
    expect(splitText('hello worldly', 12)).toEqual(['hello worldl', 'y']);
    expect(splitText('', 12)).toEqual(['']);
    expect(splitText('😀😀😀', 7)).toEqual(['😀', '😀', '😀']);
  });
});
