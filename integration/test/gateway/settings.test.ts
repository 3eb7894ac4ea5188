// The settings behind the built Worker: what operators see of them, and the check against real servers, from Node.
import { checkSettings } from '@fairlead/worker/check';
import { describe, expect, inject, it } from 'vitest';
import { DEAD_PORT, startGateway } from './support.ts';

const { postgres, redis, mysql, mariadb } = inject('servers');
const pg = (port: number, password = 'scram-password', database = 'fairlead') =>
  `postgres://scram:${password}@localhost:${port}/${database}`;

describe('GET /settings', () => {
  it('shows what is in force, with the platform’s bindings, and no password', async () => {
    await using gateway = await startGateway({
      connections: { pooled: { url: pg(postgres.good.port), pool: { max: 3 }, applicationName: 'shown' } },
      limits: { maxRows: 7 },
    });
    const response = await gateway.fetch('/settings');
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).not.toMatch(/-password|token-all/);
    expect(JSON.parse(text)).toMatchObject({
      tokens: [{ name: 'all', scopes: ['*'] }, { name: 'reader' }],
      connections: expect.arrayContaining([
        {
          name: 'pooled',
          variable: 'FAIRLEAD_CONNECTIONS',
          protocol: 'pg',
          host: 'localhost',
          port: postgres.good.port,
          url: '***',
          pool: { max: 3 },
          options: { applicationName: 'shown' },
        },
      ]),
      limits: { maxRows: 7, timeoutMs: 30_000 },
      bindings: expect.arrayContaining([
        { name: 'MOORING', kind: 'durable object' },
        { name: 'ASSETS', kind: 'service' },
      ]),
    });
    expect((await gateway.fetch('/settings', { token: 'token-reader' })).status).toBe(403);
  });
});

describe('the check', () => {
  it('tells by code which connections cannot be made, and leaves the others alone', async () => {
    const findings = await checkSettings({
      FAIRLEAD_TOKENS: [{ name: 'a', sha256: 'ab'.repeat(32), scopes: ['tcp:ping'] }],
      FAIRLEAD_CONNECTIONS: {
        postgres: pg(postgres.good.port),
        mysql: `mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead`,
        mariadb: `mariadb://native:native-password@localhost:${mariadb.good.port}/fairlead`,
        redis: `rediss://app:app-password@localhost:${redis.good.tlsPort}/9`,
        password: pg(postgres.good.port, 'wrong-password'),
        database: pg(postgres.good.port, 'scram-password', 'nowhere'),
        otherName: pg(postgres.otherName.port),
        expired: pg(postgres.expired.port),
        untrusted: pg(postgres.untrusted.port),
        dead: pg(DEAD_PORT),
        mysqlPassword: `mysql://sha2:wrong-password@localhost:${mysql.port}/fairlead`,
        redisPassword: `redis://app:wrong-password@localhost:${redis.good.plainPort}`,
        redisUntrusted: `rediss://app:app-password@localhost:${redis.untrusted.tlsPort}`,
        room: { url: pg(postgres.good.port), pool: { max: 1000 } },
      },
    });
    const errors = findings.filter(({ level }) => level === 'error');
    const codes = errors.map(({ key, message }) => [key.split('.')[1], /\((\w+)\)/.exec(message)?.[1]]);
    expect(Object.fromEntries(codes)).toEqual({
      password: 'auth',
      database: 'server',
      otherName: 'tls_failed',
      expired: 'tls_failed',
      untrusted: 'tls_failed',
      dead: 'connect_failed',
      mysqlPassword: 'auth',
      redisPassword: 'auth',
      redisUntrusted: 'tls_failed',
    });
    expect(findings.map(({ key }) => key)).toContain('FAIRLEAD_CONNECTIONS.room.pool.max');
    expect(JSON.stringify(findings)).not.toMatch(/(wrong|scram|sha2|native|app)-password/);
  });
});
