// What the rules of `send` and the scopes see of a command: each argument as the server reads it, in whatever form it is given.
import { describe, expect, it } from 'vitest';
import { blockingTimeOf } from '../src/commands/send-rules.ts';
import type { CommandClass } from '../src/commands/table/entry.ts';
import { classOf } from '../src/route/access/command-class.ts';
import type { Arg } from '../src/wire/messages.ts';
import { isWord, wordOf } from '../src/wire/words.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A word in the forms that mean the same to the server, which compares C strings and no case. */
function spellings(word: string): Arg[] {
  const mixed = [...word]
    .map((letter, at) => (at % 2 ? letter.toUpperCase() : letter.toLowerCase()))
    .join('');
  const texts = [word, word.toLowerCase(), mixed, `${word}\0`, `${mixed}\0 anything \u00ff`];
  return [...texts, ...texts.map(bytes)];
}

describe('wordOf', () => {
  it('reads a word in every form that the server takes for it', () => {
    for (const spelling of spellings('XREADGROUP')) expect(wordOf(spelling)).toBe('XREADGROUP');
    expect(isWord(bytes('dB\0x'), 'DB')).toBe(true);
    expect(wordOf(undefined)).toBe('');
    expect(wordOf(0.1)).toBe('0.1');
    expect(wordOf(12n)).toBe('12');
  });

  it.each<[string, Arg]>([
    ['letters whose capitals are ASCII', '\u017felect'],
    ['a dotless i', 'conf\u0131g'],
    ['bytes beyond ASCII', Uint8Array.of(0x44, 0x42, 0xff)],
    ['what is longer than any word', 'X'.repeat(65)],
  ])('takes %s for no word', (_, arg) => {
    expect(wordOf(arg)).toBe('?');
  });

  it('refuses what is no argument', () => {
    for (const arg of [null, {}, true, Number.NaN, Number('363896575396806667')]) {
      expect(() => wordOf(arg as Arg)).toThrow(expect.objectContaining({ code: 'usage', safeToRetry: true }));
    }
  });
});

describe('blockingTimeOf', () => {
  it.each<[string, Arg[][]]>([
    ['MONITOR', spellings('MONITOR').map((name) => [name])],
    ['CLIENT REPLY', spellings('REPLY').map((part) => [bytes('client'), part, 'OFF'])],
    ['XREAD', spellings('BLOCK').map((block) => ['XREAD', block, 0, 'STREAMS', 's', '$'])],
    ['BLPOP', spellings('BLPOP').map((name) => [name, 'q', 0])],
    ['XREADGROUP', [['XREADGROUP', 'GROUP', 'STREAMS', 'c', 'BLOCK', 0, 'STREAMS', 's', '>']]],
  ])('refuses %s in every form', (name, commands) => {
    for (const command of commands) {
      expect(() => blockingTimeOf(command, false)).toThrow(
        expect.objectContaining({ code: 'usage', message: expect.stringContaining(name) }),
      );
    }
  });

  it('lets names of groups and streams be what they like', () => {
    expect(blockingTimeOf(['XREADGROUP', 'GROUP', 'BLOCK', 'BLOCK', 'STREAMS', 'BLOCK', '>'], false)).toBe(0);
    expect(blockingTimeOf(['XREAD', 'COUNT', 5, 'STREAMS', 'BLOCK', 0], false)).toBe(0);
  });

  it('knows how long a command blocks', () => {
    expect(blockingTimeOf(['BLPOP', 'q', 0.5], true)).toBe(500);
    expect(blockingTimeOf(['XREAD', 'BLOCK', 0, 'STREAMS', 's', '$'], true)).toBe(Number.POSITIVE_INFINITY);
    expect(blockingTimeOf(['WATCH', 'k'], true)).toBe(0);
    expect(blockingTimeOf(['BLMPOP', bytes('2'), 1, 'q', 'LEFT'], true)).toBe(2000);
    expect(blockingTimeOf(['WAITAOF', 1, 0, 300], true)).toBe(300);
    expect(blockingTimeOf(['XREAD', 'BLOCK', bytes('0'), 'STREAMS', 's', '$'], true)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});

describe('classOf', () => {
  it.each<[CommandClass | undefined, Arg[][]]>([
    ['admin', spellings('DB').map((db) => ['COPY', 'a', 'b', db, 1])],
    ['admin', spellings('DB').map((db) => [bytes('copy'), 'a', 'b', 'REPLACE', db, bytes('1')])],
    ['admin', spellings('FLUSHALL').map((name) => [name])],
    ['admin', spellings('PURGE').map((part) => ['MEMORY', part])],
    ['admin', spellings('SET').map((part) => ['CONFIG', part, 'dir', '/'])],
    ['admin', spellings('MOVE').map((name) => [name, 'k', 1])],
    // KeyDB's, which by their flags are writes of a key.
    [
      'admin',
      spellings('KEYDB.CRON').map((name) => [name, 'k', 'repeat', 1000, "redis.call('FLUSHALL')", 0]),
    ],
    ['admin', spellings('SELECT').map((name) => [name, 1])],
    ['admin', spellings('FLUSH').map((part) => ['SCRIPT', part])],
    ['admin', spellings('LOAD').map((part) => ['FUNCTION', part, '#!lua name=x'])],
    ['admin', [['XGROUP', 'NEWPART', 'k'], ['OBJECT'], ['XINFO', ''], ['PUBSUB', bytes('\xff')]]],
    [
      'write',
      [
        ['COPY', 'a', 'b', 'REPLACE'],
        ['COPY', 'DB', 'DB'],
        [bytes('getdel'), 'k'],
      ],
    ],
    ['write', spellings('CREATE').map((part) => ['XGROUP', part, 's', 'g', '$'])],
    ['read', spellings('GET').map((name) => [name, 'k'])],
    ['read', spellings('USAGE').map((part) => ['MEMORY', part, 'k'])],
    ['script', spellings('EVAL').map((name) => [name, 'return 1', 0])],
    ['script', spellings('LOAD').map((part) => [bytes('script'), part, 'return 1'])],
    [
      'script',
      [
        ['EVALSHA', 'x', 0],
        ['EVAL_RO', '', 0],
        ['FCALL', 'f', 0],
        ['SCRIPT', 'EXISTS', 'x'],
      ],
    ],
    [undefined, [['NEW.COMMAND'], ['\u017fET', 'k', 'v'], ['G\u0000ET'], [''], ['COPY|DB']]],
  ])('%s', (expected, commands) => {
    for (const command of commands) expect([command, classOf(command)]).toEqual([command, expected]);
  });
});
