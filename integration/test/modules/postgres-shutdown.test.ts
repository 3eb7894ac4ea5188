// PostgreSQL 17 that crashes, recovers and shuts down, as its own master tells it to: what connections hear of it.
import { type Client, connect } from '@fairlead/postgres';
import { afterAll, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { postgresFleeting } = inject('servers');
const url = (login: string) =>
  `postgres://${login}@localhost:${postgresFleeting.port}/fairlead?sslmode=disable`;
const open: Client[] = [];
const client = async (login = 'scram:scram-password') => {
  const opened = await connect(url(login));
  open.push(opened);
  return opened;
};
const master = () => client('harbourmaster:harbourmaster-password');
afterAll(async () => {
  await Promise.all(open.map((each) => each.close()));
});

/** As the account that the server runs under. */
const tell = (by: Client, command: string) =>
  by.query(`do $$ begin execute $c$copy (select) to program '${command}'$c$; end $$`);

it('a backend that is killed takes the others with it, and the server comes back', async () => {
  const [by, victim, bystander] = [await master(), await client(), await client()];
  const sleeping = [
    failure(victim.query('select pg_sleep(20)')),
    failure(bystander.query('select pg_sleep(20)')),
  ];
  await scheduler.wait(50);
  await tell(by, `kill -KILL ${victim.processId}`).catch(() => undefined);
  const [killed, beside] = await Promise.all(sleeping);
  expect(killed).toMatchObject({ safeToRetry: false });
  expect(['connection_lost', 'server']).toContain(killed?.code);
  // It says so (57P02) as a warning, and closes.
  expect(beside).toMatchObject({ code: 'connection_lost', safeToRetry: false });
  let back: unknown;
  for (let tries = 0; tries < 100 && back === undefined; tries += 1) {
    back = await client().then(
      (again) => again.queryValue('select 1'),
      (error: { code: string; safeToRetry: boolean; server?: { code: string } }) => {
        expect(error.safeToRetry).toBe(true);
        // Still recovering, where it says anything.
        if (error.server !== undefined) expect(error.server.code).toBe('57P03');
        return scheduler.wait(50);
      },
    );
  }
  expect(back).toBe(1);
});

it('a server that shuts down lets nobody in: 57P03, then sends everybody away: 57P01', async () => {
  const [by, busy, idle] = [await master(), await client(), await client()];
  const sleeping = failure(busy.query('select pg_sleep(20)'));
  await scheduler.wait(50);
  // Smart: those who are in may stay.
  await tell(by, 'kill -TERM $(head -1 /srv/postgres/postmaster.pid)').catch(() => undefined);
  await scheduler.wait(100);
  expect(await failure(client())).toMatchObject({
    code: 'server',
    safeToRetry: true,
    server: { code: '57P03' },
  });
  expect(await idle.queryValue('select 1')).toBe(1);
  // Fast: they may not.
  await tell(by, 'kill -INT $(head -1 /srv/postgres/postmaster.pid)').catch(() => undefined);
  expect(await sleeping).toMatchObject({ code: 'server', safeToRetry: false, server: { code: '57P01' } });
  expect(await failure(idle.query('select 1'))).toMatchObject({ server: { code: '57P01' } });
  const error = await failure(client());
  expect(error.safeToRetry).toBe(true);
  expect(['connect_failed', 'connection_lost', 'server']).toContain(error.code);
});
