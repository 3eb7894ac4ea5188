// MariaDB leaves out the definitions of columns that a prepared statement has told already (MARIADB_CLIENT_CACHE_METADATA).
import { describe, expect, it } from 'vitest';
import { type Client, connect } from '../src/index.ts';
import { ColumnCache } from '../src/session/replies/column-cache.ts';
import { decodeGreeting, playedGreeting } from '../src/wire/greeting.ts';
import { PacketReader } from '../src/wire/packet-reader.ts';
import {
  type Answer,
  Backend,
  bytes,
  CAPABILITIES,
  cell,
  definition,
  eof,
  greeting,
  packets,
  plainUrl,
  uint16,
  uint32,
} from './support/backend.ts';

const PREPARE = 0x16;
/** EXTENDED_METADATA and CACHE_METADATA; without CLIENT_MYSQL the server has such capabilities. */
const OFFER = {
  version: '11.8.3-MariaDB',
  capabilities: (CAPABILITIES & ~0x0801) >>> 0,
  mariaCapabilities: 0x18,
};
const NUMBER = { name: 'n', type: 3, collation: 63 };
const NAME = { name: 'name', type: 253 };

/** With MariaDB's extended metadata, which are empty. */
function extended(column: Parameters<typeof definition>[0]): Uint8Array {
  const plain = definition(column);
  const fixed = plain.length - 13;
  return bytes(plain.subarray(0, fixed), 0, plain.subarray(fixed));
}

const prepared = (...columns: Parameters<typeof definition>[0][]): Uint8Array[] => [
  bytes(0, uint32(1), uint16(columns.length), uint16(0), 0, uint16(0)),
  ...columns.map(extended),
  eof(),
];
const number = (value: number): Uint8Array => bytes(0, 0, uint32(value));
/** A count of columns, whether definitions follow, these, and rows. */
const result = (count: number, columns: readonly Uint8Array[], ...rows: Uint8Array[]): Uint8Array[] => [
  bytes(count, columns.length > 0 ? 1 : 0),
  ...columns,
  eof(),
  ...rows,
  eof(),
];

async function open(answer: Answer, offer = OFFER): Promise<{ db: Client; backend: Backend }> {
  const backend = new Backend(answer, offer);
  return { db: await connect(plainUrl, { connector: backend.connector }), backend };
}

describe('columns that are known', () => {
  it('are those that the statement was prepared with', async () => {
    const { db } = await open(({ code }) =>
      code === PREPARE ? prepared(NUMBER) : result(1, [], number(7), number(8)),
    );
    const { columns, rows } = await db.execute('select n');
    expect(rows).toEqual([{ n: 7 }, { n: 8 }]);
    expect(columns).toMatchObject([{ name: 'n', type: 'int' }]);
    await db.close();
  });

  it('are those of the last result where they have changed', async () => {
    const answers = [
      result(1, [], number(7)),
      result(2, [extended(NUMBER), extended(NAME)], bytes(number(8), cell('eight'))),
      result(2, [], bytes(number(9), cell('nine'))),
    ];
    const { db } = await open(({ code }) => (code === PREPARE ? prepared(NUMBER) : answers.shift()));
    const three = [1, 2, 3].map(() => db.execute('select *').then(({ rows }) => rows));
    expect(await Promise.all(three)).toEqual([
      [{ n: 7 }],
      [{ n: 8, name: 'eight' }],
      [{ n: 9, name: 'nine' }],
    ]);
    await db.close();
  });

  it('are each statement’s own', async () => {
    let statements = 0;
    const { db } = await open(({ code, body }) => {
      if (code === PREPARE) {
        statements += 1;
        const column = statements === 1 ? NUMBER : NAME;
        return [bytes(0, uint32(statements), uint16(1), uint16(0), 0, uint16(0)), extended(column), eof()];
      }
      return result(1, [], body[0] === 1 ? number(7) : bytes(0, 0, cell('seven')));
    });
    await Promise.all([db.execute('select n'), db.execute('select name')]);
    const [first, second] = await Promise.all([db.execute('select n'), db.execute('select name')]);
    expect([first.rows, second.rows]).toEqual([[{ n: 7 }], [{ name: 'seven' }]]);
    await db.close();
  });

  it('are defined for each statement that is a text', async () => {
    const { db } = await open(() => result(1, [extended(NUMBER)], cell('7')));
    expect((await db.query('select n')).rows).toEqual([{ n: 7 }]);
    await db.close();
  });

  it.each<[string, Answer]>([
    ['others than were told', ({ code }) => (code === PREPARE ? prepared(NUMBER) : result(2, [], number(7)))],
    ['none of a text', ({ code }) => (code === PREPARE ? prepared() : result(1, [], number(7)))],
  ])('are not %s', async (_what, answer) => {
    const { db } = await open(answer);
    await expect(db.execute('select n')).rejects.toMatchObject({ code: 'protocol' });
  });

  it('are not asked for where the server does not offer it', async () => {
    const plain = [bytes(1), definition(NUMBER), eof(), number(7), eof()];
    const { db } = await open(
      ({ code }) =>
        code === PREPARE
          ? [bytes(0, uint32(1), uint16(1), uint16(0), 0, uint16(0)), definition(NUMBER), eof()]
          : plain,
      { version: '10.5.1-MariaDB', capabilities: (CAPABILITIES & ~0x0801) >>> 0, mariaCapabilities: 0 },
    );
    expect((await db.execute('select n')).rows).toEqual([{ n: 7 }]);
    await db.close();
  });

  it('are not offered by a pool, which reads the replies too', () => {
    const offered = decodeGreeting(packets(0, greeting(OFFER)));
    if ('refused' in offered) throw new Error('no greeting');
    expect(offered.knowsColumns).toBe(true);
    const played = decodeGreeting(playedGreeting(offered.packet).handshake);
    expect(played).toMatchObject({ knowsColumns: false, isMariaDb: true });
  });
});

describe('the definitions that are kept', () => {
  it('are limited, also where each result adds some to those that are known', () => {
    const cache = new ColumnCache();
    const one = Buffer.alloc(1_000_000, 1);
    const result = (count: number): void => {
      cache.begin();
      for (let n = 0; n < count; n++) cache.take(new PacketReader().reset(one, 0, one.length));
      cache.end();
    };
    for (const count of [1, 2, 3, 4]) result(count);
    expect(() => result(5)).toThrow(expect.objectContaining({ code: 'protocol' }));
  });
});
