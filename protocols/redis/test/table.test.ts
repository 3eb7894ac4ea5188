// The command table: one entry for each command, whose text and type say the same.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { COMMANDS, commandOf } from '../src/commands/methods.ts';
import { RESTRICTED } from '../src/commands/table/restricted.ts';
import { WITHOUT_METHOD } from '../src/commands/table/without-method.ts';
import type { Entry, Int, RedisClient, Scored } from '../src/index.ts';
import { classOf } from '../src/route/access/command-class.ts';

const ENTRY =
  /^(read|write)(\/[A-Z]+)?( \??(key|value|bound|int|score|fields|members|keys|values)| \{[a-z]+(,[a-z]+)*\})*( = (truth|list|record|score|scored|entries))?$/;

const split = (text: string) => text.split(' ');

describe('the command table', () => {
  it('has one entry for each command', () => {
    const names = [
      ...Object.keys(COMMANDS)
        .filter((method) => commandOf(method)[1] === undefined)
        .map((method) => commandOf(method)[0]),
      ...RESTRICTED.flatMap((row) => split(row).slice(2)),
      ...Object.values(WITHOUT_METHOD).flatMap((lines) => lines.flatMap(split)),
    ];
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(names.length).toBeGreaterThan(300);
  });

  it.each(Object.entries(COMMANDS))('%s: %s', (method, entry) => {
    expect(entry).toMatch(ENTRY);
    const [command] = commandOf(method);
    expect(classOf([command])).toBe(entry.startsWith('read') ? 'read' : 'write');
  });

  it('gives methods their types, with the strings that the client was asked for', () => {
    type Methods = RedisClient<Uint8Array>;
    expectTypeOf<RedisClient['get']>().toEqualTypeOf<(key: string | Uint8Array) => Promise<string | null>>();
    expectTypeOf<ReturnType<Methods['get']>>().resolves.toEqualTypeOf<Uint8Array | null>();
    expectTypeOf<ReturnType<Methods['set']>>().resolves.toEqualTypeOf<Uint8Array | 'OK' | null>();
    expectTypeOf<ReturnType<Methods['mget']>>().resolves.toEqualTypeOf<(Uint8Array | null)[]>();
    expectTypeOf<ReturnType<Methods['hgetall']>>().resolves.toEqualTypeOf<Record<string, Uint8Array>>();
    expectTypeOf<ReturnType<Methods['zpopmin']>>().resolves.toEqualTypeOf<Scored<Uint8Array>[]>();
    expectTypeOf<ReturnType<Methods['xrange']>>().resolves.toEqualTypeOf<Entry<Uint8Array>[]>();
    expectTypeOf<ReturnType<Methods['expire']>>().resolves.toEqualTypeOf<boolean>();
    expectTypeOf<ReturnType<Methods['incr']>>().resolves.toEqualTypeOf<Int>();
    expectTypeOf<ReturnType<Methods['type']>>().resolves.toEqualTypeOf<string>();
  });
});
