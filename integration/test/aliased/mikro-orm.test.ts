// PostgreSQL 17: the real MikroORM, whose `pg` is @fairlead/postgres/pg by an alias.
import { types } from '@fairlead/postgres/pg';
import { EntitySchema, MikroORM, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { login } from '../pg-login.ts';

const { database, ...account } = login;

interface Boat {
  id: number;
  name: string;
  launched: Date;
  ports: string[];
  papers?: { flag: string };
}

const boats = new EntitySchema<Boat>({
  name: 'Boat',
  tableName: 'boats',
  properties: {
    id: { type: 'integer', primary: true, autoincrement: true },
    name: { type: 'text', unique: true },
    launched: { type: 'datetime' },
    ports: { type: 'array' },
    papers: { type: 'json', nullable: true },
  },
});

let orm: MikroORM;

beforeAll(async () => {
  orm = await MikroORM.init({
    ...account,
    dbName: database,
    schema: 'mikro_test',
    entities: [boats],
    pool: { max: 2 },
  });
  await orm.em.getConnection().execute('drop schema if exists mikro_test cascade');
  await orm.schema.create();
});

afterAll(async () => {
  await orm.em.getConnection().execute('drop schema mikro_test cascade');
  await orm.close();
});

const LAUNCHED = new Date('2024-02-29T12:34:56.789Z');
const VALUES = { name: 'Ahoy', launched: LAUNCHED, ports: ['a', 'b"'], papers: { flag: 'NL' } };

it('imports the facade', () => {
  expect(pg.types).toBe(types);
});

it('writes and reads entities', async () => {
  const em = orm.em.fork();
  em.create(boats, VALUES);
  await em.flush();
  const found = await orm.em.fork().findOneOrFail(boats, { name: 'Ahoy' });
  expect(found).toMatchObject(VALUES);
  expect(await orm.em.fork().count(boats)).toBe(1);
});

it('tells a unique violation', async () => {
  const failed = orm.em.fork().insert(boats, VALUES);
  await expect(failed).rejects.toBeInstanceOf(UniqueConstraintViolationException);
  await expect(failed).rejects.toMatchObject({ code: '23505' });
});

it('rolls a transaction back', async () => {
  const failed = orm.em.fork().transactional(async (em) => {
    await em.nativeDelete(boats, { name: 'Ahoy' });
    throw new Error('rolled back');
  });
  await expect(failed).rejects.toThrow('rolled back');
  expect(await orm.em.fork().count(boats)).toBe(1);
});
