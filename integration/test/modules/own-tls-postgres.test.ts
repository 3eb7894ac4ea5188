// TLS of one's own to Postgres 15, 17 and 18 and through PgBouncer: logins that are bound to their TLS connection, somebody between
// the two, TLS from the first byte, and the round trips of it.
import { type ConnectOptions, connect } from '@fairlead/postgres';
import { faultProxyControl } from '@fairlead/testkit';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { own, PRIVATE, recorder, trust } from './own-tls.ts';
import { failure } from './support.ts';

const { postgres, postgresVersions, demanding, pgbouncer, middleman, proxies } = inject('servers');
const VERSIONS = [15, 17, 18] as const;
const RUN = { ca: trust.runCa };
const LOGIN = { username: 'scram', password: 'scram-password', database: 'fairlead' };

async function whoAmI(port: number, options: ConnectOptions): Promise<unknown> {
  await using client = await connect({ hostname: 'localhost', port, ...LOGIN, ...options });
  const { rows } = await client.query('select current_user as who');
  return rows[0]?.who;
}

describe.each(VERSIONS)('Postgres %i', (version) => {
  const { port } = postgresVersions[version];

  it('a login that must be bound to its TLS connection', async () => {
    const options = { tls: RUN, connector: own, channelBinding: 'require' } as const;
    expect(await whoAmI(port, options)).toBe('scram');
  });

  it('one that cannot be is refused before a password is sent', async () => {
    const error = await failure(
      whoAmI(port, {
        username: 'cleartext',
        password: 'cleartext-password',
        tls: RUN,
        connector: own,
        channelBinding: 'require',
      }),
    );
    expect(error.code).toBe('auth');
    expect(error.message).toContain('channel_binding=require');
  });

  it('TLS from the first byte, with the protocol’s name', async () => {
    const { connector, sessions } = recorder();
    const tls = { ...RUN, mode: 'implicit' } as const;
    if (version === 15) {
      const error = await failure(whoAmI(port, { tls, connector }));
      expect(error).toMatchObject({ code: 'tls_failed', safeToRetry: true });
      expect(error.message).toContain('PostgreSQL 17');
      return;
    }
    expect(await whoAmI(port, { tls, connector, channelBinding: 'require' })).toBe('scram');
    expect(sessions()).toMatchObject([{ version: 'TLSv1.3', alpn: 'postgresql', resumed: false }]);
  });

  it('what the URL of libpq says', async () => {
    const words = 'sslmode=verify-full&channel_binding=require&ssl_min_protocol_version=TLSv1.3';
    const direct = version === 15 ? '' : '&sslnegotiation=direct';
    const url = `postgres://scram:scram-password@localhost:${port}/fairlead?${words}${direct}`;
    await using client = await connect(url, { tls: RUN, connector: own });
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

it('a login that is bound under TLS 1.2, with a certificate', async () => {
  const { connector, sessions } = recorder();
  const tls = { ...PRIVATE, ...trust.clients.scram };
  const login = { username: 'tlsonly', password: 'tlsonly-password' };
  expect(await whoAmI(demanding.postgres, { ...login, tls, connector, channelBinding: 'require' })).toBe(
    'tlsonly',
  );
  expect(sessions()).toMatchObject([{ version: 'TLSv1.2', resumed: false }]);
});

describe('somebody in between with a certificate of the same authority', () => {
  it('gets through where logins are not bound', async () => {
    const options = { tls: PRIVATE, connector: own, channelBinding: 'disable' } as const;
    expect(await whoAmI(middleman, options)).toBe('scram');
  });

  it.each(['require', 'prefer'] as const)(
    'is found out by the server where they are: %s',
    async (channelBinding) => {
      const error = await failure(whoAmI(middleman, { tls: PRIVATE, connector: own, channelBinding }));
      expect(error).toMatchObject({ code: 'auth' });
      expect(error.message).toContain('channel binding');
    },
  );
});

describe('PgBouncer, whose TLS knows no binding', () => {
  it('takes a login that would have been bound', async () => {
    expect(await whoAmI(pgbouncer.port, { tls: RUN, connector: own })).toBe('scram');
  });

  it('is refused where one must be', async () => {
    const error = await failure(
      whoAmI(pgbouncer.port, { tls: RUN, connector: own, channelBinding: 'require' }),
    );
    expect(error.code).toBe('auth');
  });
});

describe('connections again', () => {
  it.each([17, 18] as const)(
    'Postgres %i gives no tickets, and every handshake is whole',
    async (version) => {
      const { connector, sessions } = recorder();
      const { port } = postgresVersions[version];
      for (let n = 0; n < 2; n += 1) await whoAmI(port, { tls: RUN, connector, channelBinding: 'require' });
      expect(sessions()).toMatchObject([{ resumed: false }, { resumed: false }]);
    },
  );
});

describe('round trips to the first row', () => {
  const proxy = faultProxyControl(proxies.tlsRoundTrips.controlUrl);
  const { port } = proxies.tlsRoundTrips;
  afterAll(() => proxy.setPlan({}));

  it('TLS from the first byte saves one', async () => {
    await proxy.setPlan({ toClient: { delayMs: 10 }, toServer: { delayMs: 10 } });
    const counted = async (options: ConnectOptions): Promise<number> => {
      await scheduler.wait(100);
      await proxy.clearStats();
      await using client = await connect({ hostname: 'localhost', port, ...LOGIN, ...options });
      await client.query('select 1 as one');
      return (await proxy.stats()).roundTrips;
    };
    const native = await counted({ tls: true });
    const asked = await counted({ tls: RUN, connector: own });
    const direct = await counted({ tls: { ...RUN, mode: 'implicit' }, connector: own });
    expect({ asked, direct }).toEqual({ asked: native, direct: native - 1 });
  });
});

it('a server of another authority than its port’s', async () => {
  const error = await failure(whoAmI(postgres.untrusted.port, { tls: RUN, connector: own }));
  expect(error).toMatchObject({ code: 'tls_failed', reason: 'unknown_issuer' });
});
