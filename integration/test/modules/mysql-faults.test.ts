// MySQL 9.7 and MariaDB 11.8 behind links that break: at every state the caller hears `connection_lost`, or `timeout`.
import { connect } from '@fairlead/mysql';
import { faultProxyControl } from '@fairlead/testkit';
import { describe, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { proxies } = inject('servers');
const LOGINS = { mysql: 'trusted', mariadb: 'native:native-password' };
const MEGABYTE = "select repeat('x', 1048576) as v";

describe.each(['mysql', 'mariadb'] as const)('%s', (server) => {
  const control = faultProxyControl(proxies[server].controlUrl);
  const url = `mysql://${LOGINS[server]}@localhost:${proxies[server].port}/fairlead?sslmode=disable`;

  it.each([1, 10, 60])('a login that is cut off at byte %i', async (atByte) => {
    for (const how of ['reset', 'end'] as const) {
      await control.setPlan({ toClient: { cut: { atByte, how } } });
      expect((await failure(connect(url))).code).toBe('connection_lost');
    }
  });

  it('a login that stalls', async () => {
    await control.setPlan({ toClient: { cut: { atByte: 10, how: 'stall' } } });
    const error = await failure(connect(url, { connectTimeoutMs: 300 }));
    expect(['timeout', 'connect_timeout']).toContain(error.code);
  });

  it.each(['reset', 'end'] as const)('%s in the middle of a result, and of a stream', async (how) => {
    await control.setPlan({ toClient: { cut: { atByte: 50_000, how } } });
    for (const ask of ['query', 'execute'] as const) {
      await using client = await connect(url);
      expect((await failure(client[ask](MEGABYTE))).code).toBe('connection_lost');
    }
    await using client = await connect(url);
    const reading = (async () => {
      for await (const _row of client.stream(MEGABYTE));
    })();
    expect((await failure(reading)).code).toBe('connection_lost');
  });

  it('silence in the middle of a result ends at the time limit', async () => {
    await control.setPlan({ toClient: { cut: { atByte: 50_000, how: 'stall' } } });
    await using client = await connect(url);
    expect((await failure(client.query(MEGABYTE, [], { timeoutMs: 300 }))).code).toBe('timeout');
  });

  it('results in one-byte segments are the same results', async () => {
    await control.setPlan({ toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } });
    await using client = await connect(url);
    const { rows } = await client.execute('select name from harbours where id <= ? order by id', [4]);
    expect(rows.map((row) => row.name)).toEqual(['Rotterdam', 'Göteborg', '横浜', 'Valparaíso']);
  });
});
