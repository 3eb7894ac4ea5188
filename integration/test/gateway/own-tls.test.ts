// Entries with wishes of TLS on the built Worker: a private authority and a client's certificate from secrets, direct, pooled, through
// a binding and inside a tunnel; names that callers choose, dialled by the address that was checked; and the problems of all that.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { connect } from '@fairlead/postgres';
import { overTls } from '@fairlead/tls/workerd';
import { webSocketConnector } from '@fairlead/transport/websocket';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestHarness, type TestHarness } from 'wrangler';
import type { Json } from './support.ts';

const { trust, demanding, postgres, redis, mysql } = inject('servers');
const ROOT = join(import.meta.dirname, '../../..');
const COMPATIBILITY = { compatibility_date: '2026-11-01', compatibility_flags: ['enable_request_signal'] };
/** Nobody knows it but the resolver of this file. */
const RESOLVED = 'own-tls.example.com';

const login = 'scram:scram-password';
const url = `postgres://${login}@localhost:${postgres.untrusted.port}/fairlead`;
const certified = `postgres://scram@localhost:${demanding.postgres}/fairlead`;
const ca = { secret: 'PRIVATE_CA' };
const identity = { cert: { secret: 'CLIENT_CERT' }, key: { secret: 'CLIENT_KEY' } };

const CONNECTIONS = {
  direct: { url, tls: { ca }, channelBinding: 'require' },
  pooled: { url, tls: { ca }, channelBinding: 'require', pool: { max: 3, waitMs: 30_000 } },
  certified: { url: certified, tls: { ca, ...identity } },
  certifiedPool: { url: certified, tls: { ca, ...identity }, pool: { max: 2 } },
  nobody: { url: certified, tls: { ca } },
  otherCa: { url, tls: { ca: { secret: 'OTHER_CA' } } },
  otherName: { url, tls: { ca, servername: 'other.example' } },
  otherNamePool: { url, tls: { ca, servername: 'other.example' }, pool: { max: 2 } },
  platform: { url },
  redisPool: {
    url: `rediss://app:app-password@localhost:${demanding.redis}`,
    tls: { ca, cert: { secret: 'APP_CERT' }, key: { secret: 'APP_KEY' } },
    pool: { max: 2 },
  },
  mysqlPool: {
    url: `mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead`,
    tls: { ca: { secret: 'RUN_CA' } },
    pool: { max: 2 },
  },
  via: {
    url: `postgres://${login}@db.internal/fairlead`,
    via: 'VPC',
    tls: { ca, servername: 'localhost' },
    channelBinding: 'require',
  },
  tunnel: { url: `tcp://localhost:${postgres.untrusted.port}` },
};

let harness: TestHarness;
let resolver: Server;
let address: URL;

/** A resolver that knows one name: 127.0.0.1 (RFC 8484, RFC 1035 section 4.1). */
async function startResolver(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const query = await buffer(request);
    const isA = query.readUInt16BE(query.indexOf(0, 12) + 1) === 1;
    const question = query.subarray(12, query.indexOf(0, 12) + 5);
    const head = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    response.setHeader('Content-Type', 'application/dns-message');
    response.end(Buffer.concat([head, question, ...(isA ? [answer] : [])]));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

beforeAll(async () => {
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';
  resolver = await startResolver();
  const { app, scram } = trust.clients;
  const port = redis.untrusted.tlsPort;
  const gateway = {
    name: 'gateway',
    main: join(ROOT, 'packages/worker/dist/index.js'),
    ...COMPATIBILITY,
    services: [{ binding: 'VPC', service: 'forwarder' }],
    durable_objects: { bindings: [{ name: 'MOORING', class_name: 'Mooring' }] },
    migrations: [{ tag: 'v1', new_sqlite_classes: ['Mooring'] }],
    vars: {
      FAIRLEAD_TOKENS: [{ name: 'all', token: 'token-all', scopes: ['*'] }],
      FAIRLEAD_CONNECTIONS: CONNECTIONS,
      FAIRLEAD_TARGETS: [`${RESOLVED}:${port}`, `127.0.0.1:${port}`],
      FAIRLEAD_RESOLVER: {
        url: `http://127.0.0.1:${(resolver.address() as AddressInfo).port}/dns-query`,
        ownTls: true,
      },
      PRIVATE_CA: trust.ca,
      OTHER_CA: trust.otherCa,
      RUN_CA: trust.runCa,
      CLIENT_CERT: scram.cert,
      CLIENT_KEY: scram.key,
      APP_CERT: app.cert,
      APP_KEY: app.key,
    },
  };
  const forwarder = {
    name: 'forwarder',
    main: join(import.meta.dirname, 'workers/forwarder.ts'),
    ...COMPATIBILITY,
    vars: { SERVERS: { 'db.internal:5432': postgres.untrusted.port } },
  };
  harness = createTestHarness({ workers: [{ config: gateway }, { config: forwarder }] });
  address = (await harness.listen()).url;
});
afterAll(async () => {
  await harness.close();
  resolver.close();
});

async function ask(
  path: string,
  json?: unknown,
  signal?: AbortSignal,
): Promise<{ status: number; body: Json }> {
  const headers = { Authorization: 'Bearer token-all', 'Content-Type': 'application/json' };
  const init = json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) };
  const response = await fetch(new URL(path, address), { headers, ...init, ...(signal && { signal }) });
  return { status: response.status, body: (await response.json()) as Json };
}

const SEEN =
  'select current_user as who, client_dn as subject, version from pg_stat_ssl where pid = pg_backend_pid()';

function query(connection: string, sql = SEEN): Promise<{ status: number; body: Json }> {
  return ask(`/pg/query?connection=${connection}`, { sql });
}

describe('a private authority', () => {
  it.each(['direct', 'pooled', 'via'])('%s', async (connection) => {
    const { status, body } = await query(connection);
    expect(body, JSON.stringify(body)).toHaveProperty('rows');
    expect({ status, rows: body.rows }).toEqual({
      status: 200,
      rows: [{ who: 'scram', subject: null, version: 'TLSv1.3' }],
    });
  });

  it('is nobody to the platform, whose TLS an entry without an object has', async () => {
    expect(await query('platform')).toMatchObject({ status: 502, body: { code: 'tls_failed' } });
  });

  it('a pool answers 100 requests at once, over three connections', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => query('pooled', `select ${n} as n, pg_backend_pid() as pid`)),
    );
    const rows = answers.map(({ body }) => (body.rows as { n: number; pid: number }[])[0]);
    expect(rows.map((row) => row?.n)).toEqual(answers.map((_, n) => n));
    expect(new Set(rows.map((row) => row?.pid)).size).toBeLessThanOrEqual(3);
  });

  it('a request that was given up while it connected holds nobody up', async () => {
    for (const connection of ['certified', 'redisPool']) {
      const gone = new AbortController();
      const path =
        connection === 'certified' ? '/pg/query?connection=certified' : '/redis?connection=redisPool';
      const json = connection === 'certified' ? { sql: SEEN } : ['PING'];
      const first = ask(path, json, gone.signal).catch(() => undefined);
      setTimeout(() => gone.abort(), 2);
      const answers = await Promise.all([1, 2, 3].map(() => ask(path, json)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      await first;
    }
  });
});

describe('a certificate of the client', () => {
  it.each(['certified', 'certifiedPool'])('%s', async (connection) => {
    const { status, body } = await query(connection);
    expect({ status, rows: body.rows }).toEqual({
      status: 200,
      rows: [{ who: 'scram', subject: '/CN=scram', version: 'TLSv1.2' }],
    });
  });

  it('a pool of Redis, and one of MySQL', async () => {
    const { body } = await ask('/redis?connection=redisPool', ['ACL', 'WHOAMI']);
    expect(body.result).toBe('app');
    const sql = "show session status like 'Ssl_version'";
    const mysqlAnswer = await ask('/mysql/query?connection=mysqlPool', { sql });
    expect(mysqlAnswer.body.rows).toEqual([{ Variable_name: 'Ssl_version', Value: 'TLSv1.3' }]);
  });

  it('none is a login that is refused', async () => {
    expect(await query('nobody')).toMatchObject({ status: 502, body: { code: 'auth' } });
  });
});

describe('problems', () => {
  it.each([
    ['otherCa', 'unknown_issuer'],
    ['otherName', 'name_mismatch'],
    ['otherNamePool', 'name_mismatch'],
  ])('%s: %s, with the certificate and without the key', async (connection, reason) => {
    const { status, body } = await query(connection);
    expect({ status, code: body.code, reason: body.reason }).toEqual({
      status: 502,
      code: 'tls_failed',
      reason,
    });
    expect(body.certificate).toMatchObject({ issuer: 'CN=Nobody trusts this one' });
    expect(JSON.stringify(body)).not.toContain('BEGIN');
  });

  it('GET /settings shows neither certificates nor keys', async () => {
    const { status, body } = await ask('/settings');
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toContain('BEGIN');
    expect(JSON.stringify(body)).toContain('PRIVATE_CA');
  });
});

describe('a name that a caller chooses', () => {
  it('is dialled by its checked address with the gateway’s own TLS, and verified for the name', async () => {
    const target = `rediss://app:app-password@${RESOLVED}:${redis.untrusted.tlsPort}`;
    const response = await fetch(new URL('/redis', address), {
      method: 'POST',
      headers: { Authorization: 'Bearer token-all', 'Fairlead-Url': target },
      body: JSON.stringify(['PING']),
    });
    const body = (await response.json()) as Json;
    expect(body).toMatchObject({
      code: 'tls_failed',
      reason: expect.stringMatching(/unknown_issuer|name_mismatch/),
    });
    expect(body.certificate).toMatchObject({ subject: 'CN=localhost' });
  });
});

it('TLS of the caller’s own inside a tunnel of the gateway', async () => {
  const socket = webSocketConnector({
    path: '/tcp/tunnel?connection=tunnel',
    protocols: ['binary'],
    headers: { Authorization: 'Bearer token-all' },
  });
  await using client = await connect({
    hostname: address.hostname,
    port: Number(address.port),
    username: 'scram',
    password: 'scram-password',
    database: 'fairlead',
    channelBinding: 'require',
    connector: overTls({ ca: trust.ca, servername: 'localhost' }, socket),
  });
  const { rows } = await client.query(SEEN);
  expect(rows).toEqual([{ who: 'scram', subject: null, version: 'TLSv1.3' }]);
});
