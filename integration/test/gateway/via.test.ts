// Connections through bindings, on the built Worker: a service binding whose connect() handler forwards to the real servers, and
// Hyperdrive.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestHarness, type TestHarness } from 'wrangler';
import type { Json } from './support.ts';

const { postgres, redis, mysql } = inject('servers');
const ROOT = join(import.meta.dirname, '../../..');
const COMPATIBILITY = { compatibility_date: '2026-11-01', compatibility_flags: ['enable_request_signal'] };

const login = 'scram:scram-password';
const POSTGRES = `postgres://${login}@db.internal/fairlead`;

const CONNECTIONS = {
  pgPlain: { url: `${POSTGRES}?sslmode=disable`, via: 'VPC' },
  pgTls: { url: POSTGRES, via: 'VPC' },
  pgNowhere: { url: `postgres://${login}@nowhere.internal/fairlead?sslmode=disable`, via: 'VPC' },
  hyper: { via: 'HYPERDRIVE' },
  mysqlPlain: { url: 'mysql://trusted@db.internal/fairlead?sslmode=disable', via: 'VPC' },
  redisPlain: { url: 'redis://:default-password@cache.internal/8', via: 'VPC' },
  redisTls: { url: 'rediss://:default-password@cache.internal:6379/8', via: 'VPC' },
};

let harness: TestHarness;

beforeAll(async () => {
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';
  const localConnectionString = `postgres://${login}@localhost:${postgres.good.port}/fairlead?sslmode=disable`;
  const gateway = {
    name: 'gateway',
    main: join(ROOT, 'packages/worker/dist/index.js'),
    ...COMPATIBILITY,
    services: [{ binding: 'VPC', service: 'forwarder' }],
    hyperdrive: [{ binding: 'HYPERDRIVE', id: 'none', localConnectionString }],
    vars: {
      FAIRLEAD_TOKENS: [{ name: 'all', token: 'token-all', scopes: ['*'] }],
      FAIRLEAD_CONNECTIONS: CONNECTIONS,
    },
  };
  const forwarder = {
    name: 'forwarder',
    main: join(import.meta.dirname, 'workers/forwarder.ts'),
    ...COMPATIBILITY,
    vars: {
      SERVERS: {
        'db.internal:5432': postgres.good.port,
        'db.internal:3306': mysql.port,
        'cache.internal:6379': redis.good.plainPort,
      },
    },
  };
  harness = createTestHarness({ workers: [{ config: gateway }, { config: forwarder }] });
  await harness.listen();
});
afterAll(() => harness.close());

async function ask(path: string, json?: unknown): Promise<{ status: number; body: Json }> {
  const headers = { Authorization: 'Bearer token-all', 'Content-Type': 'application/json' };
  const init = json === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(json) };
  const response = await harness.fetch(path, init);
  return { status: response.status, body: (await response.json()) as Json };
}

describe('through a service binding', () => {
  it('Postgres answers', async () => {
    const { status, body } = await ask('/pg/query?connection=pgPlain', {
      sql: 'select current_user as who, $1::int as n',
      params: [42],
    });
    expect({ status, rows: body.rows }).toEqual({ status: 200, rows: [{ who: 'scram', n: 42 }] });
  });

  it('MySQL answers', async () => {
    const { status, body } = await ask('/mysql/query?connection=mysqlPlain', {
      sql: "select 'ahoy' as word",
    });
    expect({ status, rows: body.rows }).toEqual({ status: 200, rows: [{ word: 'ahoy' }] });
  });

  it('Redis answers', async () => {
    expect(await ask('/redis/echo/ahoy?connection=redisPlain')).toMatchObject({ body: { result: 'ahoy' } });
  });

  it('a ping reaches the binding, and no further', async () => {
    const { status, body } = await ask('/tcp/ping?connection=redisPlain');
    expect([status, body.connection]).toEqual([200, 'redisPlain']);
  });

  it.each(['/pg/query?connection=pgTls', '/redis?connection=redisTls'])(
    'TLS is refused with what to do: %s',
    async (path) => {
      const { status, body } = await ask(path, path.startsWith('/pg') ? { sql: 'select 1' } : ['PING']);
      expect([status, body.code]).toEqual([502, 'tls_failed']);
      expect(body.detail).toContain('Switch TLS off in the client (Postgres: sslmode=disable)');
      expect(body.detail).not.toContain('internal');
    },
  );

  it('an address that leads nowhere is a lost connection', async () => {
    const { status, body } = await ask('/pg/query?connection=pgNowhere', { sql: 'select 1' });
    expect([status, body.code]).toEqual([502, 'connection_lost']);
  });
});

describe('through Hyperdrive', () => {
  it('Postgres answers, with the binding’s own URL', async () => {
    const { status, body } = await ask('/pg/query?connection=hyper', {
      sql: 'select current_user as who, current_database() as db',
    });
    expect({ status, rows: body.rows }).toEqual({ status: 200, rows: [{ who: 'scram', db: 'fairlead' }] });
  });
});
