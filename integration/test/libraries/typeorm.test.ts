// PostgreSQL 17: the real TypeORM, with @fairlead/postgres/pg as its driver.
import pg from '@fairlead/postgres/pg';
import { DataSource, EntitySchema, QueryFailedError } from 'typeorm';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

interface Boat {
  id: number;
  name: string;
  launched: Date;
  papers: { flag: string } | null;
  sails: Sail[];
}

interface Sail {
  id: number;
  kind: string;
  boat: Boat;
}

const boats = new EntitySchema<Boat>({
  name: 'Boat',
  schema: 'typeorm_test',
  columns: {
    id: { type: 'int', primary: true, generated: true },
    name: { type: 'text', unique: true },
    launched: { type: 'timestamptz' },
    papers: { type: 'jsonb', nullable: true },
  },
  relations: { sails: { type: 'one-to-many', target: 'Sail', inverseSide: 'boat' } },
});

const sails = new EntitySchema<Sail>({
  name: 'Sail',
  schema: 'typeorm_test',
  columns: { id: { type: 'int', primary: true, generated: true }, kind: { type: 'text' } },
  relations: { boat: { type: 'many-to-one', target: 'Boat', inverseSide: 'sails' } },
});

const source = new DataSource({
  type: 'postgres',
  driver: pg,
  host: 'localhost',
  port: inject('servers').postgres.good.port,
  username: 'scram',
  password: 'scram-password',
  database: 'fairlead',
  schema: 'typeorm_test',
  entities: [boats, sails],
  extra: { max: 2 },
});

const LAUNCHED = new Date('2024-02-29T12:34:56.789Z');

beforeAll(async () => {
  await source.initialize();
  await source.query('drop schema if exists typeorm_test cascade');
  await source.query('create schema typeorm_test');
  await source.synchronize();
});

afterAll(async () => {
  await source.query('drop schema typeorm_test cascade');
  await source.destroy();
});

it('writes and reads entities with their relations', async () => {
  const repository = source.getRepository(boats);
  const saved = await repository.save({ name: 'Ahoy', launched: LAUNCHED, papers: { flag: 'NL' } });
  await source.getRepository(sails).save([
    { kind: 'jib', boat: saved },
    { kind: 'main', boat: saved },
  ]);
  const found = await repository.findOneOrFail({ where: { name: 'Ahoy' }, relations: { sails: true } });
  expect(found).toMatchObject({ id: saved.id, launched: LAUNCHED, papers: { flag: 'NL' } });
  expect(found.sails.map(({ kind }) => kind).sort()).toEqual(['jib', 'main']);
});

it('rolls a transaction back', async () => {
  const failed = source.transaction(async (manager) => {
    await manager.save(boats, { name: 'Gone', launched: LAUNCHED });
    expect(await manager.countBy(boats, { name: 'Gone' })).toBe(1);
    throw new Error('rolled back');
  });
  await expect(failed).rejects.toThrow('rolled back');
  expect(await source.getRepository(boats).countBy({ name: 'Gone' })).toBe(0);
});

it('tells a unique violation by its SQLSTATE', async () => {
  const failed = source.getRepository(boats).insert({ name: 'Ahoy', launched: LAUNCHED });
  await expect(failed).rejects.toMatchObject({
    code: '23505',
    driverError: { code: '23505', table: 'boat' },
  });
  await expect(failed).rejects.toBeInstanceOf(QueryFailedError);
});

it('counts what an update has touched', async () => {
  const { affected } = await source.getRepository(boats).update({ name: 'Ahoy' }, { papers: null });
  expect(affected).toBe(1);
});

it('builds queries', async () => {
  const rows = await source
    .createQueryBuilder(boats, 'boat')
    .select('count(*)', 'count')
    .where('boat.launched > :since', { since: new Date(0) })
    .getRawOne();
  expect(rows).toEqual({ count: '1' });
});
