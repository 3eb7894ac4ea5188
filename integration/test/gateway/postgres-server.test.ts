// The example Worker that speaks Postgres: psql itself and npm's pg log in to it, and it answers from the real server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { verifierOf } from '@fairlead/examples/postgres-server/verifier';
import pg from 'pg';
import Cursor from 'pg-cursor';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestHarness, type TestHarness } from 'wrangler';
import { serverImage } from '../../servers/image.ts';
import { postgresBuildArgs } from '../../servers/postgres.ts';

const { postgres } = inject('servers');
const EXAMPLE = join(import.meta.dirname, '../../../examples/postgres-server/src/index.ts');
const URL = `postgres://scram:scram-password@localhost:${postgres.good.port}/fairlead`;

let harness: TestHarness;
let port: number;
let image: string;

beforeAll(async () => {
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  server.close();
  const config = {
    name: 'postgres-server',
    main: EXAMPLE,
    compatibility_date: '2026-11-01',
    connect: [{ protocol: 'tcp' as const, port }],
    vars: {
      DATABASES: JSON.stringify({ shop: URL }),
      READERS: JSON.stringify({ ann: await verifierOf('ann-password') }),
    },
  };
  harness = createTestHarness({ workers: [{ config }] });
  await harness.listen();
  image = await serverImage('postgres', postgresBuildArgs(17));
});
afterAll(() => harness?.close());

/** What psql prints, and how it ends. */
async function psql(script: string, password = 'ann-password') {
  const login = `host=127.0.0.1 port=${port} user=ann dbname=shop`;
  const docker = ['run', '--rm', '-i', '--network', 'host', '-e', `PGPASSWORD=${password}`];
  const child = spawn('docker', [...docker, '--entrypoint', 'psql', image, login, '-X', '-A', '-t']);
  child.stdin.end(script);
  const [out, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { lines: out.trim().split('\n'), errors, code };
}

describe('psql', () => {
  it('reads, describes tables, binds parameters, and is refused what writes', async () => {
    const script = [
      '\\set VERBOSITY sqlstate',
      'select 40 + 2;',
      'select $1::int + $2::int \\bind 40 2 \\g',
      '\\dt harbours',
      'insert into harbours default values;',
      'with gone as (delete from harbours returning 1) select * from gone;',
      'copy harbours to stdout;',
      'select nothing;',
      "select 'still here';",
    ].join('\n');
    const { lines, errors, code } = await psql(script);
    expect(lines).toEqual(['42', '42', expect.stringContaining('harbours'), 'still here']);
    expect(errors.match(/\b[0-9A-Z]{5}\b$/gm)).toEqual(['25006', '25006', '0A000', '42703']);
    expect(code).toBe(0);
  });

  it('is refused with a wrong password', async () => {
    const { errors, code } = await psql('select 1;', 'wrong');
    expect(errors).toContain('password authentication failed for user "ann"');
    expect(code).toBe(2);
  });
});

describe('pg', () => {
  const config = () => ({ host: '127.0.0.1', port, user: 'ann', password: 'ann-password', database: 'shop' });

  it('reads with parameters, in prepared statements, by a cursor, and gets errors with their SQLSTATE', async () => {
    const client = new pg.Client(config());
    await client.connect();
    harness.clearLogs();
    expect((await client.query('select $1::text as t, 1 as n', ['ahoy'])).rows).toEqual([
      { t: 'ahoy', n: 1 },
    ]);
    const named = { name: 'sum', text: 'select $1::int + 1 as n' };
    expect((await client.query({ ...named, values: [1] })).rows).toEqual([{ n: 2 }]);
    expect((await client.query({ ...named, values: [2] })).rows).toEqual([{ n: 3 }]);
    const cursor = client.query(new Cursor('select i from generate_series(1, 25) i'));
    expect([(await cursor.read(10)).length, (await cursor.read(100)).length]).toEqual([10, 15]);
    await cursor.close();
    await expect(client.query('select 1/$1::int', [0])).rejects.toMatchObject({ code: '22012' });
    await expect(client.query('delete from harbours')).rejects.toMatchObject({ code: '25006' });
    expect((await client.query('')).rows).toEqual([]);
    const large = await client.query("select repeat('x', 1000) as x from generate_series(1, 5000)");
    expect(large.rows.length).toBe(5_000);
    await client.end();
    const audit = harness.getLogs().filter(({ message }) => message.includes('"audit"'));
    expect(audit.map(({ message }) => JSON.parse(message).rows)).toEqual([1, 1, 1, 25, 0, 5_000]);
    expect(JSON.stringify(audit)).not.toMatch(/ahoy|password|select/);
  });

  it('twenty clients at once', async () => {
    const ask = async (n: number) => {
      const client = new pg.Client(config());
      await client.connect();
      const { rows } = await client.query('select $1::int as n', [n]);
      await client.end();
      return rows[0].n;
    };
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    expect(await Promise.all(numbers.map(ask))).toEqual(numbers);
  });

  it('a database that is not configured does not exist, and one that does not answer says no address', async () => {
    const client = new pg.Client({ ...config(), database: 'other' });
    await expect(client.connect()).rejects.toMatchObject({ code: '3D000' });
  });
});
