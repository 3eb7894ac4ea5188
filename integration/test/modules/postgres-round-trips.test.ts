// Round trips from connect to first row, counted by a proxy in front of PostgreSQL 18 and of PgBouncer: ours in workerd, and
// those of pg and postgres on Node. TCP’s own is not counted, TLS’s is; older servers than 18 want P-256 of every TLS client,
// which costs a client that offers X25519 one more when the two first meet.
import { type Client, type ConnectOptions, open } from '@fairlead/postgres';
import { faultProxyControl } from '@fairlead/testkit';
import { afterAll, describe, expect, inject, it } from 'vitest';
import type { JourneyRequest } from '../../servers/postgres-oracle.ts';

const { proxies, postgresOracle } = inject('servers');
const proxy = faultProxyControl(proxies.postgresRoundTrips.controlUrl);
const pgbouncer = faultProxyControl(proxies.pgbouncerRoundTrips.controlUrl);
const port = proxies.postgresRoundTrips.port;

/** Long enough that what is sent one behind the other does not look sent together. */
const DELAY = { toClient: { delayMs: 10 }, toServer: { delayMs: 10 } };
const ENDED_MS = 2000;

interface Trip {
  readonly login?: string;
  readonly tls?: boolean;
  readonly options?: ConnectOptions;
  readonly at?: typeof proxies.postgresRoundTrips;
}

/** The count behind each of three queries, and of connections. */
async function trips({ login = 'scram:scram-password', tls = false, options, at }: Trip) {
  const control = at === undefined ? proxy : faultProxyControl(at.controlUrl);
  await untilIdle(control);
  await control.setPlan(DELAY);
  await control.clearStats();
  const sslmode = tls ? 'require' : 'disable';
  const url = `postgres://${login}@localhost:${(at ?? proxies.postgresRoundTrips).port}/fairlead?sslmode=${sslmode}`;
  await using client: Client = open(url, options);
  const counts: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { rows } = await client.query('select $1::int as v', [n]);
    expect(rows).toEqual([{ v: n }]);
    counts.push((await control.stats()).roundTrips);
  }
  return { counts, connections: (await control.stats()).connections };
}

/** What an earlier connection still has to say belongs to nobody's count. */
async function untilIdle(control: typeof proxy): Promise<void> {
  for (let last = -1, waited = 0; waited < ENDED_MS; waited += 50) {
    const { bytesFromServer, bytesFromClient } = await control.stats();
    if (bytesFromServer + bytesFromClient === last) return;
    last = bytesFromServer + bytesFromClient;
    await scheduler.wait(50);
  }
}

async function theirs(driver: JourneyRequest['driver'], tls: boolean): Promise<number[]> {
  await untilIdle(proxy);
  await proxy.setPlan(DELAY);
  const { controlUrl } = proxies.postgresRoundTrips;
  const body: JourneyRequest = { driver, port, controlUrl, tls, queries: 3 };
  const response = await fetch(postgresOracle.journeyUrl, { method: 'POST', body: JSON.stringify(body) });
  return await response.json();
}

afterAll(async () => {
  await proxy.setPlan({});
  await pgbouncer.setPlan({});
});

describe('ours', () => {
  it.each([
    ['plain', false, false, [3, 4, 5]],
    ['plain, eager', false, true, [2, 3, 4]],
    ['TLS', true, false, [5, 6, 7]],
    ['TLS, eager', true, true, [4, 5, 6]],
  ] as const)('%s', async (_name, tls, eager, counts) => {
    expect(await trips({ tls, options: { eager } })).toEqual({ counts, connections: 1 });
    expect(await trips({ tls, options: { eager, prepare: false } })).toEqual({ counts, connections: 1 });
  });

  it('one for many queries issued together, and for those before the first answer', async () => {
    await untilIdle(proxy);
    await proxy.setPlan(DELAY);
    await proxy.clearStats();
    await using client = open(`postgres://scram:scram-password@localhost:${port}/fairlead?sslmode=disable`);
    const ask = () =>
      Promise.all(Array.from({ length: 50 }, (_, n) => client.query('select $1::int as v', [n])));
    expect(await ask()).toHaveLength(50);
    expect((await proxy.stats()).roundTrips).toBe(3);
    expect(await ask()).toHaveLength(50);
    expect((await proxy.stats()).roundTrips).toBe(4);
  });

  it.each(['trusted:not-asked-for', 'md5:md5-password', 'cleartext:cleartext-password'])(
    'a guess that was wrong costs one connection, and none the next time: %s',
    async (login) => {
      const options = { eager: true, allowCleartextPassword: true };
      const [first, second] = [await trips({ login, options }), await trips({ login, options })];
      expect(first.connections).toBe(2);
      expect(second.connections).toBe(1);
      expect(second.counts[0]).toBeLessThanOrEqual(3);
    },
  );

  it('PgBouncer, eagerly or not', async () => {
    const at = proxies.pgbouncerRoundTrips;
    // The first connection finds out that PgBouncer takes no extra_float_digits.
    expect((await trips({ at })).connections).toBeLessThanOrEqual(2);
    const plain = await trips({ at });
    expect(plain).toEqual({ counts: [3, 4, 5], connections: 1 });
    for (let tries = 0; tries < 2; tries += 1) {
      const eager = await trips({ at, options: { eager: true } });
      expect(eager.connections).toBeLessThanOrEqual(2);
      expect((eager.counts[2] ?? 0) - (eager.counts[0] ?? 0)).toBe(2);
    }
    const trusted = await trips({ at, login: 'trusted', options: { eager: true } });
    expect(trusted.connections).toBeLessThanOrEqual(2);
  });
});

describe('others, from connect to first row', () => {
  it.each([
    ['pg', false, [4, 5, 6]],
    ['pg', true, [6, 7, 8]],
    ['postgres', false, [6, 7, 8]],
    ['postgres', true, [8, 9, 10]],
  ] as const)('%s (TLS: %s)', async (driver, tls, counts) => {
    expect(await theirs(driver, tls)).toEqual(counts);
  });
});
