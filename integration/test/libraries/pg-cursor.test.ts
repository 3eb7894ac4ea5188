// The real `pg-cursor` and `pg-query-stream` on `pg` and on @fairlead/postgres/pg, against PostgreSQL 17.
import { Client as OurClient } from '@fairlead/postgres/pg';
import pg from 'pg';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { login } from '../pg-login.ts';

const KINDS: readonly (readonly [string, () => pg.Client])[] = [
  ['pg', () => new pg.Client(login)],
  ['the facade', () => new OurClient(login) as unknown as pg.Client],
];

describe.each(KINDS)('%s', (_name, make) => {
  let client: pg.Client;
  beforeAll(async () => {
    client = make();
    await client.connect();
  });
  afterAll(() => client.end());

  it('reads a cursor in portions', async () => {
    const cursor = client.query(
      new Cursor('select g, g::text as t from generate_series(1, $1::int) g', [600]),
    );
    expect(await cursor.read(2)).toEqual([
      { g: 1, t: '1' },
      { g: 2, t: '2' },
    ]);
    expect(await cursor.read(500)).toHaveLength(500);
    expect(await cursor.read(500)).toHaveLength(98);
    expect(await cursor.read(500)).toEqual([]);
    expect((await client.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
  });

  it('closes a cursor early', async () => {
    const cursor = client.query(new Cursor('select g from generate_series(1, 100000) g'));
    expect(await cursor.read(1)).toEqual([{ g: 1 }]);
    await cursor.close();
    expect((await client.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
  });

  it('reads rows as arrays, and none', async () => {
    const cursor = client.query(new Cursor<unknown>('select now(), 1', [], { rowMode: 'array' }));
    expect(await cursor.read(10)).toEqual([[expect.any(Date), 1]]);
    await cursor.close();
    const none = client.query(new Cursor('select 1 where false'));
    expect(await none.read(10)).toEqual([]);
    await none.close();
  });

  it('fails with the error of the server', async () => {
    const cursor = client.query(new Cursor('select 1 / (g - 3) from generate_series(1, 5) g'));
    await expect(cursor.read(10)).rejects.toMatchObject({ code: '22012' });
    await cursor.close();
    const wrong = client.query(new Cursor('selekt'));
    await expect(wrong.read(10)).rejects.toMatchObject({ code: '42601' });
    expect((await client.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
  });

  it('lets queries wait for the end of a cursor', async () => {
    const first = client.query(new Cursor('select 1 as a'));
    const second = client.query(new Cursor('select 2 as a'));
    const third = client.query('select 3 as a');
    expect(await first.read(5)).toEqual([{ a: 1 }]);
    expect(await second.read(5)).toEqual([{ a: 2 }]);
    expect((await third).rows).toEqual([{ a: 3 }]);
  });

  it('streams', async () => {
    const stream = client.query(new QueryStream('select g from generate_series(1, 1000) g', []));
    let sum = 0;
    for await (const { g } of stream) sum += g;
    expect(sum).toBe(500_500);
    for await (const _row of client.query(new QueryStream('select g from generate_series(1, 1e6) g'))) break;
    expect((await client.query('select 1 as a')).rows).toEqual([{ a: 1 }]);
  });
});
