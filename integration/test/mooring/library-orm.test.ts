// Kysely and Drizzle on a mooring.
import { type Client, connect } from '@fairlead/postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DATABASE_URL, startWorkers, type Workers } from './workers.ts';

let workers: Workers;
let observer: Client;
beforeAll(async () => {
  observer = await connect(DATABASE_URL);
  await observer.script(`drop table if exists library_boats;
    create table library_boats (id int primary key generated always as identity, name text not null unique)`);
  workers = await startWorkers();
});
afterAll(async () => {
  await workers[Symbol.asyncDispose]();
  await observer.query('drop table library_boats');
  await observer.close();
});

it('Kysely queries, streams, commits and rolls back', async () => {
  expect(await workers.run('kysely')).toEqual({
    status: 200,
    body: { refused: '23505', names: ['Ketch', 'Yawl'], streamed: ['Ketch', 'Yawl'] },
  });
});

it('Drizzle queries, commits, rolls back, and has savepoints', async () => {
  expect(await workers.run('drizzle')).toEqual({
    status: 200,
    body: { refused: '23505', names: ['Ketch', 'Yawl'], found: 'Yawl' },
  });
});
