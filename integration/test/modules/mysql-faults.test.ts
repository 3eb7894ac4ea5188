// MySQL 9.7 and MariaDB 11.8 behind links that break, stall and split: whatever a result is cut by, the caller hears it.
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

  it('a login that stalls', async () => {
    await control.setPlan({ toClient: { cut: { atByte: 10, how: 'stall' } } });
    const error = await failure(connect(url, { timeoutMs: 300 }));
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

  it('results in one-byte segments are the same results', async () => {
    await control.setPlan({ toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } });
    await using client = await connect(url);
    const { rows } = await client.execute('select name from harbours where id <= ? order by id', [4]);
    expect(rows.map((row) => row.name)).toEqual(['Rotterdam', 'Göteborg', '横浜', 'Valparaíso']);
  });
});
