// The command line: quotes, replies, completion, caution.
import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { dangerOf, elsewhere, isProse } from '../../src/pages/redis/line/caution.ts';
import { commandOf, offersFor } from '../../src/pages/redis/line/completion.ts';
import { ADMIN_COMMANDS, KNOWN_COMMANDS } from '../../src/pages/redis/line/known-commands.ts';
import { printReply } from '../../src/pages/redis/line/print.ts';
import { LineHistory } from '../../src/pages/redis/line/prompt/line-history.ts';
import { splitLine } from '../../src/pages/redis/line/split.ts';
import { decodeReplies } from '../../src/pages/redis/wire/resp2.ts';

describe('a typed line', () => {
  it.each([
    ['SET a b', ['SET', 'a', 'b']],
    ['  GET   x  ', ['GET', 'x']],
    ['SET k "two words"', ['SET', 'k', 'two words']],
    ["SET k 'it\\'s \\n'", ['SET', 'k', "it's \\n"]],
    ['SET k "\\n\\x41\\"\\\\"', ['SET', 'k', '\nA"\\']],
    ['SET k ""', ['SET', 'k', '']],
    ['SET k "Grüße 😀"', ['SET', 'k', 'Grüße 😀']],
    ['', []],
  ])('is split: %s', (line, command) => expect(splitLine(line)).toEqual(command));

  it('has bytes that are no text', () => {
    expect(splitLine('SET k "\\xff\\x00"')[2]).toEqual(Uint8Array.of(0xff, 0));
  });

  it.each(['SET k "open', "SET k 'open", 'SET k "a"b'])('is refused in words: %s', (line) => {
    expect(() => splitLine(line)).toThrow(/quote/);
  });
});

describe('a reply', () => {
  const print = (wire: string) =>
    printReply(decodeReplies(new TextEncoder().encode(wire))[0] ?? { type: 'nil' });

  it('is printed with its type', () => {
    expect(print('+OK\r\n')).toBe('OK');
    expect(print(':7\r\n')).toBe('(integer) 7');
    expect(print('$-1\r\n')).toBe('(nil)');
    expect(print('-ERR no\r\n')).toBe('(error) ERR no');
    expect(print('*0\r\n')).toBe('(empty array)');
    expect(print('$3\r\na"b\r\n')).toBe('"a\\"b"');
  });

  it('numbers lists, and indents those within', () => {
    expect(print('*2\r\n*2\r\n:1\r\n:2\r\n$1\r\nx\r\n')).toBe('1) 1) (integer) 1\n   2) (integer) 2\n2) "x"');
  });

  it('is cut where nobody would read it', () => {
    const text = print(`*6000\r\n${':1\r\n'.repeat(6000)}`);
    expect(text.split('\n')).toHaveLength(5001);
    expect(text).toContain('1000 more lines');
  });

  it('is prose where the server writes for people, without what acts on a terminal', () => {
    const reply = { type: 'bulk', bytes: new TextEncoder().encode('# A\r\nb:\u001b[31m\r\n') } as const;
    expect(printReply(reply, true)).toBe('# A\nb:\\x1b[31m');
    expect([isProse(['info']), isProse(['CLIENT', 'LIST']), isProse(['GET', 'x'])]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('completion', () => {
  it('offers what begins so', () => {
    expect(offersFor('hg', KNOWN_COMMANDS).map(({ name }) => name)).toEqual(['HGET', 'HGETALL']);
    expect(offersFor('object e', KNOWN_COMMANDS).map(({ name }) => name)).toEqual(['OBJECT ENCODING']);
    expect(offersFor('', KNOWN_COMMANDS)).toEqual([]);
    expect(offersFor('GET key', KNOWN_COMMANDS)).toEqual([]);
  });

  it('knows what follows a name', () => {
    expect(commandOf('memory  usage k', KNOWN_COMMANDS)?.syntax).toBe('key [SAMPLES count]');
    expect(commandOf('nothing k', KNOWN_COMMANDS)).toBeUndefined();
  });

  it('has each command once, with a name in capitals', () => {
    const names = [...KNOWN_COMMANDS, ...ADMIN_COMMANDS].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[A-Z.]+( [A-Z]+)?$/.test(name))).toEqual([]);
  });
});

describe('caution', () => {
  it('asks about what cannot be undone', () => {
    expect(dangerOf(['flushall'])).toContain('every key');
    expect(dangerOf(['config', 'set', 'x', 'y'])).toBeDefined();
    expect([dangerOf(['CONFIG', 'GET', 'x']), dangerOf(['DEL', 'x'])]).toEqual([undefined, undefined]);
  });

  it('says where subscriptions are', () => {
    expect(elsewhere(['subscribe', 'news'])).toContain('Channels');
    expect(elsewhere(['GET', 'news'])).toBeUndefined();
  });
});

describe('history', () => {
  it('goes back and comes back to what was being typed', () => {
    const history = new LineHistory(signal<readonly string[]>([]));
    for (const line of ['one', 'two', 'two']) history.add(line);
    expect([history.before('typing'), history.before(''), history.before('')]).toEqual(['two', 'one', 'one']);
    expect([history.after(), history.after()]).toEqual(['two', 'typing']);
  });
});
