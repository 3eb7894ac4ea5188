// Requests behind 50 ms a round trip, over TLS: how long they take, and how many round trips the server sees.
import { type FaultProxy, startFaultProxy } from '@fairlead/testkit/fault-proxy';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Ask } from '../../pools/caller.ts';
import { median } from '../../pools/figures.ts';
import { type Gateway, READER, startGateway, TOKEN } from '../../pools/gateway.ts';

const { restartable } = inject('servers');
const ROUND_TRIP_MS = 50;
const SAMPLES = 15;
/** What a busy machine may add. The figures that are printed are for a quiet one: 55 ms at most. */
const SLACK_MS = 50;

const query = (token: string, sql: string, params?: readonly unknown[]): Ask => {
  return { token, json: { connection: 'pg', sql, params, rowMode: 'array' } };
};
const CASES: readonly [name: string, path: string, ask: Ask, expected: unknown][] = [
  ['/pg/query', '/pg/query', query(TOKEN, 'select 1'), { rows: [[1]] }],
  ['/pg/query, parameters', '/pg/query', query(TOKEN, 'select $1::text', ['a']), { rows: [['a']] }],
  ['/pg/query, reader', '/pg/query', query(READER, 'select 1'), { rows: [[1]] }],
  ['/pg/query, reader, parameters', '/pg/query', query(READER, 'select $1::text', ['a']), { rows: [['a']] }],
  ['/redis/get', '/redis/get/nothing?connection=redis', { token: TOKEN }, { result: null }],
  ['/redis/get, reader', '/redis/get/nothing?connection=redis', { token: READER }, { result: null }],
];

describe.each(CASES)('%s', (name, path, ask, expected) => {
  let proxy: FaultProxy;
  let gateway: Gateway;
  beforeAll(async () => {
    const delayed = { delayMs: ROUND_TRIP_MS / 2 };
    const { postgres, redis } = restartable;
    const port = path.startsWith('/pg') ? postgres.port : redis.tlsPort;
    proxy = await startFaultProxy({ upstream: { port }, plan: { toServer: delayed, toClient: delayed } });
    const at = `localhost:${proxy.port}`;
    gateway = await startGateway({
      pg: { url: `postgres://scram:scram-password@${at}/fairlead?sslmode=require`, pool: { max: 2 } },
      redis: { url: `rediss://app:app-password@${at}/8`, pool: { max: 2 } },
    });
  });
  afterAll(() => Promise.all([gateway.close(), proxy.close()]));

  it('takes one round trip where the connection is warm', async () => {
    const cold = await gateway.caller.ask(path, ask);
    expect(cold).toMatchObject({ status: 200, body: expected });
    const coldTrips = proxy.stats().roundTrips;
    // The Worker's code is warm after a few.
    for (let i = 0; i < 5; i++) await gateway.caller.ask(path, ask);
    proxy.clearStats();
    const times: number[] = [];
    for (let i = 0; i < SAMPLES; i++) {
      const { status, body, ms } = await gateway.caller.ask(path, ask);
      expect({ status, body }).toMatchObject({ status: 200, body: expected });
      times.push(ms);
    }
    const { roundTrips, clientTurns, connections } = proxy.stats();
    const warm = median(times);
    console.log(
      `${name}: ${warm.toFixed(1)} ms and 1 round trip, cold ${cold.ms.toFixed(0)} ms and ${coldTrips} round trips`,
    );
    expect({ roundTrips, clientTurns, connections }).toEqual({
      roundTrips: SAMPLES,
      clientTurns: SAMPLES - 1,
      connections: 0,
    });
    expect(warm).toBeGreaterThanOrEqual(ROUND_TRIP_MS);
    expect(warm).toBeLessThan(ROUND_TRIP_MS + SLACK_MS);
  });
});
