// Each example in workerd, from its own wrangler configuration, against the servers of `npm start`: what its README says is
// what it does.
import { once } from 'node:events';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, connect as netConnect } from 'node:net';
import { join } from 'node:path';
import { verifierOf } from '@fairlead/examples/postgres-server/verifier';
import { connect } from '@fairlead/postgres';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTestHarness, type TestHarness } from 'wrangler';
import type { RunningServer } from '../src/start/local-server.ts';
import { startPostgres } from '../src/start/postgres.ts';
import { startRedis } from '../src/start/redis/server.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples');
const START_MS = 60_000;

let postgres: RunningServer;
let redis: RunningServer;
let secrets: Record<string, string>;
const harnesses: TestHarness[] = [];

beforeAll(async () => {
  // Otherwise wrangler asks Cloudflare where it is.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';
  postgres = await startPostgres();
  redis = await startRedis();
  secrets = {
    DATABASE_URL: `postgres://postgres@127.0.0.1:${postgres.port}/postgres?sslmode=disable`,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
  };
}, START_MS);

afterAll(async () => {
  for (const harness of harnesses) await harness.close();
  await redis.stop();
  await postgres.stop();
});

/** Starts an example as `wrangler dev` does. */
async function start(name: string): Promise<TestHarness> {
  const harness = createTestHarness({
    workers: [{ configPath: join(EXAMPLES, name, 'wrangler.jsonc'), secrets }],
  });
  harnesses.push(harness);
  await harness.listen();
  return harness;
}

it('plain: rows of Postgres', async () => {
  const worker = await start('plain');
  const response = await worker.fetch('/?deeper=18.5');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual([
    { name: 'Rotterdam', country: 'NL', depth_m: '24.0' },
    { name: 'Piraeus', country: 'GR', depth_m: '19.5' },
  ]);
  expect((await worker.fetch('/?deeper=abyss')).status).toBe(400);
});

it('hono: a cache in Redis in front of Postgres', async () => {
  const worker = await start('hono');
  const harbours = [{ id: 1, name: 'Rotterdam' }];
  for (const cache of ['miss', 'hit']) {
    const response = await worker.fetch('/harbours/NL');
    expect(await response.json()).toEqual(harbours);
    expect(response.headers.get('x-cache')).toBe(cache);
  }
  const visit = () => worker.fetch('/harbours/4/visits', { method: 'POST' });
  expect(await (await visit()).json()).toEqual({ visits: 1 });
  expect(await (await visit()).json()).toEqual({ visits: 2 });
});

it('queue-consumer: what is posted is in the table', async () => {
  await using db = await connect(secrets.DATABASE_URL ?? '');
  await db.query(readFileSync(join(EXAMPLES, 'queue-consumer/schema.sql'), 'utf8'));
  // PGlite is one session: the consumer cannot log in while this one is open.
  await db.close();
  const worker = await start('queue-consumer');
  const post = (body: unknown) => worker.fetch('/', { method: 'POST', body: JSON.stringify(body) });
  expect((await post({ station: 'Bergen' })).status).toBe(400);
  const sent = await Promise.all([
    post({ station: 'Bergen', celsius: 7.5 }),
    post({ station: 'Halifax', celsius: -3.25 }),
  ]);
  expect(sent.map(({ status }) => status)).toEqual([202, 202]);
  await vi.waitFor(async () => expect(await readings()).toEqual(['Bergen 7.5', 'Halifax -3.3']), {
    timeout: 20_000,
    interval: 250,
  });
});

async function readings(): Promise<string[]> {
  await using db = await connect(secrets.DATABASE_URL ?? '');
  const { rows } = await db.query<{ text: string }>(
    "select station || ' ' || celsius as text from readings order by station",
  );
  return rows.map(({ text }) => text);
}

it('cron: the figures of the last run', async () => {
  const worker = await start('cron');
  expect((await worker.fetch('/')).status).toBe(404);
  const scheduledTime = new Date('2026-11-01T12:05:00Z');
  await worker.getWorker().scheduled({ cron: '5 * * * *', scheduledTime });
  const figures = await (await worker.fetch('/')).json();
  expect(figures).toEqual({
    at: scheduledTime.toISOString(),
    busiest: [
      { name: 'Antwerp', calls: 50, hours: expect.any(String) },
      { name: 'Bergen', calls: 50, hours: expect.any(String) },
      { name: 'Gdańsk', calls: 50, hours: expect.any(String) },
    ],
  });
});

it('durable-object: a message for everyone in the room, over one connection to Redis', async () => {
  const worker = await start('durable-object');
  const join = async () => {
    const { webSocket, status } = await worker.fetch('/rooms/harbour', { headers: { upgrade: 'websocket' } });
    expect(status).toBe(101);
    const heard: unknown[] = [];
    webSocket?.addEventListener('message', ({ data }) => heard.push(data));
    webSocket?.accept();
    return heard;
  };
  const heard = [await join(), await join()];
  const publish = () => worker.fetch('/rooms/harbour', { method: 'POST', body: 'ahoy' });
  expect(await (await publish()).json()).toEqual({ subscribers: 1 });
  expect(await (await publish()).json()).toEqual({ subscribers: 1 });
  await vi.waitFor(() =>
    expect(heard).toEqual([
      ['ahoy', 'ahoy'],
      ['ahoy', 'ahoy'],
    ]),
  );
  expect((await worker.fetch('/rooms/', { method: 'POST' })).status).toBe(404);
});

/** Starts an example that listens, at a port that is free, with what its configuration says otherwise. */
async function listen(
  name: string,
  more: Record<string, string>,
): Promise<{ worker: TestHarness; port: number }> {
  const dir = join(EXAMPLES, name);
  const text = readFileSync(join(dir, 'wrangler.jsonc'), 'utf8').replaceAll(/^\s*\/\/.*$/gm, '');
  const { main, connect: listeners, ...config } = JSON.parse(text);
  expect(listeners).toEqual([{ protocol: 'tcp', port: expect.any(Number) }]);
  const port = await freePort();
  const harness = createTestHarness({
    workers: [
      { config: { ...config, main: join(dir, main), vars: more, connect: [{ protocol: 'tcp', port }] } },
    ],
  });
  harnesses.push(harness);
  await harness.listen();
  return { worker: harness, port };
}

it('line-protocol: an answer to each line, and an end to what is too much', async () => {
  const { port } = await listen('line-protocol', {});
  const talk = async (input: string): Promise<string[]> => {
    const socket = netConnect(port, '127.0.0.1');
    socket.setEncoding('utf8');
    socket.end(input);
    return (await socket.toArray()).join('').split('\r\n').slice(1, -1);
  };
  expect(await talk('ADD 2\nadd 40\r\nSUM\nECHO a b\nADD x\nNO\nQUIT\nSUM\n')).toEqual([
    'OK 2',
    'OK 42',
    'OK 42',
    'OK a b',
    'ERR ADD takes a number',
    expect.stringMatching(/^ERR no such command/),
    'OK bye',
  ]);
  expect(await talk('x'.repeat(600))).toEqual(['ERR a line is longer than 512 bytes']);
  expect((await talk('SUM\n'.repeat(1_010))).at(-1)).toBe('ERR too many commands: connect again');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

it('postgres-server: logs clients in, answers what they read, and tells of each statement', async () => {
  const { worker, port } = await listen('postgres-server', {
    DATABASES: JSON.stringify({ shop: secrets.DATABASE_URL }),
    READERS: JSON.stringify({ ann: await verifierOf('ann-password') }),
  });
  const at = (login: string, database = 'shop') =>
    `postgres://${login}@127.0.0.1:${port}/${database}?sslmode=disable`;
  for (const login of ['ann:wrong', 'eve:ann-password', 'constructor:x'])
    await expect(connect(at(login))).rejects.toMatchObject({ code: 'auth', server: { code: '28P01' } });
  await expect(connect(at('ann:ann-password', 'other'))).rejects.toMatchObject({ server: { code: '3D000' } });
  await expect(connect(at('ann:ann-password').replace('disable', 'require'))).rejects.toMatchObject({
    code: 'tls_failed',
  });
  const db = await connect(at('ann:ann-password'), { prepare: false });
  worker.clearLogs();
  const { rows } = await db.query('select name, depth_m from harbours where country = $1 order by id', [
    'DE',
  ]);
  expect(rows[0]).toEqual({ name: expect.any(String), depth_m: expect.any(String) });
  expect(await db.queryValue('select 1 + $1::int', [41])).toBe(42);
  const cursor = db.stream('select i from generate_series(1, 250) i', [], { fetchSize: 100 });
  let count = 0;
  for await (const _ of cursor) count += 1;
  expect(count).toBe(250);
  const refused = (text: string, code: string) =>
    expect(db.query(text)).rejects.toMatchObject({ code: 'server', server: { code } });
  await refused('delete from harbours', '25006');
  await refused('with gone as (delete from harbours returning 1) select * from gone', '25006');
  const copy = new Response(db.copyTo('copy harbours to stdout')).text();
  await expect(copy).rejects.toMatchObject({ server: { code: '0A000' } });
  await refused('begin', '25006');
  await refused('select nothing', '42703');
  await refused('select 1/0', '22012');
  expect(await db.script('select 1 as one')).toEqual([expect.objectContaining({ rows: [{ one: 1 }] })]);
  await db.close();
  const audit = worker
    .getLogs()
    .map(({ message }) => message)
    .filter((text) => text.includes('"audit"'));
  expect(JSON.parse(audit[0] ?? '')).toEqual({
    audit: 'statement',
    user: 'ann',
    database: 'shop',
    digest: expect.stringMatching(/^[0-9a-f]{16}$/),
    ms: expect.any(Number),
    rows: rows.length,
    sqlState: '00000',
  });
  expect(audit.map((line) => JSON.parse(line).sqlState)).toEqual([
    '00000',
    '00000',
    '00000',
    '25006',
    '42703',
    '22012',
    '00000',
  ]);
  expect(audit.join()).not.toMatch(/DE|password|select/);
});

it('postgres-server: tells strangers what they did wrong, and lets go of them', async () => {
  const { port } = await listen('postgres-server', { DATABASES: '{}', READERS: '{}' });
  const answerTo = async (...bytes: number[]): Promise<string> => {
    const socket = netConnect(port, '127.0.0.1');
    socket.write(Uint8Array.from(bytes));
    return Buffer.concat(await socket.toArray()).toString('latin1');
  };
  expect(await answerTo(...Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toMatch(/^E.*FATAL.*54000/s);
  expect(await answerTo(0, 0, 0, 8, 0, 2, 0, 0)).toMatch(/^E.*FATAL.*08P01/s);
  const encrypt = [0, 0, 0, 8, 4, 210, 22, 47];
  expect(await answerTo(...encrypt, ...encrypt, ...encrypt)).toMatch(/^NNNE.*FATAL.*08P01/s);
  // A CancelRequest has no answer.
  expect(await answerTo(0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 1, 0, 0, 0, 2)).toBe('');
});

it('mooring: many requests at once, on connections that are kept', async () => {
  const worker = await start('mooring');
  const ask = async () => {
    const response = await worker.fetch('/harbours/DE');
    return (await response.json()) as { visits: number; harbours: unknown };
  };
  const answers = await Promise.all(Array.from({ length: 20 }, ask));
  const visits = answers.map((answer) => answer.visits).sort((a, b) => a - b);
  expect(visits).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  for (const { harbours } of answers) expect(harbours).toEqual(answers[0]?.harbours);
  expect(answers[0]?.harbours).toContainEqual({ id: expect.any(Number), name: 'Hamburg' });
  expect((await worker.fetch('/harbours')).status).toBe(404);
});

/** Workspaces of their own, of which `check:imports` knows what they declare. */
const WORKSPACES: readonly string[] = JSON.parse(
  readFileSync(join(EXAMPLES, '../package.json'), 'utf8'),
).workspaces;
const COPIED = readdirSync(EXAMPLES).filter(
  (name) => existsSync(join(EXAMPLES, name, 'package.json')) && !WORKSPACES.includes(`examples/${name}`),
);

/** Each import of its files is in its own manifest: here the workspace's packages would be found all the same. */
it.each(COPIED)('%s declares what it imports', (name) => {
  const dir = join(EXAMPLES, name);
  const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
  const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
  const files = globSync('**/*.{ts,tsx,mjs,astro}', {
    cwd: dir,
    exclude: (path) => /node_modules|^\./.test(path),
  });
  const imported = files.flatMap((file) => {
    const text = readFileSync(join(dir, file), 'utf8');
    const found = text.matchAll(/\bfrom '(?!\.|cloudflare:)((?:@[^/']+\/)?[^/']+)/g);
    return [...found].map(([, specifier]) => specifier ?? '');
  });
  expect(imported.length).toBeGreaterThan(0);
  expect(imported.filter((specifier) => !declared.has(specifier))).toEqual([]);
  expect(manifest.private).toBe(true);
});
