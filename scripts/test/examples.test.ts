// Each example in workerd, from its own wrangler configuration, against the servers of `npm start`: what its README says is
// what it does.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
