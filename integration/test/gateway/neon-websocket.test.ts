// GET /v1 of the built Worker, asked by `Pool` and `Client` of Neon's own serverless driver, against PostgreSQL 17.
import { Client, neonConfig, Pool } from '@neondatabase/serverless';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Gateway, startGateway } from './support.ts';

const { port } = inject('servers').postgres.good;
const LOGIN = 'postgresql://scram:scram-password@main.fairlead/fairlead';

/** As in the README: carries the token, which the driver's URL cannot. */
function socketWithToken(token: string) {
  const text = btoa(token).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return class extends WebSocket {
    constructor(url: string) {
      super(url, ['fairlead', `fairlead.bearer.${text}`]);
    }
  };
}

let gateway: Gateway;
let pool: Pool;
beforeAll(async () => {
  gateway = await startGateway({
    targets: [`localhost:${port}`],
    tokens: [{ name: 'tunneller', token: 'token-tunneller', scopes: ['tcp:tunnel:main'] }],
  });
  neonConfig.useSecureWebSocket = false;
  neonConfig.disableWarningInBrowsers = true;
  usual();
  pool = new Pool({ connectionString: LOGIN, max: 4 });
  // At the end the gateway may be gone before the pool's WebSockets have said goodbye.
  pool.on('error', () => {});
});
afterEach(usual);
afterAll(async () => {
  await pool.end();
  await gateway.close();
});

/** The settings that most tests have. */
function usual(): void {
  neonConfig.wsProxy = `${gateway.url.host}/v1`;
  neonConfig.webSocketConstructor = socketWithToken('token-tunneller');
  // For servers that ask for SCRAM or MD5: the driver can only send a clear password ahead of the question.
  neonConfig.pipelineConnect = false;
  neonConfig.forceDisablePgSSL = true;
}

async function withClient<T>(connectionString: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const one = (connectionString: string) =>
  withClient(connectionString, async (client) => (await client.query('select 1 as one')).rows);

describe('Pool', () => {
  it('has values of every kind', async () => {
    const { rows } = await pool.query(
      "select $1::int4 i, $2::int8 n, $3::bool b, $4::text t, $5::jsonb j, $6::bytea y, 'NaN'::float8 f, $7::int4[] a",
      [1, '9007199254740993', true, null, { k: ['v'] }, Buffer.from([0, 255]), [1, 2]],
    );
    expect(rows).toEqual([
      {
        i: 1,
        n: '9007199254740993',
        b: true,
        t: null,
        j: { k: ['v'] },
        y: Buffer.from([0, 255]),
        f: NaN,
        a: [1, 2],
      },
    ]);
  });

  it('has several at once, more than it has connections', async () => {
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, n) => pool.query('select $1::int as n, pg_backend_pid() as pid', [n])),
    );
    expect(results.map(({ rows }) => rows[0].n)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(new Set(results.map(({ rows }) => rows[0].pid)).size).toBe(4);
  });

  it('has transactions, committed and rolled back', async () => {
    const client = await pool.connect();
    try {
      await client.query('create temp table crew (id int primary key)');
      await client.query('begin');
      await client.query('insert into crew values (1)');
      await client.query('rollback');
      await client.query('begin');
      await client.query('insert into crew values (2)');
      await client.query('commit');
      expect((await client.query('select id from crew')).rows).toEqual([{ id: 2 }]);
    } finally {
      client.release(true);
    }
  });

  it('has the server’s errors, and goes on behind them', async () => {
    await expect(pool.query('select 1 / 0')).rejects.toMatchObject({ code: '22012', severity: 'ERROR' });
    await expect(pool.query('select * from nowhere')).rejects.toMatchObject({ code: '42P01' });
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('has 8 MB of rows, and 3 MB of a parameter', async () => {
    const { rows } = await pool.query("select repeat('x', 1000) as text from generate_series(1, 8000)");
    expect(rows).toHaveLength(8000);
    const text = 'y'.repeat(3_000_000);
    expect((await pool.query('select length($1::text) as n', [text])).rows).toEqual([{ n: 3_000_000 }]);
  });
});

describe('Client', () => {
  it('listens, and hears another', async () => {
    await withClient(LOGIN, async (client) => {
      const heard = new Promise((resolve) => client.on('notification', resolve));
      await client.query('listen harbour');
      await pool.query("select pg_notify('harbour', 'ahoy')");
      expect(await heard).toMatchObject({ channel: 'harbour', payload: 'ahoy' });
    });
  });

  it('is told of a wrong password by the server', async () => {
    const client = new Client({ connectionString: LOGIN.replace('scram-password', 'wrong') });
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  it('reaches an address that the policy allows', async () => {
    neonConfig.webSocketConstructor = socketWithToken('token-all');
    expect(await one(LOGIN.replace('main.fairlead', `localhost:${port}`))).toEqual([{ one: 1 }]);
  });

  it.each([
    ['a token without the scope', LOGIN, 'token-reader'],
    ['a token for another connection', LOGIN.replace('main.', 'plain.'), 'token-tunneller'],
    ['no such token', LOGIN, 'token-nobody'],
    ['an address outside the policy', LOGIN.replace('main.fairlead', 'localhost:22'), 'token-all'],
  ])('is refused: %s', async (_, login, token) => {
    neonConfig.webSocketConstructor = socketWithToken(token);
    const client = new Client({ connectionString: login });
    client.on('error', () => {});
    await expect(client.connect()).rejects.toBeDefined();
  });
});

describe('connecting', () => {
  it('in one flight, where the server takes a clear password', async () => {
    neonConfig.pipelineConnect = 'password';
    expect(await one('postgresql://cleartext:cleartext-password@main.fairlead/fairlead')).toEqual([
      { one: 1 },
    ]);
  });

  it.each(['scram', 'md5', 'cleartext'])('as the account %s', async (name) => {
    expect(await one(`postgresql://${name}:${name}-password@main.fairlead/fairlead`)).toEqual([{ one: 1 }]);
  });

  it('with TLS from the gateway to the server', async () => {
    neonConfig.wsProxy = (host, portNumber) =>
      `${gateway.url.host}/v1?tls=postgres&address=${host}:${portNumber}`;
    await withClient('postgresql://tlsonly:tlsonly-password@main.fairlead/fairlead', async (client) => {
      const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
      expect(rows).toEqual([{ ssl: true }]);
    });
  });
});
