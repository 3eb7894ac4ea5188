// What the built Worker writes to its log, over all protocols, with secrets planted in every place of a request that can hold
// one; and what `GET /readyz?deep=1` says of real servers.
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestHarness, type TestHarness } from 'wrangler';
import { newNick } from '../modules/irc.ts';
import { newBox } from '../modules/mailbox.ts';
import { DEAD_PORT, type Json } from './support.ts';

const { postgres, mysql, redis, mosquitto, postfix, ergo } = inject('servers');
const CONFIG = join(import.meta.dirname, '..', '..', '..', 'wrangler.toml');

/** Stands in each place of a request that may hold a secret. */
const SECRET = 'planted4711';
const TOKEN = `token-${SECRET}`;
const pg = `postgres://scram:scram-password@localhost:${postgres.good.port}/fairlead?sslmode=require`;
const CONNECTIONS = {
  pg,
  mysql: `mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead`,
  redis: `redis://:default-password@localhost:${redis.good.plainPort}/8`,
  mqtt: `mqtts://app:app-password@localhost:${mosquitto.good.tlsPort}`,
  smtp: `smtp://app:app-password@localhost:${postfix.port}`,
  irc: {
    url: `ircs://${newNick()}@localhost:${ergo.tlsPort}`,
    username: 'app',
    password: 'app-password',
    flood: { intervalMs: 0 },
  },
};
/** Passwords, the planted word, and what hides it: base64, hex, capitals. */
const FORBIDDEN = new RegExp(
  `${SECRET}|-password|${btoa(SECRET).replace(/=+$/, '')}|${Buffer.from(SECRET).toString('hex')}`,
  'i',
);

let harness: TestHarness;
let base: URL;
let echo: Server;
const echoPort = (): number => (echo.address() as AddressInfo).port;

beforeAll(async () => {
  echo = createServer((socket) => void socket.pipe(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => echo.once('listening', resolve));
  const dead = `postgres://app:dead-password@localhost:${DEAD_PORT}/${SECRET}?sslmode=disable`;
  const wrong = pg.replace('scram-password', 'wrong-password');
  harness = createTestHarness({
    workers: [
      {
        configPath: CONFIG,
        secrets: {
          FAIRLEAD_CONNECTIONS: JSON.stringify({ ...CONNECTIONS, dead, wrong }),
          FAIRLEAD_TOKENS: JSON.stringify([
            { name: 'all', token: TOKEN, scopes: ['*'] },
            {
              name: 'probe',
              token: 'token-probe',
              scopes: Object.keys(CONNECTIONS).map((name) => `admin:connections:${name}`),
            },
          ]),
        },
        vars: {
          FAIRLEAD_LOG: { access: true, audit: true },
          FAIRLEAD_TARGETS: [`127.0.0.1:${redis.good.plainPort}`, `127.0.0.1:${echoPort()}`],
          FAIRLEAD_QUERIES: {
            note: { connection: 'pg', sql: 'select :word::text as word', params: { word: { type: 'text' } } },
          },
        },
      },
    ],
  });
  base = (await harness.listen()).url;
});
afterAll(async () => {
  await harness.close();
  echo.close();
});

interface Ask {
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

async function ask(
  path: string,
  { json, headers, token = TOKEN }: Ask = {},
): Promise<[status: number, text: string]> {
  const post = json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) };
  const type = json === undefined ? {} : { 'Content-Type': 'application/json' };
  const response = await fetch(new URL(path, base), {
    ...post,
    headers: { Authorization: `Bearer ${token}`, ...type, ...headers },
  });
  return [response.status, await response.text()];
}

/** The lines of the log so far, as they stand there, and those that are the gateway's. */
function logged(): { text: string; lines: Json[] } {
  const messages = harness.getLogs().map(({ message }) => String(message));
  const lines = messages.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Json);
  return { text: messages.join('\n'), lines };
}

/** The lines that a request has written, once they are there. */
async function linesOf(run: () => Promise<unknown>, count: number): Promise<Json[]> {
  harness.clearLogs();
  await run();
  await expect.poll(() => logged().lines.length, { timeout: 5_000 }).toBeGreaterThanOrEqual(count);
  return logged().lines;
}

/** Each with how many lines it writes, beside the one of the access log. */
const REQUESTS: readonly (readonly [
  name: string,
  path: string,
  ask: Ask,
  status: number,
  audit: Json | undefined,
])[] = [
  [
    'a statement',
    '/pg/query',
    { json: { connection: 'pg', sql: `select '${SECRET}', $1::text`, params: [SECRET] } },
    200,
    {
      action: 'query',
      protocol: 'pg',
      connection: 'pg',
      outcome: 'ok',
      affected: 0,
      statement: expect.stringMatching(/^[0-9a-f]{16}$/),
    },
  ],
  [
    'rows as lines',
    '/pg/query',
    {
      json: { connection: 'pg', sql: `select '${SECRET}' from generate_series(1, 3)` },
      headers: { Accept: 'application/x-ndjson' },
    },
    200,
    { action: 'query', outcome: 'ok' },
  ],
  [
    'a statement that fails',
    '/pg/query',
    { json: { connection: 'pg', sql: `select '${SECRET}'::int` } },
    400,
    { action: 'query', outcome: 'server' },
  ],
  [
    'Neon’s driver',
    '/pg/sql',
    {
      json: { query: `select $1::text as "${SECRET}"`, params: [SECRET] },
      headers: { 'Fairlead-Connection': 'pg', 'Neon-Raw-Text-Output': 'true', 'Neon-Array-Mode': 'true' },
    },
    200,
    { action: 'query', outcome: 'ok' },
  ],
  ['a named query', `/pg/q/note?word=${SECRET}`, {}, 200, undefined],
  [
    'a server that is away',
    '/pg/query',
    { json: { connection: 'dead', sql: `select '${SECRET}'` } },
    502,
    { outcome: 'connect_failed' },
  ],
  [
    'a wrong password',
    '/pg/query',
    { json: { connection: 'wrong', sql: `select '${SECRET}'` } },
    502,
    { outcome: 'auth' },
  ],
  [
    'MySQL',
    '/mysql/query',
    { json: { connection: 'mysql', sql: `select '${SECRET}', ?`, params: [SECRET] } },
    200,
    { action: 'query', protocol: 'mysql', outcome: 'ok' },
  ],
  [
    'a Redis path',
    `/redis/set/${SECRET}/${SECRET}?EX=10`,
    {},
    200,
    { action: 'command', commands: { SET: 1 }, outcome: 'ok' },
  ],
  [
    'a Redis command',
    '/redis',
    { json: ['SET', SECRET, SECRET, 'EX', 10] },
    200,
    { action: 'command', commands: { SET: 1 }, outcome: 'ok' },
  ],
  [
    'a Redis pipeline',
    '/redis/pipeline',
    {
      json: [
        ['DEL', SECRET],
        ['GET', SECRET],
        [SECRET, SECRET],
      ],
    },
    200,
    { action: 'command', commands: { DEL: 1, OTHER: 1 } },
  ],
  [
    'a URL of the caller’s own',
    '/redis',
    {
      json: ['SET', SECRET, 1, 'EX', 10],
      headers: { 'Fairlead-Url': `redis://:default-password@127.0.0.1:${redis.good.plainPort}` },
    },
    200,
    { connection: '@' },
  ],
  [
    'MQTT',
    '/mqtt/publish',
    { json: { topic: `gateway/${SECRET}`, payload: SECRET } },
    200,
    { action: 'publish', count: 1, outcome: 'ok' },
  ],
  [
    'mail',
    '/smtp/send',
    { json: { from: 'app@mail.test', to: newBox(), subject: SECRET, text: SECRET } },
    200,
    { action: 'send', protocol: 'smtp', count: 1, outcome: 'ok' },
  ],
  [
    'IRC',
    '/irc/send',
    { json: { target: `#${SECRET}`, messages: [SECRET] } },
    200,
    { action: 'send', protocol: 'irc', count: 1, outcome: 'ok' },
  ],
  ['nothing at a path', `/pg/${SECRET}?${SECRET}=${SECRET}`, {}, 400, undefined],
  ['a wrong token', '/pg/query', { json: {}, token: `wrong-${SECRET}` }, 401, undefined],
  [
    'a trace that is none',
    '/healthz',
    { headers: { traceparent: SECRET, tracestate: `a=${SECRET}`, 'User-Agent': SECRET, 'X-Secret': SECRET } },
    200,
    undefined,
  ],
];

describe('the log', () => {
  it.each(REQUESTS)('tells of %s, and no secret', async (_name, path, request, status, audit) => {
    let answer: readonly [status: number, text: string] = [0, ''];
    const lines = await linesOf(
      async () => {
        answer = await ask(path, request);
      },
      audit === undefined ? 1 : 2,
    );
    expect(answer).toEqual([status, expect.any(String)]);
    const access = lines.filter(({ log }) => log === 'access');
    expect(access).toHaveLength(1);
    expect(access[0]).toMatchObject({ status, requestId: expect.any(String) });
    const audits = lines.filter(({ log }) => log === 'audit');
    expect(audits).toHaveLength(audit === undefined ? 0 : 1);
    if (audit !== undefined) expect(audits[0]).toMatchObject({ ...audit, token: 'all' });
    expect(logged().text).not.toMatch(FORBIDDEN);
  });

  it('tells rows and bytes, of lines as they were streamed', async () => {
    const sql = 'select 1 as n from generate_series(1, 1000)';
    for (const accept of ['application/json', 'application/x-ndjson']) {
      let bytes = 0;
      const lines = await linesOf(async () => {
        const [, text] = await ask('/pg/query', {
          json: { connection: 'pg', sql },
          headers: { Accept: accept },
        });
        bytes = Buffer.byteLength(text);
      }, 2);
      expect(lines.find(({ log }) => log === 'access')).toMatchObject({ rows: 1000, bytesOut: bytes });
    }
  });

  it('tells of a tunnel when it opens, and when it ends, with what it carried', async () => {
    const lines = await linesOf(async () => {
      const url = new URL(`/tcp/tunnel/127.0.0.1:${echoPort()}`, base);
      url.protocol = 'ws:';
      const bearer = `fairlead.bearer.${Buffer.from(TOKEN).toString('base64url')}`;
      const socket = new WebSocket(url.href, ['fairlead', bearer]);
      const next = (event: 'open' | 'message') =>
        new Promise((resolve) => {
          socket.addEventListener(event, resolve);
        });
      await next('open');
      const echoed = next('message');
      socket.send(Buffer.from(SECRET));
      await echoed;
      socket.close();
    }, 2);
    expect(lines).toContainEqual(
      expect.objectContaining({ log: 'audit', action: 'tunnel', connection: '@', outcome: 'open' }),
    );
    const { length } = SECRET;
    expect(lines).toContainEqual(
      expect.objectContaining({
        log: 'access',
        status: 101,
        bytesIn: length,
        bytesOut: length,
        closeCode: 1006,
      }),
    );
    expect(logged().text).not.toMatch(FORBIDDEN);
  });
});

describe('GET /readyz', () => {
  it('finds each server alive, as its protocol does', async () => {
    const [status, text] = await ask('/readyz?deep=1', { token: 'token-probe' });
    const { connections } = JSON.parse(text) as { connections: Json[] };
    expect(connections).toEqual(
      Object.keys(CONNECTIONS).map((name) => ({ name, protocol: name, state: 'ok', ms: expect.any(Number) })),
    );
    expect(status).toBe(200);
  });

  it('is 503 where one is away or refuses the login', async () => {
    const [status, text] = await ask('/readyz?deep=1');
    expect(status).toBe(503);
    const { connections } = JSON.parse(text) as { connections: Json[] };
    expect(connections).toContainEqual(expect.objectContaining({ name: 'dead', code: 'connect_failed' }));
    expect(connections).toContainEqual(expect.objectContaining({ name: 'wrong', code: 'auth' }));
    expect(text).not.toMatch(FORBIDDEN);
  });

  it('is 200 without a token', async () => {
    const response = await fetch(new URL('/readyz', base));
    expect([response.status, await response.text()]).toEqual([200, '{"status":"ok"}']);
  });
});
