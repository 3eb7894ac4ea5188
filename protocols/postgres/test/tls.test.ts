// TLS with wishes: what the connector is asked for, TLS from the first byte, and logins that are bound to their connection.
import { FairleadError } from '@fairlead/errors';
import { describe, expect, it } from 'vitest';
import { Client as PgClient } from '../src/drivers/pg/index.ts';
import { postgresJs } from '../src/drivers/postgres-js/index.ts';
import { type ConnectOptions, connect } from '../src/index.ts';
import { bytes, message, ready, result } from './support/backend.ts';
import { failure } from './support/by-hand.ts';
import { TlsServer, type TlsServerOptions } from './support/tls-server.ts';

const pem = '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n';
const identity = { cert: pem, key: pem };
let hosts = 0;

function serve(options: TlsServerOptions = {}, more: ConnectOptions = {}) {
  const server = new TlsServer(options);
  hosts += 1;
  const url = `postgres://app:secret@tls${hosts}.test/shop`;
  const dial = (query = '', extra: ConnectOptions = {}) =>
    connect(url + query, { connector: server.connector, ...more, ...extra });
  return { server, url, dial };
}

describe('the connector', () => {
  it('is asked for what the client was given', async () => {
    const { server, dial } = serve();
    const db = await dial('', { tls: { ca: pem, ...identity, servername: 'db.test' } });
    await db.close();
    const tlsOptions = { ca: pem, ...identity, servername: 'db.test' };
    expect(server.dialled).toEqual([{ tls: 'starttls', tlsOptions }]);
  });

  it('is asked for the same by a cancellation', async () => {
    const { server, dial } = serve();
    const db = await dial('', { tls: { ca: pem } });
    const call = failure(db.query('select pg_sleep(9)', [], { timeoutMs: 100 }));
    expect(await call).toMatchObject({ code: 'timeout' });
    expect(server.came).toContain('cancel');
    // This server never cancels: further requests follow.
    expect(server.dialled.slice(0, 2)).toEqual([
      { tls: 'starttls', tlsOptions: { ca: pem } },
      { tls: 'starttls', tlsOptions: { ca: pem } },
    ]);
    await db.close();
  });

  it('is asked for nothing where nothing is wished', async () => {
    const { server, dial } = serve();
    await (await dial()).close();
    expect(server.dialled).toEqual([{ tls: 'starttls', tlsOptions: undefined }]);
  });
});

describe('TLS from the first byte', () => {
  it('saves the round trip of SSLRequest, also for a cancellation', async () => {
    const asked = serve();
    const direct = serve();
    await (await asked.dial()).close();
    const db = await direct.dial('?sslnegotiation=direct', { tls: { ca: pem } });
    expect(await failure(db.query('select pg_sleep(9)', [], { timeoutMs: 100 }))).toMatchObject({
      code: 'timeout',
    });
    await db.close();
    const login = ['startup', 'SCRAM-SHA-256-PLUS', 'proof'];
    expect(asked.server.came.slice(0, 4)).toEqual(['ssl', ...login]);
    expect(direct.server.came.slice(0, 5)).toEqual([...login, 'query', 'cancel']);
    const wishes = { tls: 'implicit', tlsOptions: { ca: pem, alpn: ['postgresql'] } };
    expect(direct.server.dialled.slice(0, 2)).toEqual([wishes, wishes]);
  });

  it.each([
    ['chooses no protocol', { alpn: '' }],
    ['chooses another one', { alpn: 'http/1.1' }],
    ['tells nothing of it', { tells: false }],
  ])('ends where the server %s', async (_, options) => {
    const { server, dial } = serve(options);
    const error = await failure(dial('?sslnegotiation=direct'));
    expect(error).toMatchObject({ code: 'tls_failed', reason: 'protocol', safeToRetry: true });
    expect(String(error)).toContain('sslnegotiation=postgres');
    expect(server.came).toEqual([]);
  });

  it.each([
    ['leaves', 'unknown', true],
    ['says nothing', undefined, true],
    ['answers without TLS', 'protocol', true],
    ['has another certificate', 'unknown_issuer', false],
  ] as const)('says that it is for newer servers where one %s', async (_, reason, isTold) => {
    const connector = async () => {
      throw new FairleadError('tls_failed', 'The handshake failed', { reason, safeToRetry: true });
    };
    const url = 'postgres://app@db.example.com/x?sslnegotiation=direct';
    const error = await failure(connect(url, { tls: { ca: pem }, connector }));
    expect(error).toMatchObject({ code: 'tls_failed', reason, safeToRetry: true });
    expect(String(error).includes('PostgreSQL 17')).toBe(isTold);
  });

  it("is refused by the platform's sockets, with the reason", async () => {
    const error = await failure(connect('postgres://app@127.0.0.1:1/x?sslnegotiation=direct'));
    expect(error).toMatchObject({ code: 'usage' });
    expect(String(error)).toMatch(/tls\.alpn.*overTls/s);
  });
});

describe('a login that is bound to its connection', () => {
  it('is taken where connector and server can', async () => {
    const { server, dial } = serve();
    await (await dial()).close();
    expect([server.came, server.flags]).toEqual([
      ['ssl', 'startup', 'SCRAM-SHA-256-PLUS', 'proof'],
      ['p=tls-server-end-point'],
    ]);
  });

  it('fails where somebody in between has a certificate of their own', async () => {
    const { dial } = serve({ endPoint: Uint8Array.of(9) });
    expect(await failure(dial())).toMatchObject({ code: 'auth', server: { code: '28P01' } });
  });

  it.each<[string, TlsServerOptions, string, string]>([
    ['the server lists none', { mechanisms: ['SCRAM-SHA-256'] }, '', 'y'],
    ['the connector tells nothing', { tells: false }, '', 'n'],
    ['it is switched off', {}, '?channel_binding=disable', 'n'],
  ])('is none where %s', async (_, options, query, flag) => {
    const { server, dial } = serve(options);
    await (await dial(query)).close();
    expect(server.flags).toEqual([flag]);
    expect(server.came[2]).toBe('SCRAM-SHA-256');
  });

  it('is guessed by an eager start', async () => {
    const { server, dial } = serve();
    await (await dial('?eager=true')).close();
    expect(server.flags).toEqual(['p=tls-server-end-point']);
  });

  it('costs an eager start a second connection where the server lists none', async () => {
    const { server, dial } = serve({ mechanisms: ['SCRAM-SHA-256'] });
    await (await dial('?eager=true')).close();
    expect(server.dialled.length).toBe(2);
    expect(server.flags.at(-1)).toBe('y');
  });
});

describe('channel_binding=require', () => {
  it('takes a bound login', async () => {
    const { dial } = serve();
    await (await dial('?channel_binding=require')).close();
  });

  it.each<[string, TlsServerOptions, object]>([
    ['lists none', { mechanisms: ['SCRAM-SHA-256'] }, { code: 'auth' }],
    ['asks for no proof', { trusts: true }, { code: 'auth' }],
    ['is behind a connector that tells nothing', { tells: false }, { code: 'policy' }],
  ])('refuses a server that %s', async (_, options, expected) => {
    const { server, dial } = serve(options);
    const error = await failure(dial('?channel_binding=require'));
    expect(error).toMatchObject({ ...expected, safeToRetry: true });
    expect(String(error)).toContain('channel_binding=require');
    expect(server.came).not.toContain('proof');
  });
});

describe('drivers', () => {
  const ssl = { ca: pem, ...identity, servername: 'db.test', rejectUnauthorized: true };
  const tlsOptions = { ca: pem, ...identity, servername: 'db.test' };
  const answer = bytes(result([['one', 23]], [['1']]), ready);

  it('pg hands ssl on', async () => {
    const { server, url } = serve({ answer });
    const client = new PgClient({ connectionString: url, ssl, connector: server.connector });
    await client.connect();
    await client.end();
    expect(server.dialled).toEqual([{ tls: 'starttls', tlsOptions }]);
    expect(server.flags).toEqual(['p=tls-server-end-point']);
  });

  it('pg begins with TLS where it is asked to, and leaves bindings where it is told to', async () => {
    const { server, url } = serve({ answer });
    const direct = { sslnegotiation: 'direct', enableChannelBinding: false } as const;
    const buffers = { ca: [new TextEncoder().encode(pem)] };
    const client = new PgClient({
      connectionString: url,
      ssl: buffers,
      connector: server.connector,
      ...direct,
    });
    await client.connect();
    await client.end();
    expect(server.dialled).toEqual([{ tls: 'implicit', tlsOptions: { ca: [pem], alpn: ['postgresql'] } }]);
    expect(server.flags).toEqual(['n']);
  });

  it('postgres hands ssl on', async () => {
    const { server, url } = serve({ answer: bytes(message('1'), message('2'), answer) });
    const sql = postgresJs(url, { ssl, connector: server.connector, driver: { max: 1, connect_timeout: 2 } });
    void sql`select 1`.simple().catch(() => undefined);
    await expect.poll(() => server.came.includes('query')).toBe(true);
    await sql.end({ timeout: 0 });
    expect(server.dialled).toEqual([{ tls: 'starttls', tlsOptions }]);
    expect(server.flags).toEqual(['p=tls-server-end-point']);
  });

  it.each([{ pfx: 'x' }, { checkServerIdentity: () => undefined }, { passphrase: 'x' }])(
    'refuse %j',
    (more) => {
      const made = () => new PgClient({ host: 'db.test', ssl: { ...ssl, ...more } });
      expect(made).toThrow(expect.objectContaining({ code: 'policy' }));
      expect(() => postgresJs('postgres://db.test', { ssl: more })).toThrow('ssl.');
    },
  );
});
