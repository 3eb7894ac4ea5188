// PostgreSQL 17: the facade of `pg` inside workerd, over verified TLS.
import { Client, Pool, types } from '@fairlead/postgres/pg';
import { expect, inject, it } from 'vitest';

const { port } = inject('servers').postgres.good;
const login = { host: 'localhost', port, user: 'scram', password: 'scram-password', database: 'fairlead' };

it('queries through a pool, and encrypts', async () => {
  const pool = new Pool({ ...login, max: 2 });
  const answers = await Promise.all(
    [1, 2, 3].map((n) =>
      pool.query<{ n: number; at: Date }>('select $1::int as n, to_timestamp($1) as at', [n]),
    ),
  );
  expect(answers.map(({ rows }) => rows)).toEqual([1, 2, 3].map((n) => [{ n, at: new Date(1000 * n) }]));
  const tls = await pool.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
  expect(tls.rows).toEqual([{ ssl: true }]);
  await pool.end();
});

it('hears notices and notifications', async () => {
  const client = await new Client(login).connect();
  const heard: unknown[] = [];
  client.on('notice', ({ severity, message }: { severity: string; message: string }) => {
    heard.push([severity, message]);
  });
  const notified = new Promise<object>((resolve) => client.once('notification', resolve as () => void));
  await client.query('listen facade');
  await client.query(`do $$ begin raise warning 'shallow'; end $$; notify facade, 'ahoy'`);
  expect(await notified).toEqual({
    name: 'notification',
    channel: 'facade',
    payload: 'ahoy',
    processId: client.processID,
  });
  expect(heard).toEqual([['WARNING', 'shallow']]);
  await client.end();
});

it('sends what it has read', async () => {
  const client = await new Client(login).connect();
  const text = `select '\\x00ff'::bytea as b, interval '1 mon 2 days 03:04:05.5' as i, array['a', null, '"'] as a`;
  const { rows } = await client.query(text);
  const back = await client.query(
    'select $1::bytea as b, $2::interval as i, $3::text[] as a',
    Object.values(rows[0] ?? {}),
  );
  expect(back.rows).toEqual(rows);
  await client.end();
});

it('takes parsers of a client', async () => {
  const client = await new Client(login).connect();
  client.setTypeParser(types.builtins.INT8, (text) => BigInt(text));
  expect((await client.query('select 12::int8 as n')).rows).toEqual([{ n: 12n }]);
  expect(types.getTypeParser(types.builtins.INT8)('12')).toBe('12');
  await client.end();
});
