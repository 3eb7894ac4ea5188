// PostgreSQL 17: the real Sequelize, with @fairlead/postgres/pg as its `dialectModule`.
import pg from '@fairlead/postgres/pg';
import { DataTypes, Sequelize, UniqueConstraintError } from 'sequelize';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

const sequelize = new Sequelize('fairlead', 'scram', 'scram-password', {
  host: 'localhost',
  port: inject('servers').postgres.good.port,
  dialect: 'postgres',
  dialectModule: pg,
  logging: false,
  pool: { max: 2 },
});

const boats = sequelize.define(
  'boat',
  {
    name: { type: DataTypes.TEXT, unique: true },
    launched: DataTypes.DATE,
    papers: DataTypes.JSONB,
    ports: DataTypes.ARRAY(DataTypes.TEXT),
    berths: DataTypes.RANGE(DataTypes.INTEGER),
    draught: DataTypes.DECIMAL(4, 2),
  },
  { schema: 'sequelize_test', timestamps: false },
);

const LAUNCHED = new Date('2024-02-29T12:34:56.789Z');

beforeAll(async () => {
  await sequelize.query('drop schema if exists sequelize_test cascade');
  await sequelize.createSchema('sequelize_test', {});
  await sequelize.sync();
});

afterAll(async () => {
  await sequelize.query('drop schema sequelize_test cascade');
  await sequelize.close();
});

it('writes and reads models', async () => {
  const values = {
    name: 'Ahoy',
    launched: LAUNCHED,
    papers: { flag: 'NL' },
    ports: ['a', 'b"'],
    draught: '1.50',
  };
  await boats.create({ ...values, berths: [1, 5] });
  const found = await boats.findOne({ where: { name: 'Ahoy' } });
  expect(found?.get({ plain: true })).toMatchObject(values);
  expect(await boats.count()).toBe(1);
  expect(await boats.update({ draught: 2 }, { where: { name: 'Ahoy' } })).toEqual([1]);
});

it('tells a unique violation', async () => {
  const failed = boats.create({ name: 'Ahoy' });
  await expect(failed).rejects.toBeInstanceOf(UniqueConstraintError);
  await expect(failed).rejects.toMatchObject({ parent: { code: '23505' }, fields: { name: 'Ahoy' } });
});

it('rolls a transaction back', async () => {
  const failed = sequelize.transaction(async (transaction) => {
    await boats.create({ name: 'Gone' }, { transaction });
    throw new Error('rolled back');
  });
  await expect(failed).rejects.toThrow('rolled back');
  expect(await boats.count()).toBe(1);
});

it('tells a failed login as what it is', async () => {
  const stranger = new Sequelize('fairlead', 'scram', 'wrong', {
    host: 'localhost',
    port: inject('servers').postgres.good.port,
    dialect: 'postgres',
    dialectModule: pg,
    logging: false,
  });
  await expect(stranger.authenticate()).rejects.toMatchObject({ parent: { code: '28P01' } });
  await stranger.close();
});
