// PostgreSQL 17: Prisma's adapter `@prisma/adapter-pg`, whose `pg` is @fairlead/postgres/pg by an alias, by the interface that
// Prisma's client calls. The client itself is generated, and is not part of the test.
import { Pool } from '@fairlead/postgres/pg';
import { PrismaPg } from '@prisma/adapter-pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { login } from '../pg-login.ts';

const config = { ...login, max: 2 };

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

const pool = new Pool(config);
let adapter: Adapter;

function scalar<T extends string>(scalarType: T) {
  return { scalarType, arity: 'scalar' } as const;
}

function query(sql: string) {
  return adapter.queryRaw({ sql, args: [], argTypes: [] });
}

beforeAll(async () => {
  adapter = await new PrismaPg(pool as never, { disposeExternalPool: true }).connect();
  await adapter.executeScript('drop schema if exists prisma_test cascade; create schema prisma_test');
  await adapter.executeScript(
    'create table prisma_test.boats (id int primary key, name text unique, at timestamptz)',
  );
});

afterAll(async () => {
  await adapter.executeScript('drop schema prisma_test cascade');
  await adapter.dispose();
  expect(pool.ended).toBe(true);
});

it('takes a pool of the facade as its own', () => {
  expect(pool.listenerCount('error')).toBe(1);
});

it('reads values as Prisma wants them', async () => {
  const { columnNames, columnTypes, rows } = await query(
    `select 1::int4 as i, 2::int8 as b, 1.5::numeric as n, true as t, 'x'::text as s, '{"a": 1}'::jsonb as j,
      date '2024-02-29' as d, timestamptz '2024-02-29 12:34:56.789+00' as at, '\\x00ff'::bytea as y, array[1, null, 3] as a`,
  );
  expect(columnNames).toEqual(['i', 'b', 'n', 't', 's', 'j', 'd', 'at', 'y', 'a']);
  expect(columnTypes).toHaveLength(10);
  expect(rows[0]?.slice(0, 5)).toEqual([1, '2', '1.5', true, 'x']);
  expect(rows[0]?.slice(6, 8)).toEqual(['2024-02-29', '2024-02-29T12:34:56.789+00:00']);
  expect(rows[0]?.[9]).toEqual([1, null, 3]);
});

it('counts, and tells errors by their kind', async () => {
  const insert = {
    sql: 'insert into prisma_test.boats values ($1, $2)',
    args: [1, 'Ahoy'],
    argTypes: [scalar('int'), scalar('string')],
  };
  expect(await adapter.executeRaw(insert)).toBe(1);
  await expect(adapter.executeRaw(insert)).rejects.toMatchObject({
    cause: { kind: 'UniqueConstraintViolation' },
  });
});

it('runs transactions', async () => {
  const transaction = await adapter.startTransaction('SERIALIZABLE');
  await transaction.executeRaw({ sql: 'delete from prisma_test.boats', args: [], argTypes: [] });
  await transaction.executeRaw({ sql: 'ROLLBACK', args: [], argTypes: [] });
  await transaction.rollback();
  expect((await query('select count(*)::int from prisma_test.boats')).rows).toEqual([[1]]);
  expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
});
