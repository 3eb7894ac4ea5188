// The driver's own client on our transport: templates, transactions, cursors, cancellation, and our start-up.
import { memoryConnector } from '@fairlead/testkit';
import { expect, it } from 'vitest';
import { postgresJs } from '../src/drivers/postgres-js/index.ts';
import { Backend, ByteReader, bytes, errorResponse, int32, message, result } from './support/backend.ts';

const url = 'postgres://app:secret@db.test/shop?sslmode=disable';

it('runs tagged templates, values and errors in the driver’s own way', async () => {
  const backend = new Backend(({ text }) =>
    text === 'select 1' ? result([['a', 23]], [['1']]) : errorResponse('42601', 'syntax error'),
  );
  const sql = postgresJs(url, { connector: backend.connector, driver: { max: 1 } });
  const rows = await sql`select 1`;
  expect([...rows]).toEqual([{ a: 1 }]);
  expect(rows.command).toBe('SELECT');
  await expect(sql`nonsense`).rejects.toMatchObject({ name: 'PostgresError', code: '42601' });
  await sql.end();
});

it('runs transactions', async () => {
  const backend = new Backend(({ text }) => message('C', `${text.split(' ')[0]?.toUpperCase()}\0`));
  const sql = postgresJs({
    hostname: 'db.test',
    tls: false,
    connector: backend.connector,
    driver: { max: 1 },
  });
  await sql.begin((inner) => inner`update t`);
  expect(backend.statements.map(({ text }) => text.trim())).toContain('update t');
  await sql.end();
});

it('cancels over a connection of its own', async () => {
  const backend = new Backend(async (_statement, server) => {
    await new Promise<void>((resolve) => {
      server.onCancel = resolve;
    });
    return errorResponse('57014', 'canceling statement due to user request');
  });
  const sql = postgresJs(url, { connector: backend.connector, driver: { max: 1 } });
  const query = sql`select pg_sleep(10)`;
  setTimeout(() => query.cancel(), 20);
  await expect(query).rejects.toMatchObject({ code: '57014' });
  expect(backend.cancellations).toBe(1);
  await sql.end();
});

it('fails queries with our error when the start-up does, once', async () => {
  let connections = 0;
  const connector = memoryConnector(async (line) => {
    connections += 1;
    const reader = new ByteReader(line);
    await reader.packet();
    await line.write(bytes(message('R', int32(3))));
    await line.closed;
  });
  const sql = postgresJs(url, { connector, driver: { max: 1 } });
  await expect(sql`select 1`).rejects.toMatchObject({ name: 'FairleadError', code: 'auth' });
  expect(connections).toBe(1);
  await sql.end({ timeout: 0 });
});

it('fails queries when the server hangs up during the start-up, instead of dialling for ever', async () => {
  let connections = 0;
  const connector = memoryConnector(async (line) => {
    connections += 1;
    await line.close();
  });
  const sql = postgresJs(url, { connector, driver: { max: 1 } });
  await expect(sql`select 1`).rejects.toMatchObject({ code: 'connection_lost' });
  expect(connections).toBe(1);
  await sql.end({ timeout: 0 });
});
